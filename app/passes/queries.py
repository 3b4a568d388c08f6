"""Reading what is in a pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, article_url
from app.comments.models import ID_WIDTH, Comment, Status
from app.comments.vouching import receipt_token
from app.receipts.queries import state_of

PAGE = 20
"""Comments on one page of a pass."""
WAITING_LIMIT = 20
"""Comments of a pass that an article's page shows beside the published ones, the newest."""


class Holder(NamedTuple):
    """Whoever has shown the token of a pass."""

    pass_id: int
    token: str


@dataclass(frozen=True)
class Kept:
    """A comment of a pass, and the article that it is on."""

    comment: Comment
    title: str
    slug: str
    receipt: str
    """The token of its receipt, as the holder of the pass has it."""

    @property
    def article_url(self) -> str:
        return article_url(self.slug)

    @property
    def depth(self) -> int:
        return len(self.comment.path) // ID_WIDTH - 1

    @property
    def state(self) -> str:
        return state_of(self.comment)


def comments_of(session: Session, holder: Holder, before: int | None = None) -> list[Kept]:
    """The newest first, one more than PAGE; those older than the comment `before`, if given."""
    query = _of(holder).order_by(Comment.id.desc()).limit(PAGE + 1)
    return _kept(session, holder, query if before is None else query.where(Comment.id < before))


def waiting_on(session: Session, holder: Holder, article_id: int) -> list[Kept]:
    """What waits for an editor on one article, the oldest first."""
    waits = sa.or_(
        Comment.status == Status.PENDING, sa.and_(Comment.status == Status.SPAM, Comment.decided_at.is_(None))
    )
    query = _of(holder).where(Comment.article_id == article_id, waits, Comment.erased_at.is_(None))
    return _kept(session, holder, query.order_by(Comment.id.desc()).limit(WAITING_LIMIT))[::-1]


def all_of(session: Session, holder: Holder, *, but_erased: bool = False) -> Sequence[Comment]:
    """Every comment, the oldest first."""
    query = sa.select(Comment).where(Comment.pass_id == holder.pass_id).order_by(Comment.id)
    return session.scalars(query.where(Comment.erased_at.is_(None)) if but_erased else query).all()


def last_name(session: Session, pass_id: int) -> str:
    """How its newest comment is signed; '' without any."""
    names = sa.select(Comment.author).where(Comment.pass_id == pass_id, Comment.erased_at.is_(None))
    return session.scalar(names.order_by(Comment.id.desc()).limit(1)) or ""


def _of(holder: Holder) -> sa.Select[Comment, str, str]:
    joined = sa.select(Comment, Article.title, Article.slug).join(Article, Article.id == Comment.article_id)
    return joined.where(Comment.pass_id == holder.pass_id)


def _kept(session: Session, holder: Holder, query: sa.Select[Comment, str, str]) -> list[Kept]:
    rows: Sequence[sa.Row[Comment, str, str]] = session.execute(query).all()
    return [Kept(*row, receipt_token(holder.token, row[0].id)) for row in rows]
