"""Pages and menus as files: `flask pages dump` and `flask pages load`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings

from app.articles.content import Problem, body_of, checked_body, checked_line
from app.articles.front_matter import TextFileError
from app.core.db import transaction
from app.media.models import Image
from app.pages.editing import TITLE_LIMIT, PageContent
from app.pages.files import PageFile, page_text, read_page_file
from app.pages.loading import store_page
from app.pages.models import FormerPageSlug, Menu, PageState, StandingPage
from tests.articles.test_dumping import LINES, TEXTS, files_in
from tests.articles.test_pictures import ALT, FIGURE
from tests.articles.test_pictures_beside_the_text import deletion
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.images import encoded, picture
from tests.media.test_images import do_what_waits, upload
from tests.pages import Page
from tests.standing.conftest import form_of, put_in_menu, save, write

Run = Callable[..., Result]
ABOUT = "---\ntitle: About us\nslug: about\n---\nWe are *three*.\n"


@pytest.fixture
def run(app: Flask) -> Run:
    """`flask pages`."""

    def invoke(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(args=["pages", *map(str, arguments)])

    return invoke


def forget_all(factory: Factory) -> None:
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(StandingPage))
        session.execute(sa.delete(Menu))


def test_what_is_dumped_loads_on_another_site_and_dumps_to_the_same_bytes(
    browser: FlaskClient, client: FlaskClient, factory: Factory, run: Run, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    upload(browser, encoded(picture()), "bridges.jpg")
    write(browser, "about", text=f"Who we are.\n\n{FIGURE}")
    write(browser, "terms", title="Terms: “all” of them", state="draft")
    save(browser, form_of(browser), slug="us")
    put_in_menu(browser, masthead=[("Home", "/"), ("", "/us")], footer=[("Elsewhere", "https://elsewhere.example/")])
    assert run("dump", first).exit_code == 0
    assert set(files_in(first)) == {"images/bridges.jpg", "menus.yaml", "terms.md", "us.md"}
    assert files_in(first)["us.md"].startswith(b"---\ntitle: The page about\nslug: us\nformerly:\n- about\n---\nWho")
    assert b"draft: true\n" in files_in(first)["terms.md"]
    loaded = run("load", first)
    assert (loaded.exit_code, loaded.output.count("unchanged")) == (0, 4)

    forget_all(factory)
    assert deletion(browser).status_code == 303
    do_what_waits(factory)
    loaded = run("load", first)
    assert (loaded.exit_code, loaded.output.count("added")) == (0, 4)
    run("dump", second)
    assert files_in(second) == files_in(first)
    assert factory.ask(sa.select(Image.alt)) == [ALT]
    do_what_waits(factory)
    assert Page(client.get("/us")).find("//figure//source")
    assert (client.get("/about").location, client.get("/terms").status_code) == ("/us", 404)
    assert Page(client.get("/")).find("//header[1]//a[@href='/us']")
    assert Page(client.get("/")).find("//footer[1]//a[@href='https://elsewhere.example/']")
    run("dump", "us", tmp_path / "third")
    assert set(files_in(tmp_path / "third")) == {"images/bridges.jpg", "us.md"}
    assert run("dump", "nowhere", tmp_path / "third").output == "nowhere: there is no such page\n"


def test_a_file_never_goes_over_what_an_editor_has_changed_since_unless_it_is_told_to(
    browser: FlaskClient, client: FlaskClient, factory: Factory, run: Run, tmp_path: Path
) -> None:
    page, menus = tmp_path / "about.md", tmp_path / "menus.yaml"
    page.write_text(ABOUT)
    menus.write_text("footer:\n- label: Us\n  address: /about\n")
    assert run("load", page, menus).output == f"{page}: added\n{menus}: footer added\n"
    page.write_text(ABOUT.replace("three", "four"))
    menus.write_text("footer:\n- label: We\n  address: /about\n- label: Soon\n  address: /soon\n")
    loaded = run("load", tmp_path)
    assert loaded.output == (
        f"{page}: updated\n{menus}: footer: /soon: Nothing is live at this address yet.\n{menus}: footer updated\n"
    )
    assert Page(client.get("/about")).text("//em") == "four"
    assert run("load", tmp_path).output.count("unchanged") == 2
    save(browser, form_of(browser), text="We are five.")
    put_in_menu(browser, footer=[("All of us", "/about")])
    page.write_text(ABOUT)
    refused = run("load", tmp_path)
    assert refused.exit_code == 1
    assert refused.output == "".join(
        f"{path}: an editor has changed this since; --force overwrites the change\n" for path in (page, menus)
    )
    assert "We are five." in Page(client.get("/about")).text()
    assert run("load", "--force", tmp_path).exit_code == 0
    assert Page(client.get("/about")).text("//em") == "three"
    assert Page(client.get("/")).text("//footer[1]//a[@href='/about']") == "We"


def test_a_file_moves_its_page_and_leaves_it_where_the_desk_has_moved_it(
    browser: FlaskClient, client: FlaskClient, factory: Factory, run: Run, tmp_path: Path
) -> None:
    page, other = tmp_path / "about.md", tmp_path / "other.md"
    page.write_text(ABOUT)
    run("load", page)
    page.write_text(ABOUT.replace("slug: about", "slug: us\nformerly: [about, we]"))
    assert run("load", page).output == f"{page}: updated\n"
    assert [client.get(path).location for path in ("/about", "/we")] == ["/us", "/us"]
    save(browser, form_of(browser), slug="who-we-are")
    assert run("load", page).output == f"{page}: unchanged\n"
    assert factory.ask(sa.select(StandingPage.slug)) == ["who-we-are"]
    write(browser, "others")
    other.write_text(ABOUT.replace("slug: about", "slug: others\nformerly: [we]"))
    assert run("load", other).output == f"{other}: another page has, or had, the slug others\n"
    assert factory.ask(sa.select(sa.func.count()).select_from(FormerPageSlug)) == [3]


WRONG = [
    ("about.md", ABOUT.replace("about", "admin"), "3: slug: the site itself uses this address"),
    ("about.md", ABOUT.replace("About us", "x" * (TITLE_LIMIT + 1)), "2: title: it takes 200 characters at most"),
    ("about.md", ABOUT.replace("We are *three*.", " "), "body: it takes some text"),
    ("about.md", ABOUT.replace("title", "byline: x\ntitle"), "2: byline: there is no such field"),
    ("about.md", ABOUT.replace("slug", "draft: maybe\nslug"), "3: draft: it takes true or false"),
    ("about.md", f"{ABOUT}\n::: figure\nimage: no.jpg\nalt: x\n:::\n", "7: body: there is no image 'no.jpg'"),
    ("menus.yaml", "footer:\n- label: Us\n", "1: footer 1: the address is a path of this site"),
    ("menus.yaml", "footer:\n- address: /us\n", "1: footer 1: it takes some text"),
    ("menus.yaml", "\nside: []\n", "2: side: there is no such field; the fields are footer, masthead"),
    ("menus.yaml", "footer:\n" + "- {label: Us, address: /}\n" * 21, "1: footer: it takes 20 links at most"),
    ("menus.yaml", "footer: [a: b", "1: file: expected"),
    ("menus.yaml", "- a\n", "1: file: it takes lines of `field: value`"),
]


@ON_SQLITE
def test_what_is_wrong_in_a_file_is_said_with_its_line_and_nothing_of_it_is_stored(
    factory: Factory, run: Run, tmp_path: Path
) -> None:
    for number, (name, text, words) in enumerate(WRONG):
        path = tmp_path / str(number) / name
        path.parent.mkdir()
        path.write_text(text)
        answer = run("load", path)
        assert answer.exit_code == 1, text
        assert words in answer.output
        assert answer.output.startswith(f"{path}:")
    assert factory.ask(sa.select(StandingPage)) + factory.ask(sa.select(Menu)) == []


@ON_SQLITE
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, TEXTS)
def test_any_page_that_can_be_written_is_the_same_once_it_was_dumped(
    factory: Factory, tmp_path: Path, title: str, text: str
) -> None:
    body = body_of(text)
    try:
        content = PageContent("any", checked_line(title), PageState.LIVE, body, checked_body(body, {}))
    except Problem:
        return
    path = tmp_path / "any.md"
    with factory.app.app_context(), transaction() as session:
        store_page(session, PageFile(content, [], {}), force=True)
        page = session.scalars(sa.select(StandingPage)).one()
        path.write_text(page_text(page, []), encoding="utf-8", newline="\n")
        if not body.strip():
            with pytest.raises(TextFileError, match="it takes some text"):
                read_page_file(path)
        else:
            assert read_page_file(path).content == content
