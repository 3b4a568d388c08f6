"""Whether a comment is taken: is the article open for it, is the thread, is its author welcome."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from app.articles.models import Article, CommentsState
from app.comments.models import Ban, Comment
from app.comments.queries import IS_LOCKED
from app.core import clock
from app.site.models import Site
from app.site.queries import TERMS, Terms


class Opening(NamedTuple):
    """Whether an article takes comments, and since when or until when. Equal ones look the same."""

    state: CommentsState
    paused_reason: str | None = None
    """Why nothing is taken for now, while all commenting is paused."""
    closes_at: datetime | None = None
    """When an article that is open closes, or one that is closed has closed, by itself."""

    @property
    def is_open(self) -> bool:
        return self.state is CommentsState.OPEN and self.paused_reason is None


class CommentsClosed(Exception):
    """The article takes no comments, for good or for now."""

    def __init__(self, opening: Opening) -> None:
        super().__init__(opening.state)
        self.opening = opening


class ThreadLocked(Exception):
    """The comment replied to, or one above it, takes no replies."""


class Banned(Exception):
    """Comments from the address, or with the e-mail, are not taken until a time."""

    def __init__(self, ban: Ban) -> None:
        super().__init__(f"banned until {ban.until}")
        self.is_email = ban.is_email
        self.reason = ban.reason
        self.until = ban.until


_IS_LOCKED = sa.exists().where(Comment.id == sa.bindparam("parent", type_=sa.Integer()), IS_LOCKED)
_IS_OF_THEM = Ban.subject_hash.in_([sa.bindparam("address"), sa.bindparam("email")])
_BANNED_UNTIL = sa.select(sa.func.max(Ban.until)).where(_IS_OF_THEM, Ban.until > sa.bindparam("now")).scalar_subquery()
_BAN = sa.select(Ban).where(_IS_OF_THEM).order_by(Ban.until.desc()).limit(1)
# Built once: building it costs several times what running it does.
_DOOR = (
    sa.select(
        *TERMS,
        Article.comments,
        Article.published_at,
        _BANNED_UNTIL.label("banned_until"),
        _IS_LOCKED.label("is_locked"),
    )
    .join_from(Article, Site, Site.id == 1)
    .where(Article.id == sa.bindparam("article"))
)


def opening_of(state: CommentsState, published_at: datetime, terms: Terms) -> Opening:
    """How the article stands now. What its file or an editor says goes before what time or a pause has done."""
    if state is not CommentsState.OPEN:
        return Opening(state)
    closes_at = published_at + timedelta(days=terms.close_after_days) if terms.close_after_days else None
    if closes_at is not None and closes_at <= clock.now():
        return Opening(CommentsState.CLOSED, closes_at=closes_at)
    return Opening(state, terms.paused_reason, closes_at)


def closed_in_words(opening: Opening) -> str:
    """What readers read where there is no form; '' where there is one."""
    if opening.is_open:
        return ""
    if opening.paused_reason:
        return str(gettext("Commenting is paused for now. %(reason)s", reason=opening.paused_reason))
    if opening.state is CommentsState.OFF:
        return str(gettext("This article takes no comments."))
    if opening.closes_at:
        return str(gettext("Comments closed on %(date)s.", date=format_datetime(opening.closes_at, "d MMMM y, HH:mm")))
    return str(gettext("Comments on this article are closed."))


def check_door(
    session: Session, *, article_id: int, parent_id: int | None, address_hash: str, email_hash: str | None
) -> None:
    """Raises CommentsClosed, ThreadLocked or Banned where a comment may not come in."""
    whose = {"address": address_hash, "email": email_hash or address_hash}
    asked = {"article": article_id, "parent": parent_id, "now": clock.now(), **whose}
    row = session.connection().execute(_DOOR, asked).one_or_none()
    if row is None or row.published_at is None:  # It was withdrawn while the comment was on its way.
        raise CommentsClosed(Opening(CommentsState.CLOSED))
    opening = opening_of(row.comments, row.published_at, Terms(row.policy, row.close_after_days, row.paused_reason))
    if not opening.is_open:
        raise CommentsClosed(opening)
    if row.banned_until is not None:
        raise Banned(session.scalars(_BAN, whose).one())
    if row.is_locked:
        raise ThreadLocked
