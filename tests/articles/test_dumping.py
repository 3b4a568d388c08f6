"""`flask articles dump`: files that load back, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.articles.content import (
    PARTS,
    ArticleContent,
    Problem,
    Question,
    body_of,
    checked_body,
    checked_line,
    checked_lines,
    checked_question,
    checked_source,
    checked_tags,
)
from app.articles.dumping import file_text
from app.articles.files import read_article_file
from app.articles.front_matter import TextFileError
from app.articles.loading import Outcome, store
from app.articles.models import Article, Author, Series, Source
from app.core.db import db, transaction
from app.sample.loading import load_samples
from tests.articles.conftest import WHOLE, Dump, Load, WriteFile
from tests.articles.test_writing import write_again
from tests.conftest import ON_SQLITE
from tests.factories import Factory, send_form
from tests.pages import Page

LINES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
TEXTS = st.lists(LINES | st.sampled_from(["---", "", "  ", "## A\n", "- one", "null", "|", "'", "#"]), max_size=6).map(
    "\n".join
)
AUTHORS = ["ada", "bea", "cleo"]
MOMENTS = st.datetimes(datetime(1700, 1, 1), datetime(8000, 1, 1), timezones=st.just(UTC))


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def forget_all(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(Article))


def test_what_is_dumped_loads_on_another_site_and_dumps_to_the_same_bytes(
    factory: Factory, browser: FlaskClient, dump: Dump, load: Load, tmp_path: Path
) -> None:
    with factory.app.app_context(), transaction() as session:
        load_samples(session)
    factory.article("drafted")
    gone_id = factory.article("gone", faq=[{"question": "One\nline?", "answer": "So.\n\n- a\n- b"}], comments="off")
    send_form(browser, f"/admin/articles/{gone_id}/withdraw", {"reason": "A court.\nTwo."})
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Article).where(Article.slug == "drafted").values(published_at=None))
    first, second = tmp_path / "first", tmp_path / "second"
    assert dump(first).exit_code == 0
    assert {"gone.md", "drafted.md"} < set(files_in(first))
    assert any(name.startswith("drawings/") for name in files_in(first))
    before = factory.ask(sa.select(Article.uid).order_by(Article.slug))
    assert set(load(first).output.split()[1::2]) == {"unchanged"}

    forget_all(factory.app)
    assert set(load(first).output.split()[1::2]) == {"added"}
    dump(second)
    assert files_in(second) == files_in(first)
    assert factory.ask(sa.select(Article.uid).order_by(Article.slug)) == before
    (gone,) = factory.ask(sa.select(Article).where(Article.slug == "gone"))
    assert (gone.state, gone.withdrawn_because) == ("withdrawn", "A court.\nTwo.")


def test_authors_and_series_are_dumped_beside_the_articles_and_load_with_them(
    factory: Factory, dump: Dump, load: Load, tmp_path: Path
) -> None:
    about: dict[str, Any] = {"name": "Jo Li", "text": "Writes on *rivers*.\n", "link": "https://jo.example/"}
    factory.described("jo-li", **about, email="jo@example.org")
    factory.described("ada", text="")
    factory.described("bridges", Series)
    factory.article("news", authors=["jo-li", "ada"], series="bridges", byline=None)
    first, second = tmp_path / "first", tmp_path / "second"
    dump(first)
    assert set(files_in(first)) == {"authors/ada.md", "authors/jo-li.md", "news.md", "series/bridges.md"}
    assert b"authors:\n- jo-li\n- ada\n" in files_in(first)["news.md"]
    assert b"series: bridges\npart: 1\n" in files_in(first)["news.md"]
    with factory.app.app_context(), transaction() as session:
        for table in (Article, Author, Series):
            session.execute(sa.delete(table))
    loaded = load(first / "news.md")
    assert loaded.exit_code == 0, loaded.output
    assert set(load(first).output.split()[1::2]) == {"unchanged"}
    dump(second)
    assert files_in(second) == files_in(first)
    dump("news", tmp_path / "third")
    assert files_in(tmp_path / "third") == files_in(first)


def test_a_file_never_goes_over_what_an_editor_has_said_of_an_author_and_names_none_that_is_not_there(
    browser: FlaskClient, load: Load, write: WriteFile
) -> None:
    jo = "---\nname: Jo {}\nslug: jo-li\n---\nWrites.\n"
    path = write(jo.format("Li"), "authors/jo-li.md")
    assert load(path).output == f"{path}: added\n"
    write(jo.format("Lee"), "authors/jo-li.md")
    assert load(path).output == f"{path}: updated\n"
    page = Page(browser.get("/admin/authors/1"))
    send_form(browser, "/admin/authors/1", {"seen": page.field("seen"), "name": "Jo Lee", "text": "Sings."})
    write(jo.format("Li"), "authors/jo-li.md")
    assert load(path).output == f"{path}: an editor has changed this since; --force overwrites the change\n"
    assert load("--force", path).output == f"{path}: updated\n"
    article = write(WHOLE.replace("byline:", "authors: [nobody]\nbyline:"))
    answer = load(article)
    assert answer.exit_code == 1
    assert answer.output.splitlines()[-1] == f"{article}: there is no author nobody, nor a file authors/nobody.md"
    for wrong in ("name: Jo", "slug: jo\nname: Jo\nlink: ftp://x", "slug: jo\nname: Jo\nhat: z"):
        path = write(f"---\n{wrong}\n---\n", "authors/jo.md")
        assert load(path).output.startswith(f"{path}:"), wrong


def test_a_file_with_an_id_is_that_article_whatever_its_slug(
    factory: Factory, dump: Dump, load: Load, tmp_path: Path
) -> None:
    factory.article("news")
    factory.article("other")
    dump("news", tmp_path)
    path = tmp_path / "news.md"
    path.write_text(path.read_text().replace("slug: news", "slug: news-at-ten"))
    assert load(path).output == f"{path}: updated\n"
    assert factory.ask(sa.select(Article.slug).order_by(Article.id)) == ["news-at-ten", "other"]
    path.write_text(path.read_text().replace("slug: news-at-ten", "slug: other"))
    refused = load(path)
    assert (refused.exit_code, refused.output) == (1, f"{path}: another article has, or had, the slug other\n")


def test_a_load_never_goes_over_a_later_change_of_an_editor_nor_brings_back_what_is_withdrawn(
    browser: FlaskClient, factory: Factory, dump: Dump, load: Load, tmp_path: Path
) -> None:
    factory.article("news", "First.\n")
    dump(tmp_path)
    path = tmp_path / "news.md"
    write_again(browser, text="Second.", note="New.")
    path.write_text(path.read_text().replace("First.", "Third."))
    assert "an editor has changed this article since" in load(path).output
    dump(tmp_path)
    assert load(path).output == f"{path}: unchanged\n"
    path.write_text(path.read_text().replace("Second.", "Third."))
    send_form(browser, "/admin/articles/1/withdraw", {"reason": "A court."})
    assert load(path).output == f"{path}: updated\n"
    assert browser.get("/articles/news").status_code == 410
    assert factory.ask(sa.select(Article.source)) == ["Third.\n"]


@ON_SQLITE
def test_a_draft_in_a_file_is_one_and_stays_one(load: Load, write: WriteFile, client: FlaskClient) -> None:
    path = write(WHOLE.replace("published: 2026-11-19T09:30:00+01:00", "draft: true"))
    load(path)
    assert client.get("/articles/bridges").status_code == 404
    assert load(path).output == f"{path}: unchanged\n"
    path = write(WHOLE.replace("published: 2026-11-19T09:30:00+01:00\n", "").replace("They are old.", "They are new."))
    load(path)
    assert client.get("/articles/bridges").status_code == 404


@pytest.mark.parametrize("line", ["id: 1", "id: nonsense", "draft: maybe", "withdrawn:", "withdrawn: [a]"])
def test_what_is_wrong_in_those_fields_is_said(write: WriteFile, line: str) -> None:
    with pytest.raises(TextFileError, match=f":2: {line.partition(':')[0]}: it takes"):
        read_article_file(write(WHOLE.replace("title:", f"{line}\ntitle:", 1)))


@ON_SQLITE
def test_what_cannot_be_dumped_is_said(dump: Dump, factory: Factory, tmp_path: Path) -> None:
    factory.article("news")
    answer = dump("nowhere", "news", tmp_path)
    assert (answer.exit_code, answer.output) == (1, f"nowhere: there is no such article\n{tmp_path / 'news.md'}\n")
    (tmp_path / "blocked").write_text("")
    assert dump("news", tmp_path / "blocked" / "below").exit_code == 1


@st.composite
def contents(draw: st.DrawFn) -> ArticleContent:
    """Whatever a form or a file can hold."""

    def texts(strategy: st.SearchStrategy[str] = LINES, most: int = 3) -> list[str]:
        return draw(st.lists(strategy, max_size=most))

    body = body_of(draw(TEXTS))
    authors = draw(st.permutations(AUTHORS))[: draw(st.integers(0, 3))]
    series = draw(st.sampled_from([None, "bridges"]))
    is_unsigned = draw(st.booleans()) and bool(authors)
    return ArticleContent(
        slug="news",
        title=checked_line(draw(LINES) + "a"),
        byline="" if is_unsigned else checked_line(draw(LINES) + "b"),
        standfirst=checked_line(draw(TEXTS) + "c"),
        published=draw(MOMENTS),
        source=body,
        markup=checked_body(body, {}),
        sample=draw(st.booleans()),
        authors=authors,
        series=series,
        part=draw(st.none() | st.integers(1, PARTS)) if series else None,
        tags=checked_tags(tag for tag in texts() if tag.strip()),
        related=[slug for slug in checked_lines(texts()) if slug],
        sources=[source(draw) for _number in texts()],
        faq=[question(draw) for _number in texts()],
    )


def source(draw: st.DrawFn) -> Source:
    return checked_source({"publisher": draw(LINES) + "x", "title": draw(LINES), "note": draw(TEXTS)})


def question(draw: st.DrawFn) -> Question:
    return checked_question(draw(TEXTS) + "?", draw(TEXTS) + "!")


@ON_SQLITE
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_an_article_says_its_dump_loads_as_the_same_and_dumps_to_the_same_bytes(
    app: Flask, factory: Factory, tmp_path: Path, data: st.DataObject
) -> None:
    if not factory.ask(sa.select(Series)):
        for slug in AUTHORS:
            factory.described(slug)
        factory.described("bridges", Series)
    try:
        content = data.draw(contents())
    except Problem:
        return  # No form or file can hold it.
    path = tmp_path / "news.md"
    with app.app_context():
        try:
            with transaction() as session:
                store(session, content)
                dumped = file_text(session.scalars(sa.select(Article)).one())
            path.write_text(dumped, encoding="utf-8", newline="\n")
            file = read_article_file(path)
            with transaction() as session:
                assert store(session, file) is Outcome.UNCHANGED
                session.execute(sa.delete(Article))
                session.expunge_all()
                store(session, file)
                assert file_text(session.scalars(sa.select(Article)).one()) == dumped
        finally:
            with transaction() as session:
                session.execute(sa.delete(Article))
            db.session.remove()
