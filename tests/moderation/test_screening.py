"""A comment that comes in is looked at by every phase, and each one's finding is kept."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments.editing import replace_text
from app.comments.events import comment_published
from app.comments.models import Comment, LinkHost, Status
from app.comments.submitting import forget_addresses
from app.core.db import transaction
from app.core.markup import comment_html
from app.moderation import circumstances, phases, screening
from app.moderation.models import Finding, Verdict
from app.moderation.phases import FLOOD_EVERYWHERE, FLOOD_HERE
from app.moderation.phrases import add
from app.site.models import Policy, the_site
from tests.comments.sending import send
from tests.conftest import ON_SQLITE, FrozenClock, file_of
from tests.factories import Factory
from tests.reading.test_query_counts import counted

Found = dict[str, tuple[Verdict, list[str]]]


def found(factory: Factory, comment_id: int) -> Found:
    """What the phases had against a comment, with the words that they went by."""
    rows = factory.ask(sa.select(Finding).where(Finding.comment_id == comment_id, Finding.verdict != Verdict.PUBLISH))
    return {row.phase: (row.verdict, row.marks) for row in rows}


def last(factory: Factory) -> int:
    (comment_id,) = factory.ask(sa.select(sa.func.max(Comment.id)))
    assert isinstance(comment_id, int)
    return comment_id


def ban_phrase(app: Flask, editor: Identity, text: str, verdict: Verdict) -> None:
    with app.app_context(), transaction() as session:
        add(session, editor, [text], verdict)


@pytest.fixture
def article(factory: Factory) -> int:
    return factory.article("news")


def test_a_plain_comment_is_found_nothing_against(client: FlaskClient, factory: Factory, article: int) -> None:
    send(client)
    assert found(factory, last(factory)) == {}
    assert factory.ask(sa.select(Finding.phase)) == ["filter"]


def test_every_phase_speaks_and_the_strictest_verdict_counts(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    ban_phrase(app, edith, "casino", Verdict.HOLD)
    ban_phrase(app, edith, "buy pills", Verdict.SPAM)
    send(client, body="Buy PILLS, c\u0430sino: https://a.example https://b.example https://c.example/x")
    comment = last(factory)
    hosts = ["a.example", "b.example", "c.example"]
    assert found(factory, comment) == {
        "banned": (Verdict.SPAM, ["Buy PILLS"]),
        "suspect": (Verdict.HOLD, ["c\u0430sino"]),
        "links": (Verdict.HOLD, ["https://a.example", "https://b.example", "https://c.example/x"]),
        "new host": (Verdict.HOLD, hosts),
    }
    assert factory.ask(sa.select(Comment.status)) == [Status.SPAM]


def test_the_same_words_from_someone_else_within_a_day_are_found_repeated(
    client: FlaskClient, factory: Factory, article: int, frozen_clock: FrozenClock
) -> None:
    factory.article("other")
    send(client, via="203.0.113.1", body="A sound point.")
    first = last(factory)
    frozen_clock.advance(hours=23, minutes=59)
    send(client, "other", via="203.0.113.2", name="Bob", body="A *sound*  POINT!")
    assert found(factory, last(factory)) == {"repeated": (Verdict.HOLD, [])}
    (reason,) = factory.ask(sa.select(Finding.reason).where(Finding.phase == "repeated"))
    assert f"Comment {first} " in reason
    frozen_clock.advance(days=1, seconds=1)
    send(client, via="203.0.113.3", body="A sound point.")
    assert found(factory, last(factory)) == {}


def test_other_words_are_not_found_repeated(client: FlaskClient, factory: Factory, article: int) -> None:
    send(client, via="203.0.113.1", body="A sound point.")
    send(client, via="203.0.113.2", body="A sound pint.")
    assert found(factory, last(factory)) == {}


def test_of_words_only_a_keyed_hash_is_kept_and_forgotten_with_the_address(
    app: Flask, client: FlaskClient, factory: Factory, article: int, frozen_clock: FrozenClock
) -> None:
    send(client)
    (kept,) = factory.ask(sa.select(Comment.text_hash))
    assert len(kept) == 64
    frozen_clock.advance(days=30)
    with app.app_context(), transaction() as session:
        forget_addresses(session)
    assert factory.ask(sa.select(Comment.text_hash)) == [None]


def test_links_to_this_site_are_not_counted(client: FlaskClient, factory: Factory, article: int) -> None:
    send(client, body=" ".join(f"http://broadsheet.test/articles/{number}" for number in range(5)))
    assert found(factory, last(factory)) == {}


def test_a_host_is_new_until_a_comment_that_links_to_it_is_published_and_again_when_none_is(
    client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    first, _token = factory.comment(article, "See https://www.Source.example/1 and https://source.example/2.")
    assert found(factory, first) == {"new host": (Verdict.HOLD, ["source.example"])}
    for verb, is_new in (("publish", False), ("reject", True), ("publish", False), ("spam", True)):
        factory.decide(edith, first, verb)
        comment, _token = factory.comment(article, f"After {verb} {is_new}: https://source.example/3")
        assert ("new host" in found(factory, comment)) is is_new
    assert factory.ask(sa.select(LinkHost.comment_id)) == []


def test_hosts_follow_the_text_that_an_editor_puts_in_a_published_comments_place(
    app: Flask, factory: Factory, edith: Identity, article: int
) -> None:
    comment = factory.published(article, "See https://old.example.", editor=edith)
    text = "See https://new.example."
    with app.app_context(), transaction() as session:
        replace_text(session, session.get_one(Comment, comment), text=text, html=comment_html(text), editor_id=1)
    assert factory.ask(sa.select(LinkHost.host)) == ["new.example"]


def test_comments_on_one_article_from_many_addresses_within_minutes_are_a_flood(
    factory: Factory, article: int, frozen_clock: FrozenClock
) -> None:
    other = factory.article("other")
    ids = [factory.comment(article)[0] for _ in range(FLOOD_HERE)]
    assert [("flood" in found(factory, one)) for one in ids] == [False] * (FLOOD_HERE - 1) + [True]
    assert found(factory, factory.comment(other)[0]) == {}
    frozen_clock.advance(minutes=5)
    assert found(factory, factory.comment(article)[0]) == {}


def test_many_comments_from_one_address_are_no_flood(factory: Factory, article: int, frozen_clock: FrozenClock) -> None:
    for _ in range(4):
        factory.comment(article, address="home")
    for _ in range(FLOOD_HERE - 2):
        comment, _token = factory.comment(article)
    assert found(factory, comment) == {}


def test_comments_all_over_the_site_from_many_addresses_within_minutes_are_a_flood(factory: Factory) -> None:
    articles = [factory.article(f"number-{number}") for number in range(5)]
    ids = [factory.comment(articles[number % 5])[0] for number in range(FLOOD_EVERYWHERE)]
    assert [("flood" in found(factory, one)) for one in ids[-2:]] == [False, True]


def test_a_new_text_is_screened_in_place_of_the_earlier(app: Flask, factory: Factory, article: int) -> None:
    comment, _token = factory.comment(article, "See https://new.example.")
    assert "new host" in found(factory, comment)
    with app.test_request_context(), transaction() as session:
        row = session.get_one(Comment, comment)
        for text in ("See nothing.", "See *nothing*!"):
            replace_text(session, row, text=text, html=comment_html(text))
            screening.screen(session, row)
    assert found(factory, comment) == {}  # nor is it a repetition of itself


def test_all_that_the_phases_look_at_is_read_in_a_few_statements(
    app: Flask, factory: Factory, edith: Identity, article: int
) -> None:
    factory.published(article, "See https://a.example.", editor=edith)
    ban_phrase(app, edith, "casino", Verdict.HOLD)
    with app.test_request_context(), transaction() as session:
        comment = session.get_one(Comment, 1)
        comment.html = comment_html("See https://a.example and https://b.example, https://c.example.")
        session.flush()
        with counted(app) as statements:
            circumstances.read(session, comment, trap_filled=False)
    assert len(statements) == 4, "\n".join(statements)  # circumstances, hosts, the filter's state, phrases


@ON_SQLITE
def test_while_a_comment_is_looked_at_others_write(
    app: Flask, client: FlaskClient, factory: Factory, article: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def write(context: phases.Context) -> None:
        with closing(sqlite3.connect(file_of(app), timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("COMMIT")
        written.append(context.author)

    monkeypatch.setitem(phases.PHASES, "links", write)
    send(client, name="Ann")
    assert written == ["Ann"]
    assert found(factory, last(factory)) == {}


def test_what_was_found_of_the_holder_of_a_pass_holds_for_a_comment_of_that_pass_alone(
    app: Flask, factory: Factory, article: int
) -> None:
    """The pass can be gone by the time that the comment is written."""
    comment, _token = factory.comment(article, "See nothing.")
    seen = screening.Seen(Policy.PUBLISH, {}, has_failed=False, is_trusted=True, pass_id=7)
    with app.test_request_context(), transaction() as session:
        row = session.get_one(Comment, comment)
        replace_text(session, row, text="See https://a.example.", html=comment_html("See https://a.example."))
        screening.screen(session, row, seen=seen)
    assert "new host" in found(factory, comment)
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]


def test_a_fault_in_what_follows_from_publishing_loses_no_comment(
    app: Flask, client: FlaskClient, factory: Factory, article: int, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_event: object) -> None:
        raise ValueError("Secret words.")

    with app.app_context(), transaction() as session:
        the_site(session).policy = Policy.PUBLISH
    with comment_published.connected_to(fail):
        assert send(client).status_code == 303
    assert found(factory, last(factory)) == {"failed": (Verdict.HOLD, [])}
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]
    assert "Secret" not in caplog.text


@pytest.fixture
def broken_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(context: phases.Context) -> None:
        raise ValueError(context.text)

    monkeypatch.setitem(phases.PHASES, "links", fail)


@pytest.mark.usefixtures("broken_phase")
def test_where_a_phase_fails_the_comment_waits_and_the_others_still_speak(
    client: FlaskClient, factory: Factory, article: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(client, body="Secret words: https://a.example").status_code == 303
    comment = last(factory)
    assert found(factory, comment) == {"links": (Verdict.HOLD, []), "new host": (Verdict.HOLD, ["a.example"])}
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "links: ValueError" in record.getMessage()
    assert "Secret" not in caplog.text


@pytest.mark.usefixtures("broken_phase")
def test_whatever_the_policy_what_a_phase_could_not_look_at_waits(
    app: Flask, client: FlaskClient, factory: Factory, article: int
) -> None:
    with app.app_context(), transaction() as session:
        the_site(session).policy = Policy.PUBLISH
    send(client)
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]


def test_where_screening_as_a_whole_fails_the_comment_waits_with_a_word_on_it(
    client: FlaskClient,
    factory: Factory,
    article: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_given: object) -> None:
        raise ValueError("Secret words.")

    monkeypatch.setattr(circumstances, "known_phrases", fail)
    assert send(client, website="x").status_code == 303
    assert found(factory, last(factory)) == {"failed": (Verdict.HOLD, [])}
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]
    assert "Secret" not in caplog.text
