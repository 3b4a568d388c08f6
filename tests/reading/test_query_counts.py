"""How many questions a page asks the database, which is the same however much there is to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.correcting import correct
from app.core.db import db, transaction
from app.core.markup import render_article
from app.moderation import marking
from tests.factories import Factory


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends, but for those that begin a transaction."""
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "after_cursor_execute", count)
    yield statements
    sa.event.remove(engine, "after_cursor_execute", count)


def fill(factory: Factory, editor: Identity, comments: int) -> None:
    faq = [{"question": f"Why {n}?", "answer": "So."} for n in range(4)]
    for slug in ("news", "other", "third", "fourth"):
        factory.article(slug, faq=faq, tags=["A", "B"], sources=[{"publisher": "X"}])
    article = factory.article("news", faq=faq, tags=["A", "B"], related=["other"])
    ids = factory.published_many(article, [None] + [0] * (comments - 1), editor=editor)
    for _ in range(comments):
        factory.comment(article, parent_id=1)
    with factory.app.app_context(), transaction() as session:
        for comment in ids:
            marking.pick(session, editor, comment, on=True)
            markup = render_article("Nine.", {})
            correct(session, article, actor=editor.actor, text="Nine.", markup=markup, found_in_id=comment)


MOST = {
    # Four of each are any page's: the menus, is there a page on moderation, the revisions, the next publication.
    "/": 7,
    "/articles/news": 19,
    "/articles/news?order=newest": 19,
    "/articles/news?order=picks": 19,
    "/articles/news?comment=1": 21,
    "/faq": 6,
    "/corrections": 5,
    "/comments.atom": 3,
    "/articles/news/comments.atom": 4,
    "/feed.atom": 6,
    "/corrections.atom": 3,
    "/sitemap.xml": 3,
    "/comments/1/reply": 8,
}


def test_a_readers_page_asks_no_more_for_many_comments_than_for_a_dozen(
    factory: Factory, app_with: Callable[..., Flask]
) -> None:
    editor = factory.editor()
    numbers = []
    for comments in (12, 40):
        fill(factory, editor, comments)
        numbers.append({path: statements_of(app_with(), path) for path in MOST})
    few, many = numbers
    assert {path: asked for path, asked in few.items() if len(asked) > MOST[path]} == {}
    assert {path: asked for path, asked in many.items() if len(asked) > len(few[path])} == {}


def statements_of(app: Flask, path: str) -> list[str]:
    """What an application that has kept nothing yet asks the database for a page."""
    with counted(app) as statements:
        assert app.test_client().get(path).status_code == 200
    return statements


def test_the_queue_asks_as_little_for_many_comments_as_for_two(app: Flask, factory: Factory) -> None:
    editor = factory.editor()
    browser = factory.logged_in(editor)
    numbers = {}
    for comments in (2, 40):
        fill(factory, editor, comments)
        for tab in ("pending", "published"):
            with counted(app) as statements:
                assert browser.get(f"/admin/?tab={tab}").status_code == 200
            numbers[tab, comments] = len(statements)
    assert numbers["pending", 2] == numbers["pending", 40]
    assert numbers["published", 2] == numbers["published", 40]
    assert max(numbers.values()) <= 16


def test_a_page_that_is_kept_asks_at_most_for_its_revisions(app: Flask, client: FlaskClient, factory: Factory) -> None:
    fill(factory, factory.editor(), 2)
    client.get("/articles/news")
    with counted(app) as statements:
        client.get("/articles/news")
    assert len(statements) <= 1
