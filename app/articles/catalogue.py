"""Reading what the lists of a tag, an author, a series or a month hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleAuthor, ArticleTag, Author, Series, SeriesPart
from app.articles.naming import AuthorName, author_url, tag_url
from app.articles.queries import BEFORE, LIVE, NEWEST, Listing, Row, listings
from app.core import clock
from app.core.days import beginning_of, day_of, month_after, month_of
from app.core.db import UTCDateTime


class TagCount(NamedTuple):
    """A tag, and how many live articles have it."""

    name: str
    number: int

    @property
    def url(self) -> str:
        return tag_url(self.name)


class AuthorCount(NamedTuple):
    """An author with the HTML of the words on who that is, and how many live articles there are."""

    slug: str
    name: str
    html: str
    number: int

    @property
    def url(self) -> str:
        return author_url(self.slug)


class MonthCount(NamedTuple):
    """The first day of a month, and how many live articles are of it."""

    month: date
    number: int


_NOW = sa.bindparam("now", type_=Article.published_at.type)
_NUMBER: sa.BindParameter[int] = sa.bindparam("number")
_IN_TAG = (
    LIVE.join(ArticleTag, ArticleTag.article_id == Article.id)
    .where(ArticleTag.slug == sa.bindparam("tag"), ArticleTag.published_at <= _NOW)
    .order_by(ArticleTag.published_at.desc(), ArticleTag.article_id.desc())
    .limit(_NUMBER)
)
_OLDER_IN_TAG = _IN_TAG.where(sa.tuple_(ArticleTag.published_at, ArticleTag.article_id) < BEFORE)
_BY_AUTHOR = (
    LIVE.join(ArticleAuthor, ArticleAuthor.article_id == Article.id)
    .where(ArticleAuthor.author_id == sa.bindparam("author"), ArticleAuthor.published_at <= _NOW)
    .order_by(ArticleAuthor.published_at.desc(), ArticleAuthor.article_id.desc())
    .limit(_NUMBER)
)
_OLDER_BY_AUTHOR = _BY_AUTHOR.where(sa.tuple_(ArticleAuthor.published_at, ArticleAuthor.article_id) < BEFORE)
_IN_SERIES = (
    LIVE.join(SeriesPart, SeriesPart.article_id == Article.id)
    .where(SeriesPart.series_id == sa.bindparam("series"))
    .order_by(SeriesPart.number, SeriesPart.article_id)
    .limit(_NUMBER)
)
_LATER_IN_SERIES = _IN_SERIES.where(
    sa.tuple_(SeriesPart.number, SeriesPart.article_id) > sa.tuple_(sa.bindparam("part"), sa.bindparam("id"))
)
_PART = sa.select(SeriesPart.number).where(
    SeriesPart.article_id == sa.bindparam("article"), SeriesPart.series_id == sa.bindparam("series")
)
_IN_MONTH = NEWEST.where(Article.published_at >= sa.bindparam("begins"), Article.published_at < sa.bindparam("ends"))
_OLDER_IN_MONTH = _IN_MONTH.where(sa.tuple_(Article.published_at, Article.id) < BEFORE)
_LEAD = LIVE.where(Article.leads_since.is_not(None)).order_by(Article.leads_since.desc()).limit(1)
_TAG_NAME = (
    sa.select(ArticleTag.name)
    .where(ArticleTag.slug == sa.bindparam("tag"), ArticleTag.published_at <= _NOW)
    .order_by(ArticleTag.published_at.desc(), ArticleTag.article_id.desc())
    .limit(1)
)
_TAGS = (
    sa.select(sa.func.min(ArticleTag.name), sa.func.count())
    .where(ArticleTag.published_at <= _NOW)
    .group_by(ArticleTag.slug)
)
_BY_EACH = (
    sa.select(ArticleAuthor.author_id, sa.func.count().label("number"))
    .where(ArticleAuthor.published_at <= _NOW)
    .group_by(ArticleAuthor.author_id)
    .subquery("by_each")
)
_AUTHORS = sa.select(Author.slug, Author.name, Author.html, _BY_EACH.c.number).join(
    _BY_EACH, _BY_EACH.c.author_id == Author.id
)
_FIRST_AND_LAST = sa.select(
    sa.select(sa.func.min(Article.published_at)).scalar_subquery(),
    sa.select(sa.func.max(Article.published_at)).where(Article.published_at <= _NOW).scalar_subquery(),
)


def tag_name(session: Session, tag: str) -> str | None:
    """What the tag of that slug is called in its newest live article; None if there is none."""
    if "\0" in tag:  # which PostgreSQL takes in no text
        return None
    return session.connection().scalar(_TAG_NAME, {"tag": tag, "now": clock.now()})


def all_tags(session: Session) -> list[TagCount]:
    """The tags of live articles, by their names."""
    rows = session.connection().execute(_TAGS, {"now": clock.now()})
    return sorted((TagCount(*row) for row in rows), key=_by_name)


def all_authors(session: Session) -> list[AuthorCount]:
    """The authors of live articles, by their names."""
    rows = session.connection().execute(_AUTHORS, {"now": clock.now()})
    return sorted((AuthorCount(*row) for row in rows), key=_by_name)


def author(session: Session, slug: str) -> Author | None:
    return session.scalar(sa.select(Author).where(Author.slug == slug))


def author_names(session: Session, slugs: Sequence[str]) -> tuple[AuthorName, ...]:
    """Those that there are, in the same order."""
    query = sa.select(Author.slug, Author.name).where(Author.slug.in_(slugs))
    found = {row.slug: AuthorName(*row) for row in session.execute(query)} if slugs else {}
    return tuple(found[slug] for slug in slugs if slug in found)


def series(session: Session, slug: str) -> Series | None:
    return session.scalar(sa.select(Series).where(Series.slug == slug))


def newest_with_tag(session: Session, tag: str, limit: int, before: Listing | None = None) -> list[Listing]:
    """Live articles with the tag of that slug, newest first; those after `before` in that order, if given."""
    return _page(session, _IN_TAG, _OLDER_IN_TAG, before, tag=tag, number=limit)


def newest_by(session: Session, author_id: int, limit: int, before: Listing | None = None) -> list[Listing]:
    """Live articles of the author, newest first; those after `before` in that order, if given."""
    return _page(session, _BY_AUTHOR, _OLDER_BY_AUTHOR, before, author=author_id, number=limit)


def newest_in_month(session: Session, month: date, limit: int, before: Listing | None = None) -> list[Listing]:
    """Live articles of the month that begins with that day in the site's zone, newest first."""
    begins, ends = beginning_of(month), beginning_of(month_after(month))
    return _page(session, _IN_MONTH, _OLDER_IN_MONTH, before, begins=begins, ends=ends, number=limit)


