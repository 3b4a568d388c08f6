"""What several people do at the same moment is done by one after the other, and none of them is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.articles.announcing import announce
from app.articles.closing import set_comments
from app.articles.models import Article, CommentsState
from app.comments.models import Comment, CommentTally, Status
from app.core.db import db, transaction
from app.core.markup import render_article
from app.following.asking import hash_of
from app.following.confirming import erase as erase_address
from app.following.models import Subscriber
from app.moderation import decisions, taking_up
from app.newsletter.importing import start, take_chunk
from app.newsletter.models import Subscription
from app.newsletter.scheduling import schedule_with
from app.newsletter.tables import Line
from app.receipts.erasing import erase
from tests.conftest import ON_POSTGRESQL, FrozenClock
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk
from tests.newsletter.mailroom import draft, issue_of

pytestmark = ON_POSTGRESQL

_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def meanwhile(app: Flask) -> Any:
    """Begins something in another thread, and goes on when that is done or waits for a lock."""
    with ThreadPoolExecutor(1) as pool:

        def begin(what: Callable[[], Any]) -> Future[Any]:
            begun = pool.submit(what)
            with app.app_context(), db.engine.connect() as looking:
                while not begun.done() and not looking.scalar(_WAITING):
                    looking.rollback()
                    sleep(0.01)
            return begun

        yield begin


def tallies(factory: Factory) -> dict[Status, int]:
    kept = factory.ask(sa.select(CommentTally).where(CommentTally.count > 0))
    return {tally.status: tally.count for tally in kept}


def test_an_editor_who_takes_comments_down_does_not_cross_one_who_puts_others_up(
    app: Flask, factory: Factory, desk: Desk, meanwhile: Any
) -> None:
    article = factory.article("news")
    waits, other, rejected = [factory.comment(article)[0] for _ in range(3)]
    desk.decide(rejected, "reject")
    with app.app_context(), transaction() as session:
        decisions.decide(session, desk.editor, waits, "publish", "pending.1")
        put_up = meanwhile(lambda: desk.decide(rejected, "publish", "rejected"))
        decisions.decide(session, desk.editor, other, "reject", "pending.1", reason=decisions.Reason(2))
    assert put_up.result().status_code == 303
    assert tallies(factory) == {Status.PUBLISHED: 2, Status.REJECTED: 1}


def test_a_reply_that_is_published_does_not_cross_what_becomes_of_the_comment_above(
    app: Flask, factory: Factory, desk: Desk, meanwhile: Any
) -> None:
    above = factory.published(factory.article("news"), editor=desk.editor)
    reply, _token = factory.comment(1, parent_id=above)
    with app.app_context(), transaction() as session:
        decisions.locked(session, above)
        published = meanwhile(lambda: desk.decide(reply, "publish"))
        decisions.decide(session, desk.editor, above, "spam", "published.1")
    assert published.result().status_code == 303
    assert tallies(factory) == {Status.PUBLISHED: 1, Status.SPAM: 1}


def test_what_is_recorded_keeps_nobody_from_what_is_done_after_it(
    app: Flask, factory: Factory, desk: Desk, meanwhile: Any
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    other = factory.article("other")
    bob = factory.editor("Bob Field", "bob@example.org")

    def close() -> None:
        with app.app_context(), transaction() as session:
            set_comments(session, bob, other, CommentsState.CLOSED)

    with app.app_context(), transaction() as session:
        erase(session, [comment])
        closed = meanwhile(close)
        session.execute(sa.update(Article).where(Article.id == other).values(comment_count=0))
    closed.result()
    assert factory.ask(sa.select(Article.comments).order_by(Article.id)) == [CommentsState.OPEN, CommentsState.CLOSED]


def test_a_file_that_is_loaded_while_an_editor_answers_a_question_waits_and_is_told_of_the_change(
    app: Flask, factory: Factory, desk: Desk, meanwhile: Any
) -> None:
    comment = factory.published(factory.article("news"), editor=desk.editor)
    path = Path(app.instance_path) / "news.md"
    path.write_text(path.read_text().replace("Some text", "Another text"))
    markup = render_article("Because.", {})
    with app.app_context(), transaction() as session:
        taking_up.answer(session, desk.editor, comment, "published.1", question="Why?", text="Because.", markup=markup)
        loaded = meanwhile(lambda: app.test_cli_runner().invoke(args=["articles", "load", str(path)]))
    assert loaded.result().exit_code == 1
    assert "an editor has changed this article" in loaded.result().output
    assert "Why?" in app.test_client().get("/articles/news").text


def test_a_comment_that_its_author_erases_while_an_editor_publishes_it_is_counted_where_it_stands(
    app: Flask, factory: Factory, desk: Desk, meanwhile: Any
) -> None:
    comment, token = factory.comment(factory.article("news"))
    with app.app_context(), transaction() as session:
        decisions.decide(session, desk.editor, comment, "publish", "pending.1")
        erased = meanwhile(lambda: app.test_client().post(f"/receipts/{token}/erase"))
    assert erased.result().status_code == 303
    assert tallies(factory) == {Status.WITHDRAWN: 1}
    assert factory.ask(sa.select(Article.comment_count)) == [0]


def test_who_agrees_to_be_named_while_the_words_are_erased_is_not_named(
    app: Flask, factory: Factory, desk: Desk, meanwhile: Any
) -> None:
    comment, token = factory.comment(factory.article("news"), author="Ann Reader")
    answer = {"question": "Why?", "answer": "Because.", "seen": "pending.1"}
    assert send_form(desk.browser, f"/admin/comments/{comment}/faq", answer).status_code == 303
    with app.app_context(), transaction() as session:
        erase(session, [comment])
        named = meanwhile(lambda: app.test_client().post(f"/receipts/{token}/credit", data={"named": "1"}))
    assert named.result().status_code == 303
    assert "Ann Reader" not in app.test_client().get("/articles/news").text
    assert factory.ask(sa.select(Comment.author)) == [""]


def test_an_issue_is_not_left_waiting_for_an_article_that_goes_live_at_that_moment(
    app: Flask, factory: Factory, desk: Desk, frozen_clock: FrozenClock, meanwhile: Any
) -> None:
    article = factory.article("news", published=frozen_clock.time.replace(hour=12))
    issue = draft(app, desk.editor)

    def go_live() -> None:
        with app.app_context(), transaction() as session:
            announce(session, article)

    with app.app_context(), transaction() as session:
        schedule_with(session, desk.editor, issue, article)
        frozen_clock.advance(hours=2)
        announced = meanwhile(go_live)
    announced.result()
    assert issue_of(app, issue).send_at == frozen_clock.time


def test_an_address_that_is_erased_while_its_button_is_pressed_stays_erased(app: Flask, meanwhile: Any) -> None:
    client = app.test_client()
    client.post("/newsletter", data={"email": "ann@example.org"})
    with app.app_context(), transaction() as session:
        subscriber = session.scalars(sa.select(Subscriber).with_for_update()).one()
        path, [chosen] = subscriber.path, [follow.id for follow in subscriber.follows]
        erase_address(session, subscriber)
        session.flush()
        confirmed = meanwhile(lambda: client.post(f"{path}/confirm", data={"follow": chosen}))
    assert confirmed.result().status_code == 303
    with app.app_context():
        (subscription,) = db.session.scalars(sa.select(Subscription))
        assert subscription.confirmed_at is None


def test_whoever_subscribes_while_a_file_with_the_address_is_taken_in_is_answered(
    app: Flask, desk: Desk, meanwhile: Any
) -> None:
    with app.app_context(), transaction() as session:
        line = Line(1, "ann@example.org", hash_of("ann@example.org"), proof="A form of 2019.")
        number = start(session, desk.editor, file_name="list.csv", proof="", content="")
        take_chunk(session, number, [line])
        asked = meanwhile(lambda: app.test_client().post("/newsletter", data={"email": "ann@example.org"}))
    assert asked.result().status_code == 303
