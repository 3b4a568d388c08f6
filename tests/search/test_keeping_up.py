"""What is found follows what becomes of it, whoever changes it and by whichever way."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade

from app.accounts.queries import Identity
from app.articles.models import Article, Author
from app.articles.naming import AuthorName
from app.core.db import db, transaction
from app.moderation import decisions
from app.moderation.models import Outcome
from app.search.models import ArticleWords, CommentWords, QuestionWords
from tests.comments.sending import everything_stored
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.receipts.conftest import work
from tests.search.conftest import Search, found

BEFORE = "b40e6f2d91a7"


def indexed(factory: Factory) -> list[tuple[Any, ...]]:
    with factory.app.app_context():
        tables = (ArticleWords, QuestionWords, CommentWords)
        return sorted(tuple(row) for table in tables for row in db.session.execute(sa.select(table.__table__)))


def test_a_comment_is_found_as_long_as_it_is_published_and_by_what_it_says_now(
    client: FlaskClient, factory: Factory, edith: Identity, browser: FlaskClient, search: Search
) -> None:
    article = factory.article("news")
    comment, token = factory.comment(article, "An early bird.")
    here = [f"/comments/{comment}"]
    assert found(search("bird")) == []
    factory.decide(edith, comment, "publish")
    assert found(search("bird")) == here
    for verb in ("reject", "spam", "return"):
        factory.decide(edith, comment, verb)
        assert found(search("bird")) == [], verb
        factory.undo(edith, comment)
        assert found(search("bird")) == here, verb
    send_form(browser, f"/admin/comments/{comment}/edit", {"body": "A late fish.", "seen": "published.1"})
    assert (found(search("bird")), found(search("fish"))) == ([], here)
    client.post(f"/receipts/{token}/edit", data={"body": "A slow snail."})
    send_form(browser, f"/admin/comments/{comment}/new-text", {"edit": "1", "verb": "accept", "seen": "published.2"})
    client.post(f"/receipts/{token}/withdraw")
    assert [found(search(word)) for word in ("bird", "fish", "snail")] == [[], [], []]


def test_whatever_publishes_or_takes_down_is_followed(
    client: FlaskClient, factory: Factory, edith: Identity, browser: FlaskClient, search: Search
) -> None:
    app, article = factory.app, factory.article("news")
    first, _token = factory.comment(article, "A first bird.")
    send_form(browser, f"/admin/comments/{first}/reply", {"body": "An answering bird.", "seen": "pending.1"})
    assert len(found(search("bird"))) == 2
    page = send_form(browser, "/admin/bulk", {"decision": "reject", "tab": "published", "newest": first + 1, "rule": 2})
    assert page.status_code == 303
    work(app)
    assert found(search("bird")) == []
    second, token = factory.comment(article, "Another bird.")
    factory.decide(edith, second, "reject")
    client.post(f"/receipts/{token}/appeal", data={"appeal": "Read it again."})
    factory.answer(edith, second, Outcome.UPHELD, "You were right.")
    assert found(search("bird")) == [f"/comments/{second}"]
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(Article))
    assert indexed(factory) == []


@ON_SQLITE
def test_a_fault_of_the_filter_keeps_no_comment_in_the_index_or_out_of_it(
    factory: Factory, edith: Identity, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ValueError

    comment, _token = factory.comment(factory.article("news"), "An early bird.")
    monkeypatch.setattr(decisions, "teach", fail)
    factory.decide(edith, comment, "publish")
    assert found(search("bird")) == [f"/comments/{comment}"]
    factory.decide(edith, comment, "reject")
    assert found(search("bird")) == []


def test_an_article_is_found_by_what_it_says_now_and_no_more_when_it_is_withdrawn(
    factory: Factory, browser: FlaskClient, search: Search
) -> None:
    faq = [{"question": "Which bird?", "answer": "A swift."}]
    article = factory.article("news", "Of a sparrow.\n", faq=faq, tags=["Owls"])
    assert len(found(search("swift"))) == len(found(search("sparrow"))) == len(found(search("owls"))) == 1
    factory.article("news", "Of a heron.\n", faq=[{"question": "Which bird?", "answer": "A stork."}], tags=["Geese"])
    assert [found(search(word)) for word in ("swift", "sparrow", "owls")] == [[], [], []]
    assert [len(found(search(word))) for word in ("heron", "stork", "geese")] == [1, 1, 1]
    comment, _token = factory.comment(article, "Who?")
    send_form(
        browser, f"/admin/comments/{comment}/faq", {"question": "Who sings?", "answer": "A wren.", "seen": "pending.1"}
    )
    assert len(found(search("wren"))) == 1
    send_form(browser, "/admin/questions/2/remove")
    assert found(search("wren")) == []
    send_form(browser, "/admin/articles/1/withdraw", {"reason": "A court has forbidden it."})
    assert [found(search(word)) for word in ("heron", "stork", "who")] == [[], [], []]
    assert indexed(factory) == [(comment, "who")]
    send_form(browser, "/admin/articles/1/republish")
    assert [len(found(search(word))) for word in ("heron", "stork")] == [1, 1]


def test_an_author_who_is_called_otherwise_is_found_by_that_name(app: Flask, factory: Factory, search: Search) -> None:
    factory.described("rosa-martin")
    factory.article("news", authors=["rosa-martin"])
    assert found(search("martin")) == ["/articles/news"]
    with app.app_context(), transaction() as session:
        session.scalars(sa.select(Author)).one().name = "Rosa Klee"
        session.execute(sa.update(Article).values(authors=(AuthorName("rosa-martin", "Rosa Klee"),)))
    work(app)
    assert (found(search("martin")), found(search("klee"))) == ([], ["/articles/news"])


def test_what_is_rolled_back_was_never_found(app: Flask, factory: Factory, search: Search) -> None:
    factory.article("news", title="The sparrow")
    before = indexed(factory)
    with app.app_context(), pytest.raises(RuntimeError):
        change_and_fail()
    with app.app_context(), transaction() as session:
        session.scalars(sa.select(Article)).one().words = 3
    assert indexed(factory) == before
    assert found(search("heron")) == []


def change_and_fail() -> None:
    with transaction() as session:
        session.scalars(sa.select(Article)).one().title = "The heron"
        session.flush()
        raise RuntimeError


def test_the_migration_makes_of_what_is_there_what_is_made_when_it_is_written(
    app: Flask, factory: Factory, edith: Identity, search: Search
) -> None:
    article = factory.article(
        "news",
        "## Łódź\n\nStraße, Straße, straße.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        tags=["Été"],
        faq=[{"question": "Où?", "answer": "東京"}],
    )
    factory.article("drafted", published=None)
    factory.published(article, "An *early* [bird](https://example.org).\n\n> शान्ति", editor=edith)
    factory.comment(article, "Waiting.")
    before = indexed(factory)
    assert len(before) == 4
    with app.app_context():
        downgrade(revision=BEFORE)
        upgrade()
    assert indexed(factory) == before
    assert len(found(search("strasse"))) == len(found(search("bird"))) == 1


@ON_SQLITE
def test_nothing_is_left_of_erased_words_in_the_index_or_in_the_file(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    texts = ["Of quuxifragous things.", "Of other things.", "Of wibbledorf and things."]
    sent = [factory.comment(article, text) for text in texts]
    for comment, _token in sent:
        factory.decide(edith, comment, "publish")
    words = ("quuxifrag", "wibbledorf")
    assert all(word in everything_stored(factory) for word in words)
    client.post(f"/receipts/{sent[0][1]}/erase")
    factory.decide(edith, sent[2][0], "reject")
    frozen_clock.advance(days=60)
    work(app)
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert [word for word in words if word in everything_stored(factory)] == []
    assert found_by_index(app, "things") == [sent[1][0]]


def found_by_index(app: Flask, word: str) -> list[int]:
    with app.app_context():
        asked = sa.text("SELECT rowid FROM search_comments_index WHERE search_comments_index MATCH :word")
        return list(db.session.scalars(asked, {"word": word}))
