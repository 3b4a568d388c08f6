"""What the learning filter is told: published is ham, spam is spam, and a rejection teaches nothing."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, Status
from app.core.db import db
from app.learning.features import Example
from app.learning.retraining import Lesson
from app.learning.training import learn, unlearn
from app.moderation.models import Decision

TEACHES = {Status.PUBLISHED: False, Status.SPAM: True}
"""Whether a comment that a person has put there is spam; what stands elsewhere is no example."""

PAGE = 1_000


def example_of(comment: Comment) -> Example:
    return Example(text=comment.source, author=comment.author)


def teach(session: Session, comment: Comment, to_status: Status) -> None:
    """Tells the filter where a person has put the comment; one that teaches nothing takes an earlier lesson back."""
    if comment.editor_id is None and to_status in TEACHES:
        learn(session, comment.id, example_of(comment), TEACHES[to_status])
    else:
        unlearn(session, comment.id, example_of(comment))


def expected_examples(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(_decided().subquery())) or 0


def examples() -> Iterator[Lesson]:
    """Every comment that stands where a person has put it and so teaches something, in the order of their ids.

    Read a page at a time, so that no transaction is open while the reader of this works.
    """
    last = 0
    while rows := _page(last):
        for comment_id, text, author, status in rows:
            yield comment_id, Example(text=text, author=author), TEACHES[status]
        last = rows[-1][0]


def _page(after: int) -> list[sa.Row[int, str, str, Status]]:
    rows = list(db.session.execute(_decided().where(Comment.id > after).limit(PAGE)).all())
    db.session.rollback()
    return rows


def _decided() -> sa.Select[int, str, str, Status]:
    newest = (
        sa.select(sa.func.max(Decision.id))
        .where(Decision.comment_id == Comment.id, Decision.undone_at.is_(None))
        .correlate(Comment)
        .scalar_subquery()
    )
    return (
        sa.select(Comment.id, Comment.source, Comment.author, Decision.to_status)
        .join(Decision, Decision.id == newest)
        .where(
            Comment.editor_id.is_(None),
            Comment.erased_at.is_(None),
            Comment.status == Decision.to_status,
            Decision.to_status.in_(list(TEACHES)),
        )
        .order_by(Comment.id)
    )
