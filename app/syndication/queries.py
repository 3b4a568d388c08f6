"""Reading what is syndicated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from app.articles.models import (
    Article,
    ArticleAuthor,
    ArticleTag,
    Author,
    CommentsState,
    Correction,
    Series,
    SeriesPart,
    article_url,
)
from app.articles.naming import author_url, series_url, tag_url
from app.comments.models import Comment, Status
from app.config import Config
from app.core import clock
from app.core.db import UTCDateTime
from app.media.queries import images_by_hash
from app.pages.models import PageState, StandingPage
from app.syndication.contents import FeedArticle, feed_article
from app.syndication.policy import may_syndicate

FEED_ENTRIES = 20
FEED_COMMENTS = 50
SITEMAP_URLS = 50_000
"""The most that one file lists: https://www.sitemaps.org/protocol.html."""
NEWS_URLS = 1_000
NEWS_FOR = timedelta(days=2)
"""The most that a news sitemap lists, and for how long:
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap."""


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


_CHANGED: sa.ColumnElement[datetime] = sa.func.coalesce(Article.updated_at, Article.published_at, type_=UTCDateTime())
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


def feed_articles(
    session: Session, config: Config, *, tag: str | None = None, author: int | None = None
) -> list[FeedArticle]:
    """The newest articles, whole: all, or those with the tag of that slug, or of the author with that id."""
    query = sa.select(Article).where(*_told(config))
    dated: tuple[Any, Any] = Article.published_at, Article.id
    if tag is not None:
        query = query.join(Article.tags).where(ArticleTag.slug == tag)
        dated = ArticleTag.published_at, ArticleTag.article_id
    if author is not None:
        query = query.join(Article.authorships).where(ArticleAuthor.author_id == author)
        dated = ArticleAuthor.published_at, ArticleAuthor.article_id
    query = query.options(selectinload(Article.tags), selectinload(Article.faq))
    articles = session.scalars(query.order_by(*(column.desc() for column in dated)).limit(FEED_ENTRIES)).all()
    corrections: dict[int, list[Correction]] = defaultdict(list)
    # A correction is an update, so an article without one is not asked for corrections.
    if updated := [article.id for article in articles if article.updated_at]:
        made = sa.select(Correction).where(Correction.article_id.in_(updated))
        for one in session.scalars(made.order_by(Correction.at.desc(), Correction.id.desc())):
            corrections[one.article_id].append(one)
    leads = images_by_hash(session, {article.lead_image for article in articles if article.lead_image})
    pictures = {image_hash: image.picture for image_hash, image in leads.items()}
    return [
        feed_article(article, article.published_at, corrections[article.id], pictures.get(article.lead_image or ""))
        for article in articles
        if article.published_at is not None
    ]


def feed_comments(session: Session, config: Config) -> list[FeedComment]:
    """The comments that were published last, on all articles that other sites are told of."""
    rows = session.connection().execute(_COMMENTS.where(*_told(config))).all()
    return [FeedComment._make(row) for row in rows]


def feed_comments_on(session: Session, article_id: int) -> list[FeedComment]:
    rows = session.connection().execute(_COMMENTS.where(Comment.article_id == article_id)).all()
    return [FeedComment._make(row) for row in rows]


def sitemap_parts(session: Session, config: Config) -> Sequence[sa.Row[int, datetime]]:
    """The numbers of the parts that list articles, each with the last change of one of those."""
    # No bound values: PostgreSQL would not see that the same is selected and grouped by.
    one, size = sa.literal_column("1", sa.Integer), sa.literal_column(str(SITEMAP_URLS), sa.Integer)
    number = (Article.id - one) // size + one
    query = sa.select(number, sa.func.max(_CHANGED)).where(*_told(config)).group_by(number)
    return session.execute(query.order_by(number)).all()


def sitemap_articles(session: Session, config: Config, number: int) -> Sequence[sa.Row[str, datetime]]:
    """Slug and date of the last change of each article in that part of the sitemap.

    A part is a range of ids, so that an article stays in its own, and a part costs no more for those before it.
    """
    first, last = (number - 1) * SITEMAP_URLS + 1, number * SITEMAP_URLS
    query = sa.select(Article.slug, _CHANGED).where(*_told(config), Article.id.between(first, last))
    return session.execute(query.order_by(Article.id)).all()


def sitemap_pages(session: Session) -> Sequence[sa.Row[str, datetime]]:
    """Slug and date of the last change of each live page beside articles."""
    query = sa.select(StandingPage.slug, StandingPage.saved_at).where(StandingPage.state == PageState.LIVE)
    return session.execute(query.order_by(StandingPage.id)).all()


def sitemap_lists(session: Session, config: Config) -> list[tuple[str, datetime]]:
    """Path of each tag, author and series, with the last change of an article in it."""
    last = sa.func.max(_CHANGED)
    tags = sa.select(ArticleTag.slug, last).join(Article, Article.id == ArticleTag.article_id)
    authors = sa.select(Author.slug, last).join(ArticleAuthor, ArticleAuthor.author_id == Author.id).join(Article)
    series = sa.select(Series.slug, last).join(SeriesPart, SeriesPart.series_id == Series.id).join(Article)
    found: list[tuple[str, datetime]] = []
    for lists, slug, url in (
        (tags, ArticleTag.slug, tag_url),
        (authors, Author.slug, author_url),
        (series, Series.slug, series_url),
    ):
        rows = session.execute(lists.where(*_told(config)).group_by(slug).order_by(slug))
        found += [(url(row[0]), row[1]) for row in rows]
    return found


def news(session: Session, config: Config) -> Sequence[sa.Row[str, str, datetime]]:
    """Slug, title and date of what was published within NEWS_FOR, the newest first."""
    query = sa.select(Article.slug, Article.title, sa.type_coerce(Article.published_at, UTCDateTime()))
    query = query.where(*_told(config), Article.published_at > clock.now() - NEWS_FOR)
    return session.execute(query.order_by(Article.published_at.desc(), Article.id.desc()).limit(NEWS_URLS)).all()


def _told(config: Config) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [Article.published_at <= clock.now()]
    if not may_syndicate(True, config):
        conditions.append(Article.sample.is_(False))
    return conditions
