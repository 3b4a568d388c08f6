"""All articles, out or not, as the desk lists them and its form needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import (
    Article,
    ArticleAuthor,
    Author,
    CommentsState,
    Described,
    FormerSlug,
    Series,
    SeriesPart,
    State,
    article_url,
    state_of,
)
from app.core import clock

WORDS = 10
"""Words of a title that are looked for at once."""


class Row(NamedTuple):
    """An article as the desk's list shows it."""

    id: int
    slug: str
    title: str
    published_at: datetime | None
    withdrawn_at: datetime | None
    listed_at: datetime
    announced_at: datetime | None
    comment_count: int
    comments: CommentsState
    sample: bool

    @property
    def state(self) -> State:
        return state_of(self.published_at, self.withdrawn_at)

    @property
    def url(self) -> str:
        return article_url(self.slug)


_ROWS = sa.select(*(getattr(Article, name) for name in Row._fields))


def row(session: Session, article_id: int) -> Row | None:
    found = session.execute(_ROWS.where(Article.id == article_id)).first()
    return Row(*found) if found else None


def rows(session: Session, state: State | None, words: str, limit: int, before: Row | None = None) -> list[Row]:
    """Articles in that state, or in any, with each of the words in their titles; the newest first."""
    query = _ROWS.order_by(Article.listed_at.desc(), Article.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_is_in(state))
    query = query.where(*map(_has_word, words.split()[:WORDS]))
    if before is not None:
        at = sa.bindparam("at", before.listed_at, type_=Article.listed_at.type)
        query = query.where(sa.tuple_(Article.listed_at, Article.id) < sa.tuple_(at, before.id))
    return [Row(*found) for found in session.execute(query)]


def unknown_slugs(session: Session, slugs: Iterable[str]) -> list[str]:
    """Those that no article has or had, in the same order."""
    asked = list(slugs)
    had = sa.select(FormerSlug.slug).where(FormerSlug.slug.in_(asked))
    known = set(session.scalars(sa.union_all(sa.select(Article.slug).where(Article.slug.in_(asked)), had)))
    return [slug for slug in asked if slug not in known]


def newest_slugs(session: Session, limit: int) -> Sequence[sa.Row[str, str]]:
    """Slug and title, for a field to suggest."""
    query = sa.select(Article.slug, Article.title).order_by(Article.listed_at.desc(), Article.id.desc()).limit(limit)
    return session.execute(query).all()


def named(session: Session, kind: type[Described]) -> Sequence[sa.Row[str, str]]:
    """Slug and name of each, for a field to choose from."""
    return session.execute(sa.select(kind.slug, kind.name).order_by(kind.name, kind.slug)).all()


class DescribedRow(NamedTuple):
    """An author or a series, and how many articles name it, out or not."""

    id: int
    slug: str
    name: str
    url: str
    articles: int
    live: bool


def described(session: Session, kind: type[Described]) -> list[DescribedRow]:
    """All authors or series, by their names."""
    is_of = ArticleAuthor.author_id == Author.id if kind is Author else SeriesPart.series_id == Series.id
    place = ArticleAuthor if kind is Author else SeriesPart
    of_it = sa.select(sa.func.count(), sa.func.min(Article.published_at)).select_from(place)
    of_it = of_it.join(Article, Article.id == place.article_id).where(is_of)
    number = of_it.with_only_columns(sa.func.count()).scalar_subquery()
    first = of_it.with_only_columns(sa.func.min(Article.published_at)).scalar_subquery()
    rows = session.execute(sa.select(kind, number, first).order_by(kind.name, kind.slug))
    now = clock.now()
    return [
        DescribedRow(one.id, one.slug, one.name, one.url, count, first is not None and first <= now)
        for one, count, first in rows
    ]


def _is_in(state: State) -> sa.ColumnElement[bool]:
    if state is State.WITHDRAWN:
        return Article.withdrawn_at.is_not(None)
    if state is State.DRAFT:
        return sa.and_(Article.published_at.is_(None), Article.withdrawn_at.is_(None))
    if state is State.SCHEDULED:
        return Article.published_at > clock.now()
    return Article.published_at <= clock.now()


def _has_word(word: str) -> sa.ColumnElement[bool]:
    # SQLite knows the capitals of ASCII only.
    forms = {word.lower(), word.capitalize(), word.upper()}
    return sa.or_(*(Article.title.icontains(form, autoescape=True) for form in sorted(forms)))
