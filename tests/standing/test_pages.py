"""Pages beside the articles: written, moved, deleted, and what readers see of them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.core.db import transaction
from app.pages.models import PageState, StandingPage
from app.sample.loading import load_samples
from tests.conftest import ON_SQLITE
from tests.factories import Factory, send_form
from tests.pages import Page
from tests.standing.conftest import form_of, links_of, put_in_menu, save, write


def audit(factory: Factory) -> list[tuple[str, str]]:
    query = sa.select(AuditEntry).where(AuditEntry.subject == "page:1").order_by(AuditEntry.id)
    return [(row.verb, row.detail) for row in factory.ask(query)]


def test_a_page_is_at_its_address_once_it_is_live_and_as_it_was_last_saved(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    write(browser, "about", title="About  us", text="We are *three*.", state="draft")
    assert client.get("/about").status_code == 404
    save(browser, form_of(browser), state="live")
    page = Page(client.get("/about"))
    assert page.text("//h1") == "About us"
    assert page.text("//div[contains(@class, 'prose')]//em") == "three"
    assert page.link("//link[@rel='canonical']") == "http://broadsheet.test/about"
    assert page.attribute("//meta[@name='description']", "content") == "We are three."
    assert not page.find("//form")
    assert "Set-Cookie" not in page.answer.headers
    put_in_menu(browser, masthead=[("Home", "/"), ("", "/about")])
    save(browser, form_of(browser), text="We are four.")
    assert "We are four." in Page(client.get("/about")).text()
    assert Page(client.get("/")).find("//a[@href='/about']")
    save(browser, form_of(browser), state="draft")
    assert client.get("/about").status_code == 404
    assert not Page(client.get("/")).find("//a[@href='/about']")
    assert audit(factory) == [
        ("write page", "draft"),
        ("save page", "live"),
        ("save page", "live"),
        ("save page", "draft"),
    ]


def test_an_address_that_a_live_page_had_leads_to_it_and_so_do_the_menus(
    browser: FlaskClient, client: FlaskClient
) -> None:
    write(browser, "about")
    write(browser, "privacy")
    put_in_menu(browser, masthead=[("", "/about"), ("Home", "/")], footer=[("Who we are", "/about")])
    save(browser, form_of(browser), slug="who-we-are")
    answer = client.get("/about")
    assert (answer.status_code, answer.location) == (301, "/who-we-are")
    for menu in ("header", "footer"):
        assert Page(client.get("/")).link(f"//{menu}[1]//a[@href='/who-we-are']")
    taken = write(browser, "about")
    assert taken.answer.status_code == 422
    assert taken.error_at("slug") == "Another page has this address, or had it. Choose another."
    save(browser, form_of(browser), slug="privacy")
    assert client.get("/who-we-are").status_code == 200
    save(browser, form_of(browser), slug="about")
    assert [client.get(path).status_code for path in ("/about", "/who-we-are", "/nothing")] == [200, 301, 404]


def test_a_page_is_deleted_with_its_links_when_an_editor_confirms(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    write(browser, "about")
    save(browser, form_of(browser), slug="us")
    put_in_menu(browser, masthead=[("Home", "/")], footer=[("", "/us")])
    confirmation = Page(browser.get("/admin/pages/1/delete"))
    assert "gone for good" in confirmation.text()
    assert client.get("/us").status_code == 200
    told = browser.get(send_form(browser, "/admin/pages/1/delete").location)
    assert Page(told).text("//*[@role='status']") == "“The page about” is deleted."
    assert client.get("/us").status_code == client.get("/about").status_code == 404
    assert not Page(client.get("/")).find("//a[@href='/us']")
    assert links_of(browser)["masthead-0-address"] == "/"
    assert factory.ask(sa.select(StandingPage)) == []
    assert audit(factory)[-1] == ("delete page", "")
    for path in ("/admin/pages/1/delete", "/admin/pages/1/edit"):
        assert browser.get(path).status_code == send_form(browser, path, {"title": "x"}).status_code == 404


def test_two_editors_on_one_page_lose_nothing(browser: FlaskClient, client: FlaskClient, factory: Factory) -> None:
    write(browser, "about", text="One two three.")
    theirs = form_of(browser)
    mine = {**theirs, "text": "One two three four."}
    other = factory.logged_in(factory.editor("Otto Berg", "otto@example.org"))
    save(other, theirs, text="One 2 three.")
    conflict = save(browser, mine)
    assert conflict.answer.status_code == 409
    assert "Otto Berg saved this page" in conflict.text("//*[@role='alert']")
    assert (conflict.texts("//del"), conflict.texts("//ins")) == (["two"], ["2"])
    assert conflict.field("text").strip() == "One two three four."
    assert "One 2 three." in client.get("/about").text
    save(browser, {**mine, "seen": conflict.field("seen")})
    assert "One two three four." in client.get("/about").text
    earlier = Page(browser.get("/admin/pages/1/edit?revision=2"))
    assert earlier.field("text").strip() == "One 2 three."
    assert "This is revision 2" in earlier.text()
    assert Page(browser.get("/admin/pages/1/edit")).texts("//details//li/a") == ["Revision 2", "Revision 1"]
    assert browser.get("/admin/pages/1/edit?revision=9").status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("title", " ", "Give a title."),
        ("text", "", "Write the text."),
        ("text", "Some.\n\n[x](javascript:alert)", "Line 3: "),
        ("slug", "Über uns", "An address takes lower-case letters, digits and single hyphens."),
        ("slug", "articles", "The site itself uses this address. Choose another."),
        ("slug", "admin", "The site itself uses this address. Choose another."),
        ("state", "gone", "Choose who can read it."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_of_the_rest_is_lost(
    browser: FlaskClient, factory: Factory, field: str, given: str, said: str
) -> None:
    page = write(browser, **{"title": "About", "text": "A long text.", field: given})
    assert page.answer.status_code == 422
    assert said in page.text("//*[@role='alert']")
    assert "A long text." in page.field("text") or field == "text"
    assert factory.ask(sa.select(StandingPage)) == []
    preview = Page(send_form(browser, "/admin/pages/preview", {"title": "About", "text": "A.", field: given}))
    assert (preview.answer.status_code, "No preview yet" in preview.text()) == (422, True)


@ON_SQLITE
def test_a_preview_is_the_page_and_stores_nothing(browser: FlaskClient, factory: Factory) -> None:
    text = "## Us\n\n::: video\ntitle: A film\nurl: https://vimeo.com/12345\n:::\n"
    answer = send_form(browser, "/admin/pages/preview", {"title": "About us", "text": text, "state": "draft"})
    page = Page(answer)
    assert page.text("//main//h1") == "About us"
    assert page.text("//main//h2") == "Us"
    assert "frame-src https://player.vimeo.com" in answer.headers["Content-Security-Policy"]
    assert factory.ask(sa.select(StandingPage)) == []


@ON_SQLITE
def test_the_address_is_made_of_the_title_where_none_is_given(browser: FlaskClient, client: FlaskClient) -> None:
    write(browser, slug="", title="Über uns", text="Wir.")
    assert client.get("/uber-uns").status_code == 200


@ON_SQLITE
def test_a_new_site_has_drafts_to_begin_with_which_readers_cannot_see(
    client: FlaskClient, browser: FlaskClient, factory: Factory, edith: Identity
) -> None:
    with factory.app.app_context(), transaction() as session:
        load_samples(session)
    pages = factory.ask(sa.select(StandingPage).order_by(StandingPage.slug))
    assert [(page.slug, page.state) for page in pages] == [
        ("about", PageState.DRAFT),
        ("imprint", PageState.DRAFT),
        ("privacy", PageState.DRAFT),
    ]
    assert "no cookie" in pages[2].html
    assert {client.get(page.url).status_code for page in pages} == {404}
    assert Page(browser.get("/admin/pages")).texts("//*[@class='listed-title']") == [page.title for page in pages]
