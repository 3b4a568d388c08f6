"""Reading what is syndicated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.articles.models import Article
from app.config import Config
from app.core import clock
from app.syndication.policy import may_syndicate

FEED_ENTRIES = 20


def feed_articles(session: Session, config: Config) -> Sequence[Article]:
    """The newest articles, whole."""
    query = sa.select(Article).where(*_told(config)).options(selectinload(Article.tags))
    return session.scalars(query.order_by(Article.published_at.desc(), Article.id.desc()).limit(FEED_ENTRIES)).all()


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
