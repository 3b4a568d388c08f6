"""What the learning filter is told of decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.queries import Identity
from app.comments.models import Comment, Status
from app.core import clock
from app.core.db import db, transaction
from app.core.markup import comment_html
from app.learning.models import FilterState, FilterTrial
from app.moderation import decisions
from app.moderation.teaching import PAGE, examples, expected_examples, teach
from tests.factories import Factory


class Class:
    """Comments under one article, and what the filter is told of them."""

    def __init__(self, factory: Factory, editor: Identity) -> None:
        self.factory, self.editor = factory, editor
        self.article = factory.article("news")

    def decided(self, text: str, *verbs: str) -> int:
        comment_id, _token = self.factory.comment(self.article, text)
        for verb in verbs:
            self.factory.decide(self.editor, comment_id, verb)
        return comment_id

    def undo(self, comment_id: int) -> None:
        self.factory.undo(self.editor, comment_id)

    def teach(self, comment_id: int, status: Status) -> None:
        with self.factory.app.app_context(), transaction() as session:
            teach(session, session.get_one(Comment, comment_id), status)

    def examples(self) -> list[tuple[str, bool]]:
        with self.factory.app.app_context():
            expected = expected_examples(db.session())
            found = list(examples())
            assert len(found) == expected
            return [(example.text, spam) for _, example, spam in found]

    def learned(self) -> tuple[int, int]:
        (state,) = self.factory.ask(sa.select(FilterState))
        return state.ham, state.spam


@pytest.fixture
def lessons(factory: Factory, edith: Identity) -> Class:
    return Class(factory, edith)


def test_published_is_ham_spam_is_spam_and_the_rest_teaches_nothing(lessons: Class) -> None:
    lessons.decided("One.", "publish")
    lessons.decided("Two.", "spam")
    lessons.decided("Three.", "reject")
    lessons.decided("Four.", "return")
    lessons.decided("Five.")
    assert lessons.examples() == [("One.", False), ("Two.", True)]


def test_the_last_decision_counts(lessons: Class) -> None:
    lessons.decided("One.", "publish", "spam")
    lessons.decided("Two.", "spam", "publish")
    lessons.decided("Three.", "publish", "reject")
    assert lessons.examples() == [("One.", True), ("Two.", False)]


def test_a_decision_that_was_undone_does_not_count_and_the_one_before_does(lessons: Class) -> None:
    lessons.undo(lessons.decided("One.", "publish", "spam"))
    lessons.undo(lessons.decided("Two.", "spam"))
    assert lessons.examples() == [("One.", False)]


def test_an_editors_own_reply_is_no_example(lessons: Class, factory: Factory) -> None:
    comment_id = lessons.decided("One.", "publish")
    with factory.app.app_context(), transaction() as session:
        decisions.reply(
            session, lessons.editor, comment_id, "pending.1", text="We know.", html=comment_html("We know.")
        )
    assert lessons.examples() == [("One.", False)]


def test_what_a_machine_put_with_the_spam_is_no_example(lessons: Class, factory: Factory) -> None:
    comment_id = lessons.decided("One.")
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).where(Comment.id == comment_id).values(status=Status.SPAM))
    assert lessons.examples() == []


def test_what_waits_again_after_a_decision_is_no_example(lessons: Class, factory: Factory) -> None:
    comment_id = lessons.decided("One.", "publish")
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).where(Comment.id == comment_id).values(status=Status.PENDING))
    assert lessons.examples() == []


def test_what_was_erased_is_no_example(lessons: Class, factory: Factory) -> None:
    comment_id = lessons.decided("One.", "publish")
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).where(Comment.id == comment_id).values(erased_at=clock.now()))
    assert lessons.examples() == []


def test_examples_come_in_the_order_in_which_they_were_sent_page_by_page(
    lessons: Class, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.moderation.teaching.PAGE", 2)
    assert PAGE > 2
    texts = [f"Letter {number}." for number in range(5)]
    ids = [lessons.decided(text) for text in texts]
    for comment_id in reversed(ids):
        factory.decide(lessons.editor, comment_id, "publish")
    assert [text for text, _ in lessons.examples()] == texts


def test_one_may_write_between_two_examples(lessons: Class, factory: Factory) -> None:
    for number in range(3):
        lessons.decided(f"Letter {number}.", "publish")
    with factory.app.app_context():
        for key, _example, _spam in examples():
            with transaction() as session:
                session.execute(sa.update(Comment).where(Comment.id == key).values(author="Somebody else"))


def test_a_decision_is_taught_and_taken_back(lessons: Class, factory: Factory) -> None:
    one, two = lessons.decided("One.", "publish"), lessons.decided("Two.", "spam")
    lessons.teach(one, Status.PUBLISHED)
    lessons.teach(two, Status.SPAM)
    assert lessons.learned() == (1, 1)
    assert factory.ask(sa.select(FilterTrial.key).order_by(FilterTrial.key)) == [one, two]
    lessons.teach(two, Status.PENDING)
    assert lessons.learned() == (1, 0)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.PENDING])
def test_a_place_that_teaches_nothing_takes_an_earlier_lesson_back(lessons: Class, status: Status) -> None:
    comment_id = lessons.decided("One.", "publish")
    lessons.teach(comment_id, Status.PUBLISHED)
    lessons.teach(comment_id, status)
    assert lessons.learned() == (0, 0)


def test_an_editors_own_reply_teaches_nothing(lessons: Class, factory: Factory) -> None:
    comment_id = lessons.decided("One.", "publish")
    with factory.app.app_context(), transaction() as session:
        reply = decisions.reply(
            session, lessons.editor, comment_id, "pending.1", text="We know.", html=comment_html("We know.")
        )
    lessons.teach(reply.id, Status.PUBLISHED)
    assert reply.id not in factory.ask(sa.select(FilterTrial.key))


def test_the_filter_is_retrained_from_the_command_line(lessons: Class, app: Flask) -> None:
    lessons.decided("One.", "publish")
    lessons.decided("Two.", "spam")
    done = app.test_cli_runner().invoke(args=["filter", "retrain"])
    assert done.exit_code == 0, done.output
    assert "Learned 2 decisions." in done.stdout
    assert lessons.learned() == (1, 1)


def test_a_second_retraining_from_the_command_line_is_refused(lessons: Class, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(
            sa.update(FilterState).values(retraining=2, retraining_until=clock.now() + timedelta(minutes=1))
        )
    refused = app.test_cli_runner().invoke(args=["filter", "retrain"])
    assert refused.exit_code == 1
    assert "Error: Another process is retraining the filter." in refused.stderr
