"""One decision on many comments, carried out in steps so that no other work waits for it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Editor
from app.accounts.queries import Identity, without_session
from app.comments.models import Comment
from app.core import clock
from app.core.db import one_at_a_time
from app.core.jobs import enqueue
from app.moderation import decisions
from app.moderation.models import Bulk, BulkItem

LIMIT = 20_000
"""Comments in one bulk decision."""

STEP = 20
"""Comments in one transaction: some 80 ms on SQLite, where another writer waits 500 before it gives up."""

STEPS_IN_A_ROW = 50
"""Transactions after which other jobs have their turn."""

KIND = "decide on many comments"


def start(
    session: Session, editor: Identity, verb: str, comments: Sequence[tuple[int, str]], reason: decisions.Reason
) -> Bulk:
    """Writes down which comments are to be decided on, each with its `seen_as`, and asks for it to be done.

    Ids that name no comment count as passed over. Raises ReasonMissing.
    """
    decisions.require_reason(session, verb, reason)
    bulk = Bulk(
        editor_id=editor.editor_id,
        verb=verb,
        rule_id=reason.rule_id,
        note=reason.note,
        total=len(comments),
        created_at=clock.now(),
    )
    session.add(bulk)
    session.flush()
    named = sa.select(Comment.id).where(Comment.id.in_([comment_id for comment_id, _seen in comments]))
    there = set(session.scalars(named))
    items = [{"bulk_id": bulk.id, "comment_id": one, "seen": seen} for one, seen in comments if one in there]
    if items:
        session.execute(sa.insert(BulkItem), items)
    _ask(session, bulk.id)
    return bulk


def step(session: Session, bulk_id: int) -> bool:
    """Decides on the next few. Returns whether more are left.

    A comment's item goes in the transaction that decides on it, so a step that is repeated repeats nothing.
    """
    one_at_a_time(session, f"bulk {bulk_id}")
    bulk = session.get(Bulk, bulk_id)
    if bulk is None or bulk.finished_at is not None:
        return False
    editor = _identity(session, bulk.editor_id)
    reason = decisions.Reason(bulk.rule_id, bulk.note)
    next_items = sa.select(BulkItem).where(BulkItem.bulk_id == bulk_id).order_by(BulkItem.comment_id).limit(STEP)
    items = session.scalars(next_items).all()
    for item in items:
        try:
            decisions.decide(session, editor, item.comment_id, bulk.verb, item.seen, reason=reason)
        except (decisions.NoSuchComment, decisions.Overtaken, decisions.ReasonMissing):
            bulk.passed_over += 1
        else:
            bulk.done += 1
        session.delete(item)
    if len(items) < STEP:
        # What is missing was deleted, with its comment, before its turn came.
        bulk.passed_over = bulk.total - bulk.done
        bulk.finished_at = clock.now()
    return bulk.finished_at is None


def go_on(session: Session, bulk_id: int) -> None:
    """Asks for the rest, behind the jobs that are due by now."""
    _ask(session, bulk_id)


def _ask(session: Session, bulk_id: int) -> None:
    enqueue(session, KIND, {"bulk_id": bulk_id}, key=f"bulk {bulk_id}")


def _identity(session: Session, editor_id: int) -> Identity:
    return without_session(session.get_one(Editor, editor_id))
