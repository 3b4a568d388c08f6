"""Where a comment stands, and the only moves from there."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, article_subject
from app.comments.events import CommentPublished, comment_published
from app.comments.linking import forget_hosts, remember_hosts
from app.comments.models import COMMENTS, ID_WIDTH, PICKS, Branch, Comment, CommentTally, Status
from app.core import clock
from app.core.revisions import bump

TRANSITIONS: dict[Status, frozenset[Status]] = {
    # from             to
    Status.PENDING: frozenset({Status.PUBLISHED, Status.REJECTED, Status.SPAM, Status.RETURNED, Status.WITHDRAWN}),
    Status.PUBLISHED: frozenset({Status.REJECTED, Status.SPAM, Status.RETURNED, Status.PENDING, Status.WITHDRAWN}),
    Status.REJECTED: frozenset({Status.PUBLISHED, Status.SPAM, Status.RETURNED, Status.PENDING, Status.WITHDRAWN}),
    Status.SPAM: frozenset({Status.PUBLISHED, Status.REJECTED, Status.RETURNED, Status.PENDING, Status.WITHDRAWN}),
    Status.RETURNED: frozenset({Status.PUBLISHED, Status.REJECTED, Status.SPAM, Status.PENDING, Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset(),
}
"""Back to pending leads what an editor has not decided: an undo, reports by readers, a new text by the author. Its
author alone withdraws a comment, from wherever it stands and for good. A new text for a published one moves nothing."""

# Statements are built once: building one costs several times what running it does.
_TALLY = (
    sa.update(CommentTally)
    .where(CommentTally.status == sa.bindparam("counted"))
    .values(count=CommentTally.count + sa.bindparam("change"))
)
_LOCK = sa.select(CommentTally.count).where(CommentTally.status == Status.PENDING).with_for_update()
_ON_ARTICLE = (
    sa.update(Article)
    .where(Article.id == sa.bindparam("article"))
    .values(comment_count=Article.comment_count + sa.bindparam("change"))
)
_GROW = sa.text(
    "INSERT INTO branches (article_id, path, size) VALUES (:article, :path, 1)"
    " ON CONFLICT (article_id, path) DO UPDATE SET size = branches.size + 1"
)
_THE_BRANCH = sa.and_(Branch.article_id == sa.bindparam("article"), Branch.path == sa.bindparam("opening"))
_END = sa.delete(Branch).where(_THE_BRANCH, Branch.size == 1)
_SHRINK = sa.update(Branch).where(_THE_BRANCH).values(size=Branch.size - 1)


class IllegalTransition(ValueError):
    """A move that TRANSITIONS does not name."""


def hold(session: Session) -> None:
    """Lets no other transaction take a comment in or move one until this one ends.

    It is to be asked for before any comment is locked. The tallies are what every move comes to, and whoever held a
    comment then could wait for one who waits for that comment; SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_LOCK)


def enter(session: Session, comment: Comment) -> None:
    """Counts a new comment under its first status."""
    _count(session, comment, comment.status, 1)
    if comment.in_thread:
        _resize_branch(session.connection(), comment, 1)


def change(session: Session, comment: Comment, to: Status, *, by_person: bool, since: datetime | None = None) -> None:
    """Moves the comment and all that counts it. `by_person` tells a decision from what a machine held.

    With `since` it is taken to have stood there from then on, and not from now.
    """
    if to not in TRANSITIONS[comment.status]:
        raise IllegalTransition(f"{comment.status} to {to}")
    now = clock.now()
    _count(session, comment, comment.status, -1)
    comment.status = to
    comment.status_at = since or now
    comment.published_at = now if to is Status.PUBLISHED else None
    comment.decided_at = now if by_person and to is not Status.PENDING else None
    if comment.featured_at is not None:
        comment.featured_at = None
        bump(session, PICKS)
    _count(session, comment, to, 1)
    _place(session, comment)


def _count(session: Session, comment: Comment, status: Status, change: int) -> None:
    connection = session.connection()
    connection.execute(_TALLY, {"counted": status, "change": change})
    if status is Status.PUBLISHED:
        connection.execute(_ON_ARTICLE, {"article": comment.article_id, "change": change})
        bump(session, article_subject(comment.article_id), COMMENTS)
        if change > 0:
            remember_hosts(session, comment)
            comment_published.send(CommentPublished(session, comment))
        else:
            forget_hosts(session, comment)


def _resize_branch(connection: sa.Connection, comment: Comment, change: int) -> None:
    """After the tally, as all that counts: whoever came by another way could wait for one who waits for him."""
    opening = comment.path[:ID_WIDTH]
    if change > 0:
        connection.execute(_GROW, {"article": comment.article_id, "path": opening})
        return
    branch = {"article": comment.article_id, "opening": opening}
    if not connection.execute(_END, branch).rowcount:
        connection.execute(_SHRINK, branch)


def _place(session: Session, comment: Comment) -> None:
    """Gives the comment its place in the thread or takes it, and so the gaps that were left above it."""
    is_gap = comment.status is Status.WITHDRAWN and _has_replies_shown(session, comment)
    if comment.in_thread is (is_gap or comment.status is Status.PUBLISHED):
        return
    comment.in_thread = not comment.in_thread
    _resize_branch(session.connection(), comment, 1 if comment.in_thread else -1)
    if comment.status is Status.WITHDRAWN:
        bump(session, article_subject(comment.article_id))
    if comment.parent_id is None:
        return
    # Its author may be withdrawing the one above at this moment.
    above = session.get(Comment, comment.parent_id, populate_existing=True, with_for_update={"read": True})
    if above is not None and above.status is Status.WITHDRAWN:
        _place(session, above)


def _has_replies_shown(session: Session, comment: Comment) -> bool:
    session.flush()
    return bool(session.scalar(sa.select(sa.exists().where(Comment.parent_id == comment.id, Comment.in_thread))))