def parts_of(session: Session, series_id: int, limit: int, after: Listing | None = None) -> list[Listing]:
    """The live articles of a series in its order; those behind `after`, if given, which are none if that is no part."""
    if after is None:
        return listings(session, _IN_SERIES, series=series_id, number=limit)
    part = session.connection().scalar(_PART, {"article": after.id, "series": series_id})
    if part is None:
        return []
    return listings(session, _LATER_IN_SERIES, series=series_id, number=limit, part=part, id=after.id)


def lead(session: Session) -> Listing | None:
    """The article that an editor has put at the head of the front page, if it is live."""
    found = listings(session, _LEAD)
    return found[0] if found else None


def months(session: Session) -> list[MonthCount]:
    """The months of which there are live articles, newest first."""
    first, last = session.connection().execute(_FIRST_AND_LAST, {"now": clock.now()}).one()
    if first is None or last is None or last < first:
        return []
    month, end = month_of(day_of(first)), month_of(day_of(last))
    found = []
    while month <= end:
        found.append(month)
        month = month_after(month)
    spans = [(number, beginning_of(one), beginning_of(month_after(one))) for number, one in enumerate(found)]
    rows = session.connection().execute(_counted(spans), {"now": clock.now()})
    counts = {number: count for number, count in rows if count}
    return [MonthCount(found[number], counts[number]) for number in sorted(counts, reverse=True)]


def _by_name(one: TagCount | AuthorCount) -> tuple[str, str]:
    return one.name.casefold(), one.name


def _counted(spans: list[tuple[int, datetime, datetime]]) -> sa.Select[int, int]:
    """How many articles each span of time has, in one statement; the zone's months are unknown to the database."""
    columns = sa.column("number", sa.Integer), sa.column("begins", UTCDateTime()), sa.column("ends", UTCDateTime())
    span = sa.values(*columns, name="spans").data(spans).cte("spans")
    count = sa.select(sa.func.count()).select_from(Article)
    within = count.where(
        Article.published_at >= span.c.begins, Article.published_at < span.c.ends, Article.published_at <= _NOW
    )
    return sa.select(span.c.number, within.scalar_subquery())


def _page(
    session: Session, first: sa.Select[*Row], older: sa.Select[*Row], before: Listing | None, **given: object
) -> list[Listing]:
    if before is None:
        return listings(session, first, **given)
    return listings(session, older, at=before.published_at, id=before.id, **given)
