"""What an article said after each change: kept, and read again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleRevision
from app.core import clock

COMMAND_LINE = "command line"


class Kept(NamedTuple):
    """A revision but for what the article said."""

    number: int
    at: datetime
    actor: str
    verb: str


_KEPT = sa.select(*(getattr(ArticleRevision, name) for name in Kept._fields))


def keep(session: Session, article: Article, *, earlier: dict[str, Any] | None, actor: str, verb: str) -> None:
    """Keeps what the article says now, and puts it where the desk's list has it.

    `earlier` is what it said before, which is kept, too, if it is from the time before there were revisions.
    """
    if article.revision == 0 and earlier is not None:
        _add(session, article, earlier, at=article.listed_at, actor=COMMAND_LINE, verb="load")
    article.listed_at = article.dated or clock.now()
    session.flush()
    session.expire(article, ["faq", "tags", "authorships", "part", "drawings", "images"])
    _add(session, article, content_of(article), at=clock.now(), actor=actor, verb=verb)


def content_of(article: Article) -> dict[str, Any]:
    """What an editor writes in an article, as JSON can hold it. Nothing in it is a reader's, not even a name."""
    return {
        "slug": article.slug,
        "title": article.title,
        "byline": article.byline_text,
        "authors": [author.slug for author in article.authors],
        "series": article.part.series.slug if article.part else None,
        "part": article.part.number if article.part else None,
        "standfirst": article.standfirst,
        "published": article.dated.isoformat() if article.dated else None,
        "source": article.source,
        "sample": article.sample,
        "tags": [tag.name for tag in article.tags],
        "related": article.related,
        "sources": article.sources,
        "faq": [{"anchor": one.anchor, "question": one.question, "answer": one.source} for one in article.faq],
        "drawings": {drawing.name: drawing.svg for drawing in article.drawings},
        "images": hashes_of(article),
    }


def hashes_of(article: Article) -> dict[str, str]:
    """Of the images that its text names."""
    return {one.name: one.image.hash for one in article.images}


def revisions_of(session: Session, article_id: int, limit: int, before: int | None = None) -> list[Kept]:
    """The newest first; those of lower numbers than `before`, if given."""
    query = _KEPT.where(ArticleRevision.article_id == article_id).order_by(ArticleRevision.number.desc()).limit(limit)
    if before is not None:
        query = query.where(ArticleRevision.number < before)
    return [Kept(*row) for row in session.execute(query)]


def revision(session: Session, article_id: int, number: int) -> ArticleRevision | None:
    query = sa.select(ArticleRevision).where(ArticleRevision.article_id == article_id, ArticleRevision.number == number)
    return session.scalar(query)


def _add(session: Session, article: Article, content: dict[str, Any], *, at: datetime, actor: str, verb: str) -> None:
    article.revision += 1
    session.add(
        ArticleRevision(article_id=article.id, number=article.revision, at=at, actor=actor, verb=verb, content=content)
    )
    session.flush()
