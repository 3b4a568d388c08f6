"""Reading what is syndicated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from app.articles.models import Article, CommentsState, article_url
from app.comments.models import Comment, Status
from app.config import Config
from app.core import clock
from app.syndication.policy import may_syndicate

FEED_ENTRIES = 20
FEED_COMMENTS = 50


class FeedComment(NamedTuple):
    """A published comment as feeds list it."""

    id: int
    author: str
    html: str
    published_at: datetime
    edited_at: datetime | None
    article_id: int
    article_slug: str
    article_title: str
    parent_id: int | None
    """What it answers, as long as that is published."""

    @property
    def article_url(self) -> str:
        return article_url(self.article_slug)

    @property
    def updated_at(self) -> datetime:
        return max(self.published_at, self.edited_at or self.published_at)


_parent = aliased(Comment)
_COMMENTS = (
    sa.select(
        Comment.id,
        Comment.author,
        Comment.html,
        Comment.status_at,
        Comment.edited_at,
        Article.id,
        Article.slug,
        Article.title,
        _parent.id,
    )
    .join(Article, Article.id == Comment.article_id)
    .outerjoin(_parent, sa.and_(_parent.id == Comment.parent_id, _parent.status == Status.PUBLISHED))
    .where(Comment.status == Status.PUBLISHED, Article.comments != CommentsState.OFF)
    .order_by(Comment.status_at.desc(), Comment.id.desc())
    .limit(FEED_COMMENTS)
)


def feed_articles(session: Session, config: Config) -> Sequence[Article]:
    """The newest articles, whole."""
    query = sa.select(Article).where(*_told(config)).options(selectinload(Article.tags))
    return session.scalars(query.order_by(Article.published_at.desc(), Article.id.desc()).limit(FEED_ENTRIES)).all()


def feed_comments(session: Session, config: Config) -> list[FeedComment]:
    """The comments that were published last, on all articles that other sites are told of."""
    rows = session.connection().execute(_COMMENTS.where(*_told(config))).all()
    return [FeedComment._make(row) for row in rows]


def feed_comments_on(session: Session, article_id: int) -> list[FeedComment]:
    rows = session.connection().execute(_COMMENTS.where(Comment.article_id == article_id)).all()
    return [FeedComment._make(row) for row in rows]


def sitemap_rows(session: Session, config: Config) -> Sequence[sa.Row[str, datetime]]:
    """Slug and date of the last change of each article, newest first; 50,000 at most, the protocol's limit."""
    changed = sa.func.coalesce(Article.updated_at, Article.published_at, type_=Article.published_at.type)
    query = sa.select(Article.slug, changed).where(*_told(config)).order_by(Article.published_at.desc()).limit(49_997)
    return session.execute(query).all()


def _told(config: Config) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [Article.published_at <= clock.now()]
    if not may_syndicate(True, config):
        conditions.append(Article.sample.is_(False))
    return conditions
