"""Reading single comments, the picks of the front page, and what private links lead to."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, CommentsState
from app.comments import status
from app.comments.models import ID_WIDTH, Comment, Receipt, Report, Status
from app.core import clock
from app.core.tokens import token_hash

FRONT_PICKS = 3
"""Editor's picks on the front page."""


class ThreadItem(NamedTuple):
    """A published comment, or the gap that a withdrawn one left, in its place. Equal ones look the same."""

    id: int
    """0 in a preview."""
    path: str
    author: str
    by_editor: bool
    published_at: datetime
    html: str
    parent_id: int | None
    parent_author: str | None
    is_edited: bool
    is_pick: bool
    is_locked: bool
    """Whether an editor closed the thread from here on."""
    takes_replies: bool
    is_parent_here: bool
    """Whether what it answers stands on the same page."""
    revised_at: datetime | None
    """When its author last changed what readers had seen."""
    is_gap: bool
    """Whether its author has withdrawn it, and it is there only for what stands below: without words or a name."""

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"

    @property
    def depth(self) -> int:
        return len(self.path) // ID_WIDTH - 1


class Pick(NamedTuple):
    """An editor's pick, as the front page shows it. Equal ones look the same."""

    id: int
    author: str
    by_editor: bool
    html: str
    article_id: int
    article_title: str


PUBLISHED: sa.ColumnElement[str] = sa.literal_column(f"'{Status.PUBLISHED}'")
"""Not a bound value: for one, SQLite looks at each row although the index holds none but the published."""
_above = aliased(Comment)
IS_LOCKED = sa.exists().where(
    _above.article_id == Comment.article_id,
    _above.locked_at.is_not(None),
    sa.func.substr(Comment.path, 1, sa.func.length(_above.path)) == _above.path,
)
"""Whether the comment, or one above it, takes no replies."""

# Only what is published is a pick; with a condition on the status, SQLite goes along the index of that instead.
IS_PICK = Comment.featured_at.is_not(None)
_PICKS = (
    sa.select(Comment.id, Comment.author, Comment.editor_id.is_not(None), Comment.html, Article.id, Article.title)
    .join(Article, Article.id == Comment.article_id)
    .where(IS_PICK, Article.published_at <= sa.bindparam("now"), Article.comments != CommentsState.OFF)
    .order_by(Comment.featured_at.desc(), Comment.id.desc())
    .limit(FRONT_PICKS)
)


def newest_picks(session: Session) -> list[Pick]:
    """The picks that the front page shows."""
    return [Pick(*row) for row in session.connection().execute(_PICKS, {"now": clock.now()}).all()]


def published_comment(session: Session, comment_id: int) -> Comment | None:
    """The comment, if readers can see it: on an article that is out and is not to go without comments."""
    is_shown = sa.and_(
        Article.id == Comment.article_id, Article.comments != CommentsState.OFF, Article.published_at <= clock.now()
    )
    query = sa.select(Comment).join(Article, is_shown)
    return session.scalar(query.where(Comment.id == comment_id, Comment.status == Status.PUBLISHED))


def takes_replies(session: Session, comment_id: int) -> bool:
    """Whether neither the comment nor one above it is locked."""
    return session.scalar(sa.select(Comment.id).where(Comment.id == comment_id, ~IS_LOCKED)) is not None


def comment_of_receipt(session: Session, token: str, *, to_change: bool = False) -> Comment | None:
    """The comment that a private link leads to. Who means `to_change` it waits for another who is doing so."""
    query = (
        sa.select(Comment)
        .join(Receipt, Receipt.comment_id == Comment.id)
        .where(Receipt.token_hash == token_hash(token))
    )
    if to_change:
        status.hold(session)
        query = query.with_for_update(of=Comment, key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def report_of_token(session: Session, token: str) -> Report | None:
    return session.scalar(sa.select(Report).where(Report.token_hash == token_hash(token)))


def typical_wait(session: Session) -> timedelta | None:
    """The median time from sending to publication over the last hundred readers' comments; None for fewer than ten."""
    decided = session.execute(
        sa.select(Comment.created_at, Comment.decided_at)
        .where(Comment.status == Status.PUBLISHED, Comment.decided_at.is_not(None), Comment.editor_id.is_(None))
        .order_by(Comment.status_at.desc())
        .limit(100)
    ).all()
    waits = [(decided_at - created_at).total_seconds() for created_at, decided_at in decided if decided_at is not None]
    return timedelta(seconds=median(waits)) if len(waits) >= 10 else None
