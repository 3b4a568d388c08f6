"""Finding those who follow a comment that was published, in steps between which others come to write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, Status
from app.core import clock
from app.core.db import one_at_a_time
from app.core.jobs import Job, enqueue
from app.following.models import Announcement, Follow, FollowKind

ANNOUNCE = "announce a comment"
TELL_NEWS = "tell a follower what is new"

AFTER = timedelta(seconds=60)
"""So long an undo has, of which nobody hears."""
BETWEEN = timedelta(minutes=10)
"""From one letter about a thing that is followed to the next, which gathers what came meanwhile."""
STEP = 100
"""Followers that are found in one transaction."""


def announce_later(session: Session, comment: Comment) -> None:
    """All that is done about followers in the transaction that publishes."""
    enqueue(session, ANNOUNCE, {"comment": comment.id}, clock.now() + AFTER)


def announce(session: Session, comment_id: int) -> int | None:
    """Gives the comment its number among the announced, once for good, and returns it.

    None if readers do not see it, or see it for so short a time that another job, from its last publication, waits.
    """
    one_at_a_time(session, ANNOUNCE)
    comment = session.get(Comment, comment_id)
    if comment is None or comment.status is not Status.PUBLISHED or comment.published_at is None:
        return None
    if comment.published_at + AFTER > clock.now():
        return None
    number = session.scalar(sa.select(Announcement.id).where(Announcement.comment_id == comment.id))
    if number is not None:
        return number
    ancestors = _ancestors(session, comment)
    announcement = Announcement(comment_id=comment.id, article_id=comment.article_id, ancestors=ancestors)
    session.add(announcement)
    session.flush()
    return announcement.id


def spread(session: Session, number: int, after: int = 0) -> int | None:
    """Has the next hundred who follow the announced comment told. Returns the last one's id, None if there is none.

    Doing it twice has them told once: who has heard, or waits to hear, of all up to that number is left out.
    """
    one_at_a_time(session, ANNOUNCE)
    announcement = session.get(Announcement, number)
    if announcement is None:
        return None
    rows = session.execute(_to_be_told(announcement).where(Follow.id > after).order_by(Follow.id).limit(STEP)).all()
    now = clock.now()
    for follow_id, told_at in rows:
        run_at: datetime = max(now, told_at + BETWEEN) if told_at else now
        enqueue(session, TELL_NEWS, {"follow": follow_id}, run_at, key=f"{TELL_NEWS} {follow_id}")
    return rows[-1].id if rows else None


def _to_be_told(announcement: Announcement) -> sa.Select[int, datetime | None]:
    key = sa.literal(f"{TELL_NEWS} ").concat(sa.cast(Follow.id, sa.Text()))
    waits = sa.exists().where(Job.key == key, Job.kind == TELL_NEWS, Job.lease_until.is_(None))
    is_reply = sa.and_(Follow.kind == FollowKind.REPLIES, Follow.comment_id.in_(announcement.ancestors))
    return sa.select(Follow.id, Follow.told_at).where(
        Follow.article_id == announcement.article_id,
        Follow.confirmed_at.is_not(None),
        Follow.told_to < announcement.id,
        sa.or_(Follow.kind == FollowKind.THREAD, is_reply),
        ~waits,
    )


def _ancestors(session: Session, comment: Comment) -> Sequence[int]:
    """The ids of what the comment answers, what that answers, and so on; a path names the first two of them only."""
    above = (
        sa.select(Comment.id, Comment.parent_id, sa.literal(0).label("distance"))
        .where(Comment.id == comment.parent_id)
        .cte(recursive=True)
    )
    further = sa.select(Comment.id, Comment.parent_id, above.c.distance + 1).join(
        above, Comment.id == above.c.parent_id
    )
    both = above.union_all(further)
    return session.scalars(sa.select(both.c.id).order_by(both.c.distance)).all()
