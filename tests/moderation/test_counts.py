"""The kept counts equal what is counted, whatever is done in whatever order."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
import sqlalchemy as sa

from app.articles.models import Article
from app.audit.models import AuditEntry
from app.comments.models import Comment, CommentTally, Status
from app.core.db import db, transaction
from app.moderation import decisions
from tests.factories import Factory
from tests.moderation.conftest import Desk

STEPS = 150


class Walk:
    """Random acts of two readers and an editor, some of which are refused."""

    def __init__(self, factory: Factory, desk: Desk, seed: int) -> None:
        self.chance = random.Random(seed)
        self.factory = factory
        self.editor = desk.editor
        self.articles = [factory.article("one"), factory.article("two")]
        self.ids = [factory.comment(article)[0] for article in self.articles]
        self.done = 0

    def step(self) -> None:
        act = self.chance.choice([self.submit, self.decide, self.decide, self.decide, self.undo, self.undo, self.reply])
        try:
            with self.factory.app.app_context(), transaction() as session:
                act(session)
        except (decisions.NoSuchComment, decisions.Overtaken):
            return
        self.done += 1

    def submit(self, session: sa.orm.Session) -> None:
        session.rollback()
        self.ids.append(self.factory.comment(self.chance.choice(self.articles))[0])
        self.done -= 1  # no editor's act, so that it leaves no audit entry

    def decide(self, session: sa.orm.Session) -> None:
        verb, seen = self.chance.choice(list(decisions.VERBS)), self.chance.choice(list(Status))
        reason = decisions.Reason(self.factory.rule(session, 2), "A note.")
        decisions.decide(session, self.editor, self.chance.choice(self.ids), verb, f"{seen}.1", reason=reason)

    def undo(self, session: sa.orm.Session) -> None:
        decision = self.factory.decision(session, self.chance.choice(self.ids))
        decisions.undo(session, self.editor, decision)

    def reply(self, session: sa.orm.Session) -> None:
        parent = self.chance.choice(self.ids)
        is_waiting = session.get_one(Comment, parent).status is Status.PENDING
        answer = decisions.reply(session, self.editor, parent, "pending.1", text="It is.", html="<p>It is.</p>")
        self.ids.append(answer.id)
        self.done += is_waiting  # which it publishes, with an entry of its own

    def assert_counts_hold(self) -> None:
        with self.factory.app.app_context():
            kept = {row.status: row.count for row in db.session.scalars(sa.select(CommentTally))}
            counted = {
                row.status: row[1]
                for row in db.session.execute(sa.select(Comment.status, sa.func.count()).group_by(Comment.status))
            }
            assert kept == {status: counted.get(status, 0) for status in Status}
            for article in db.session.scalars(sa.select(Article)):
                published = sa.select(sa.func.count()).where(
                    Comment.article_id == article.id, Comment.status == Status.PUBLISHED
                )
                assert article.comment_count == db.session.scalar(published)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_every_step_of_a_random_walk_the_counts_hold(factory: Factory, desk: Desk, seed: int) -> None:
    walk = Walk(factory, desk, seed)
    for _ in range(STEPS):
        walk.step()
        walk.assert_counts_hold()
    assert walk.done > STEPS / 5
    entries = sa.select(sa.func.count()).where(AuditEntry.subject.like("comment:%"))
    assert factory.ask(entries) == [walk.done]


def test_a_refused_move_leaves_the_counts_as_they_were(factory: Factory, desk: Desk) -> None:
    walk = Walk(factory, desk, seed=3)
    with factory.app.app_context(), suppress(decisions.Overtaken), transaction() as session:
        for seen in ("pending.1", "published.1"):
            decisions.decide(session, desk.editor, walk.ids[0], "publish", seen)
    walk.assert_counts_hold()
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING] * 2


def test_a_repeated_comment_is_counted_once(factory: Factory, desk: Desk) -> None:
    walk = Walk(factory, desk, seed=4)
    factory.comment(walk.articles[0], "Once.", address="home")
    factory.comment(walk.articles[0], "Once.", address="home")
    walk.assert_counts_hold()
