"""Reading articles that are live, as rows for the pages that list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.articles.models import Article, ArticleTag, FaqEntry, article_url, reading_minutes
from app.core import clock
from app.core.lookalikes import skeleton


@dataclass(frozen=True)
class Listing:
    """An article as lists show it."""

    id: int
    slug: str
    title: str
    byline: str
    standfirst: str
    published_at: datetime
    words: int
    sample: bool
    comment_count: int
    drawing: str | None

    @property
    def url(self) -> str:
        return article_url(self.slug)

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)


_Row = tuple[int, str, str, str, str, datetime, int, bool, int, str | None]
_LISTED = (
    Article.id,
    Article.slug,
    Article.title,
    Article.byline,
    Article.standfirst,
    Article.published_at,
    Article.words,
    Article.sample,
    Article.comment_count,
    Article.lead_drawing,
)


def live_article(session: Session, slug: str) -> Article | None:
    """The article with its questions and tags, if it is out."""
    return session.scalar(
        sa.select(Article)
        .where(Article.slug == slug, Article.published_at <= clock.now())
        .options(selectinload(Article.faq), selectinload(Article.tags))
    )


def is_live(session: Session, slug: str) -> bool:
    return session.scalar(_live().with_only_columns(Article.id).where(Article.slug == slug)) is not None


def next_publication(session: Session) -> datetime | None:
    """When the next article goes live by itself."""
    return session.scalar(sa.select(sa.func.min(Article.published_at)).where(Article.published_at > clock.now()))


def newest(session: Session, limit: int, before: Listing | None = None) -> list[Listing]:
    """Live articles, newest first; those after `before` in that order, if given."""
    query = _live()
    if before is not None:
        query = query.where(sa.tuple_(Article.published_at, Article.id) < (before.published_at, before.id))
    return _listings(session, query.order_by(Article.published_at.desc(), Article.id.desc()).limit(limit))


def listing(session: Session, slug: str) -> Listing | None:
    found = _listings(session, _live().where(Article.slug == slug))
    return found[0] if found else None


def listings_by_id(session: Session, ids: Sequence[int]) -> dict[int, Listing]:
    return {row.id: row for row in _listings(session, _live().where(Article.id.in_(ids)))}


def related_to(session: Session, article: Article, limit: int = 3) -> list[Listing]:
    """What the editor chose, in that order; then those that share most tags; then the newest."""
    chosen = {row.slug: row for row in _listings(session, _live().where(Article.slug.in_(article.related)))}
    found = [chosen[slug] for slug in article.related if slug in chosen][:limit]
    if len(found) < limit:
        shared = (
            sa.select(sa.func.count())
            .where(ArticleTag.article_id == Article.id, ArticleTag.name.in_([tag.name for tag in article.tags]))
            .scalar_subquery()
        )
        known = [article.id, *(row.id for row in found)]
        query = _live().where(Article.id.not_in(known))
        query = query.order_by(shared.desc(), Article.published_at.desc(), Article.id.desc())
        found += _listings(session, query.limit(limit - len(found)))
    return found


def questions(session: Session) -> list[tuple[Listing, list[FaqEntry]]]:
    """The questions of all live articles, newest article first."""
    rows = session.scalars(
        sa.select(FaqEntry)
        .join(Article, Article.id == FaqEntry.article_id)
        .where(Article.published_at <= clock.now())
        .order_by(Article.published_at.desc(), Article.id.desc(), FaqEntry.position)
    ).all()
    groups: dict[int, list[FaqEntry]] = {}
    for row in rows:
        groups.setdefault(row.article_id, []).append(row)
    listings = listings_by_id(session, list(groups))
    return [(listings[article_id], entries) for article_id, entries in groups.items()]


def is_byline(session: Session, name: str) -> bool:
    """Whether a reader of this name could be taken for one who writes here."""
    return session.scalar(sa.select(Article.id).where(Article.byline_skeleton == skeleton(name)).limit(1)) is not None


def _live() -> sa.Select[*_Row]:
    return sa.select(*_LISTED).where(Article.published_at <= clock.now())


def _listings(session: Session, query: sa.Select[*_Row]) -> list[Listing]:
    return [Listing(*row) for row in session.execute(query)]
