"""Reading threads, receipts and single comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.comments.models import ID_WIDTH, Comment, Receipt, Status
from app.core.tokens import token_hash

PAGE = 100
"""Comments on one page of a thread."""


class ThreadItem(NamedTuple):
    """A published comment in its place. Equal ones look the same."""

    id: int
    path: str
    author: str
    by_editor: bool
    published_at: datetime
    html: str
    parent_id: int | None
    parent_author: str | None
    is_parent_here: bool
    """Whether what it answers stands on the same page."""

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"

    @property
    def depth(self) -> int:
        return len(self.path) // ID_WIDTH - 1


@dataclass(frozen=True)
class ThreadPage:
    """Comments in reading order. `next` and `previous` are the paths at which those pages begin, '' being the first."""

    items: list[ThreadItem]
    next: str | None
    previous: str | None


_parent = aliased(Comment)
_THREAD = (
    sa.select(
        Comment.id,
        Comment.path,
        Comment.author,
        Comment.editor_id.is_not(None),
        Comment.status_at,
        Comment.html,
        Comment.parent_id,
        _parent.author,
    )
    .outerjoin(_parent, sa.and_(_parent.id == Comment.parent_id, _parent.status == Status.PUBLISHED))
    .where(
        Comment.article_id == sa.bindparam("article"),
        Comment.status == Status.PUBLISHED,
        Comment.path >= sa.bindparam("start"),
    )
    .order_by(Comment.path)
    .limit(PAGE + 1)
)
"""Built once, since building it costs several times what running it does."""


def thread_page(session: Session, article_id: int, start: str = "") -> ThreadPage:
    """The page of an article's thread that begins at the path `start`: one index range, however long the thread."""
    rows = session.connection().execute(_THREAD, {"article": article_id, "start": start}).all()
    following = rows[PAGE].path if len(rows) > PAGE else None
    shown = {row.id for row in rows[:PAGE]}
    items = [ThreadItem(*row, row.parent_id in shown) for row in rows[:PAGE]]
    return ThreadPage(items, following, _previous(session, article_id, start) if start else None)


def page_start(session: Session, comment: Comment) -> str:
    """The path at which the page that shows a published comment begins, '' being the first page."""
    paths = _published_paths(comment.article_id)
    first_page_ends = session.scalar(paths.order_by(Comment.path).offset(PAGE).limit(1))
    if first_page_ends is None or comment.path < first_page_ends:
        return ""
    root = comment.path[:ID_WIDTH]
    within = paths.where(Comment.path >= root).order_by(Comment.path).offset(PAGE).limit(1)
    root_page_ends = session.scalar(within)
    return root if root_page_ends is None or comment.path < root_page_ends else comment.path


def published_comment(session: Session, comment_id: int) -> Comment | None:
    return session.scalar(sa.select(Comment).where(Comment.id == comment_id, Comment.status == Status.PUBLISHED))


def comment_of_receipt(session: Session, token: str) -> Comment | None:
    return session.scalar(
        sa.select(Comment)
        .join(Receipt, Receipt.comment_id == Comment.id)
        .where(Receipt.token_hash == token_hash(token))
    )


def _previous(session: Session, article_id: int, start: str) -> str | None:
    earlier = _published_paths(article_id).where(Comment.path < start).order_by(Comment.path.desc()).limit(PAGE + 1)
    paths = session.scalars(earlier).all()
    if not paths:
        return None
    return paths[PAGE - 1] if len(paths) > PAGE else ""


def _published_paths(article_id: int) -> sa.Select[str]:
    return sa.select(Comment.path).where(Comment.article_id == article_id, Comment.status == Status.PUBLISHED)


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
