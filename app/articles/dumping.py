"""Writing articles as the files that they can be loaded from again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.articles.front_matter import with_front_matter, write_figures, write_text
from app.articles.models import Article, ArticleAuthor, Author, CommentsState, Described, Series, SeriesPart
from app.articles.queries import former_slugs
from app.media.folder import original


def articles_to_dump(session: Session, slugs: Sequence[str]) -> Sequence[Article]:
    """Those of the slugs, or all."""
    query = sa.select(Article).order_by(Article.slug)
    query = query.options(selectinload(Article.faq), selectinload(Article.tags), selectinload(Article.drawings))
    query = query.options(selectinload(Article.part).joinedload(SeriesPart.series), selectinload(Article.images))
    return session.scalars(query.where(Article.slug.in_(slugs)) if slugs else query).all()


def described_to_dump(session: Session, articles: Sequence[Article] | None) -> list[Described]:
    """The authors and series of those articles, or all."""
    authors, series = sa.select(Author).order_by(Author.slug), sa.select(Series).order_by(Series.slug)
    if articles is not None:
        ids = [article.id for article in articles]
        by = sa.select(ArticleAuthor.author_id).where(ArticleAuthor.article_id.in_(ids))
        parts = sa.select(SeriesPart.series_id).where(SeriesPart.article_id.in_(ids))
        authors, series = authors.where(Author.id.in_(by)), series.where(Series.id.in_(parts))
    return [*session.scalars(authors), *session.scalars(series)]


def dump(session: Session, article: Article, folder: Path, written: dict[Path, str]) -> Path:
    """Writes the article and what its figures show, and returns the path of its file.

    `written` are the files of figures that this run has put there, with their hashes, to which it adds. Raises
    FiguresDiffer, OSError.
    """
    figures = {Path("drawings", one.name): one.svg.encode() for one in article.drawings}
    figures |= {Path("images", one.name): original(one.image) for one in article.images}
    write_figures(figures, folder, written)
    path = folder / f"{article.slug}.md"
    write_text(path, file_text(article, former_slugs(session, article.id)))
    return path


def file_text(article: Article, formerly: Sequence[str] = ()) -> str:
    return with_front_matter(_front_matter(article, formerly), article.source)


def dump_description(one: Described, folder: Path) -> Path:
    """Writes who an author is, or what a series is about, and returns the path of that file. Raises OSError."""
    path = folder / str(one.__tablename__) / f"{one.slug}.md"
    write_text(path, description_text(one))
    return path


def description_text(one: Described) -> str:
    fields = {"name": one.name, "slug": one.slug}
    if isinstance(one, Author):
        fields |= {name: value for name, value in (("link", one.link), ("email", one.email)) if value}
    return with_front_matter(fields, one.source)


def _front_matter(article: Article, formerly: Sequence[str]) -> dict[str, Any]:
    """In the order in which docs/articles.md has them; what says nothing is left out."""
    fields: dict[str, Any] = {
        "id": article.uid,
        "title": article.title,
        "slug": article.slug,
        "formerly": list(formerly),
        "byline": article.byline_text,
        "authors": [author.slug for author in article.authors],
        "published": _moment(article.dated) if article.dated else None,
        "draft": article.dated is None,
        "withdrawn": article.withdrawn_because,
        "standfirst": article.standfirst,
        "tags": [tag.name for tag in article.tags],
        "series": article.part.series.slug if article.part else None,
        "part": article.part.number if article.part else None,
        "sample": article.sample,
        "comments": str(article.comments) if article.comments is not CommentsState.OPEN else None,
        "related": article.related,
        "sources": article.sources,
        "faq": [{"question": one.question, "answer": one.source} for one in article.faq],
    }
    return {name: value for name, value in fields.items() if value}


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
