"""How SQLite answers each question of a page: along an index, never through a whole table or by sorting one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.articles.correcting import correct
from app.articles.models import Author, Series
from app.comments.threads import PAGE
from app.core.db import db, transaction
from app.core.markup import render_article
from app.moderation import marking
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory

FEW_ROWS = {
    "a_page",
    "appealed",
    "comment_tallies",
    "earlier",
    "menus",
    "house_rules",
    "later",
    "new_texts",
    "newest_comments",
    "phrases",
    "reported",
    "senders",
}
"""Tables that never grow, or to a bound, and what a limit was put to before."""
SORTED = (
    "FROM faq_entries",
    "FROM article_tags",
    "JOIN related_articles",
    "FROM decisions",
    "FROM house_rules",
    "SELECT DISTINCT newest_comments.address_hash",
    "SELECT comments.address_hash, comments.status, count(*)",
)
"""What is sorted after it was found along an index: a handful for one article or comment, and what one address sent in
the thirty days for which it is kept; of the comments of the last minutes, two hundred at most."""


@contextmanager
def asked(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements that the application sends, with what is filled in."""
    statements: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            statements.append((statement, given))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "after_cursor_execute", hear)
    yield statements
    sa.event.remove(engine, "after_cursor_execute", hear)


def detours(app: Flask, statements: list[tuple[str, Any]]) -> list[str]:
    """Each step that grows with a table, in the words of EXPLAIN QUERY PLAN, above its statement."""
    found = []
    with app.app_context(), db.engine.connect() as connection:
        for statement, given in statements:
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given):
                step = str(row[3])
                if _is_detour(step, statement):
                    found.append(f"{step}\n{statement}")
    return found


def _is_detour(step: str, statement: str) -> bool:
    if "TEMP B-TREE" in step:
        return not any(table in statement for table in SORTED)
    if "VIRTUAL TABLE INDEX" in step:
        return "MATCH" not in statement  # FTS5 goes along what matches, in the order of its keys
    table = step.removeprefix("SCAN ").split()[0]
    if table == "CONSTANT" or table.startswith("("):
        return False
    # In the order of an index or of the key, a scan ends where the LIMIT does.
    in_order = " USING " in step or f"FROM {table} ORDER BY {table}.id" in statement
    return step.startswith("SCAN") and table not in FEW_ROWS and not (in_order and "LIMIT" in statement)


@pytest.fixture
def paths(factory: Factory, frozen_clock: FrozenClock) -> dict[str, str]:
    """Pages of a site that has more of everything than one page shows."""
    editor = factory.editor()
    factory.described("rosa-martin", Author)
    factory.described("bridges", Series)
    for number in range(22):
        frozen_clock.advance(minutes=1)
        factory.article(f"earlier-{number}", tags=["A"], authors=["rosa-martin"], series="bridges")
    factory.article("later", published=frozen_clock.time + timedelta(days=1))
    article = factory.article("news", tags=["A", "B"], related=["earlier-3"], series="bridges")
    ids = factory.published_many(article, [None] + [None, 0] * PAGE, editor=editor)
    for verb in ("reject", "spam"):
        for number in range(2):
            comment, _token = factory.comment(article, parent_id=ids[number])
            factory.decide(editor, comment, verb)
    _waiting, token = factory.comment(article, parent_id=ids[0])
    with factory.app.app_context(), transaction() as session:
        for comment in ids[:22]:
            marking.pick(session, editor, comment, on=True)
            markup = render_article("Nine.", {})
            correct(session, article, actor=editor.actor, text="Nine.", markup=markup, found_in_id=comment)
    return {
        "article": "/articles/news",
        "middle": f"/articles/news?from={ids[3]:08x}",
        "newest": "/articles/news?order=newest",
        "newest from the middle": f"/articles/news?order=newest&from={ids[3]:08x}",
        "picks": "/articles/news?order=picks",
        "more picks": f"/articles/news?order=picks&from={ids[20]:08x}",
        "branch": f"/articles/news?from={ids[0]:08x}{ids[2]:08x}",
        "a comment in its place": f"/articles/news?comment={ids[1]}",
        "a reply in its branch": f"/articles/news?comment={ids[-1]}",
        "permalink": f"/comments/{ids[-1]}",
        "reply": f"/comments/{ids[-1]}/reply",
        "receipt": f"/receipts/{token}",
        "front": "/",
        "tag": "/tags/a",
        "older with a tag": "/tags/a?before=earlier-4",
        "author": "/authors/rosa-martin",
        "older by an author": "/authors/rosa-martin?before=earlier-4",
        "series": "/series/bridges",
        "further parts of a series": "/series/bridges?after=earlier-4",
        "month": "/archive/2026/11",
        "older of a month": "/archive/2026/11?before=earlier-4",
        "search": "/search?q=letter+1*",
        "search for a phrase": "/search?q=%22letter+1%22&kind=comments",
        "corrections": "/corrections",
        "older corrections": "/corrections?before=2",
        "feed": "/feed.atom",
        "feed of a tag": "/tags/a/feed.atom",
        "news": "/sitemaps/news.xml",
        "corrections feed": "/corrections.atom",
        "comments feed": "/comments.atom",
        "comments feed of the article": "/articles/news/comments.atom",
    }


@ON_SQLITE
def test_each_of_a_readers_pages_goes_along_indexes(app: Flask, client: FlaskClient, paths: dict[str, str]) -> None:
    found = {}
    for page, path in paths.items():
        with asked(app) as statements:
            assert client.get(path).status_code in {200, 302}, page
        assert statements, page
        found[page] = detours(app, statements)
    assert not any(found.values()), found


@ON_SQLITE
@pytest.mark.usefixtures("paths")
@pytest.mark.parametrize("tab", ["pending", "published", "rejected", "spam"])
def test_each_tab_of_the_queue_goes_along_indexes(app: Flask, factory: Factory, tab: str) -> None:
    browser = factory.logged_in(factory.editor("Second Editor", "second@example.org"))
    with asked(app) as statements:
        first = browser.get(f"/admin/?tab={tab}")
        browser.get(f"/admin/?tab={tab}&after=1700000000000000-1")
    assert first.status_code == 200
    assert len(statements) > 6
    assert detours(app, statements) == []


@ON_SQLITE
@pytest.mark.usefixtures("paths")
def test_sending_a_reply_goes_along_indexes(app: Flask, client: FlaskClient) -> None:
    with asked(app) as statements:
        answer = client.post("/articles/news/comments", data={"name": "Ann", "body": "A sound point.", "parent": "1"})
    assert answer.status_code == 303
    assert detours(app, statements) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM comments WHERE source = 'x' LIMIT 1",
        "SELECT slug FROM articles ORDER BY slug",
        "SELECT id FROM comments WHERE parent_id = 1 ORDER BY author",
    ],
)
def test_a_whole_table_a_whole_index_and_sorting_are_seen(app: Flask, statement: str) -> None:
    assert detours(app, [(statement, ())])
