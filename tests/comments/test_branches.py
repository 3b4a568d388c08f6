"""How many comments each branch of a thread shows, which is counted as they come and go."""

from __future__ import annotations

import random

import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from app.accounts.queries import Identity
from app.comments.models import ID_WIDTH, Branch, Comment, Status
from app.core.db import db, transaction
from app.receipts.withdrawing import withdraw
from tests.factories import Factory

BEFORE = "b3e9d17f5a06"


def kept(app: Flask) -> list[tuple[int, str, int]]:
    with app.app_context():
        rows = db.session.execute(sa.select(Branch.article_id, Branch.path, Branch.size))
        return sorted((row[0], row[1], row[2]) for row in rows)


def counted(app: Flask) -> list[tuple[int, str, int]]:
    opening = sa.func.substr(Comment.path, 1, ID_WIDTH)
    shown = sa.select(Comment.article_id, opening, sa.func.count()).where(Comment.in_thread)
    with app.app_context():
        rows = db.session.execute(shown.group_by(Comment.article_id, opening))
        return sorted((row[0], row[1], row[2]) for row in rows)


def test_whatever_editors_decide_each_branch_knows_its_size(app: Flask, factory: Factory, edith: Identity) -> None:
    chance = random.Random(5)
    articles = [factory.article("news"), factory.article("other")]
    ids = factory.published_many(articles[0], [None, 0, 1, 0, None, 4], editor=edith)
    ids += factory.published_many(articles[1], [None, 0], editor=edith)
    assert kept(app) == counted(app)
    assert len(kept(app)) == 3
    for _ in range(40):
        comment = chance.choice(ids)
        (status,) = factory.ask(sa.select(Comment.status).where(Comment.id == comment))
        verbs = {"publish", "reject", "spam"} - {{"published": "publish", "rejected": "reject"}.get(status, status)}
        factory.decide(edith, comment, chance.choice(sorted(verbs)))
        assert kept(app) == counted(app)
    ids_in_order = sa.select(Comment.id).order_by(Comment.id)
    published = factory.ask(ids_in_order.where(Comment.status == Status.PUBLISHED))
    assert factory.ask(ids_in_order.where(Comment.in_thread)) == published
    for comment in chance.sample(ids, len(ids)):
        with app.app_context(), transaction() as session:
            withdraw(session, session.get_one(Comment, comment))
        assert kept(app) == counted(app), "a gap counts as long as it is shown"
    assert kept(app) == []


def test_the_migration_counts_what_was_published_before(app: Flask, factory: Factory, edith: Identity) -> None:
    ids = factory.published_many(factory.article("news"), [None, 0, 1, None], editor=edith)
    factory.decide(edith, ids[0], "reject")
    before = kept(app)
    assert [size for _article, _path, size in before] == [2, 1]
    with app.app_context():
        downgrade(revision=BEFORE)
        upgrade()
    assert kept(app) == before
