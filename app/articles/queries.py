"""Reading articles that are live, as rows for the pages that list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.articles.models import (
    LISTS,
    Article,
    Author,
    CommentsState,
    FaqEntry,
    FormerSlug,
    article_url,
    reading_minutes,
)
from app.articles.naming import AuthorName, byline
from app.core import clock
from app.core.revisions import Facts, depends_on, ends_at, facts


@dataclass(frozen=True)
class Live:
    """What every page says of a live article."""

    id: int
    slug: str
    title: str
    byline_text: str
    authors: tuple[AuthorName, ...]
    standfirst: str
    published_at: datetime
    words: int
    sample: bool
    comment_count: int
    comments: CommentsState

    @property
    def url(self) -> str:
        return article_url(self.slug)

    @property
    def byline(self) -> str:
        return byline(self.byline_text, self.authors)

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)


@dataclass(frozen=True)
class Listing(Live):
    """An article as lists show it."""

    drawing: str | None


Row = tuple[int, str, str, str, tuple[AuthorName, ...], str, datetime, int, bool, int, CommentsState, str | None]
# An article without comments shows none, nor how many there are.
COUNT = sa.case((Article.comments == CommentsState.OFF, 0), else_=Article.comment_count).label("comment_count")
LISTED = (
    Article.id,
    Article.slug,
    Article.title,
    Article.byline_text,
    Article.authors,
    Article.standfirst,
    Article.published_at,
    Article.words,
    Article.sample,
    COUNT,
    Article.comments,
    Article.lead_drawing,
)

# Statements that every article page asks are built once: building one costs several times what running it does.
IS_LIVE = Article.published_at <= sa.bindparam("now")
LIVE = sa.select(*LISTED).where(IS_LIVE)
NEWEST = LIVE.order_by(Article.published_at.desc(), Article.id.desc()).limit(sa.bindparam("number"))
BEFORE = sa.tuple_(sa.bindparam("at", type_=Article.published_at.type), sa.bindparam("id"))
_OLDER = NEWEST.where(sa.tuple_(Article.published_at, Article.id) < BEFORE)
_BY_SLUG = LIVE.where(Article.slug == sa.bindparam("slug"))
BY_SLUGS = LIVE.where(Article.slug.in_(sa.bindparam("slugs", expanding=True)))
_BY_IDS = LIVE.where(Article.id.in_(sa.bindparam("ids", expanding=True)))
_COUNTS = sa.select(Article.id, COUNT).where(Article.id.in_(sa.bindparam("ids", expanding=True)))
_SLUGS_NOW = (
    sa.select(FormerSlug.slug, Article.slug)
    .join(Article, Article.id == FormerSlug.article_id)
    .where(FormerSlug.slug.in_(sa.bindparam("slugs", expanding=True)), IS_LIVE)
)
HAD_IT = sa.select(FormerSlug.article_id).where(FormerSlug.slug == sa.bindparam("slug"))
_ID_BY_SLUG = sa.select(Article.id).where(Article.slug == sa.bindparam("slug"), IS_LIVE)
_LIVE_ID = sa.select(Article.id).where(sa.or_(Article.slug == sa.bindparam("slug"), Article.id.in_(HAD_IT)), IS_LIVE)
_NEXT = sa.select(sa.func.min(Article.published_at)).where(Article.published_at > sa.bindparam("now"))


def is_live(session: Session, slug: str) -> bool:
    """Whether the slug leads to an article, be it by way of another address."""
    return session.connection().scalar(_LIVE_ID, {"slug": slug, "now": clock.now()}) is not None


def ends_with_next_publication(session: Session) -> None:
    """Declares that the page changes when the next article goes live by itself, whichever ones it shows."""
    depends_on(LISTS)
    now = facts(session)
    known: Facts | None = current_app.extensions.get("next_publication")
    if known is None or not known.hold(now):
        moment = session.connection().scalar(_NEXT, {"now": now.began_at})
        known = Facts({LISTS: now.numbers[LISTS]}, now.began_at, moment)
        current_app.extensions["next_publication"] = known
    ends_at(known.ends_at)


def comment_counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """By article, how many comments its page shows."""
    return {row.id: row.comment_count for row in session.connection().execute(_COUNTS, {"ids": ids})}


def newest(session: Session, limit: int, before: Listing | None = None) -> list[Listing]:
    """Live articles, newest first; those after `before` in that order, if given."""
    if before is None:
        return listings(session, NEWEST, number=limit)
    return listings(session, _OLDER, number=limit, at=before.published_at, id=before.id)


def listing(session: Session, slug: str) -> Listing | None:
    found = listings(session, _BY_SLUG, slug=slug)
    return found[0] if found else None


def live_id(session: Session, slug: str) -> int | None:
    """The key of the live article that has the slug now, for those who need no more of it."""
    return session.connection().scalar(_ID_BY_SLUG, {"slug": slug, "now": clock.now()})


def slugs_now(session: Session, former: Sequence[str]) -> dict[str, str]:
    """Where the live articles are now that once had the slugs, by those."""
    rows = session.connection().execute(_SLUGS_NOW, {"slugs": former, "now": clock.now()})
    return {row[0]: row[1] for row in rows}


def former_slugs(session: Session, article_id: int) -> Sequence[str]:
    query = sa.select(FormerSlug.slug).where(FormerSlug.article_id == article_id)
    return session.scalars(query.order_by(FormerSlug.slug)).all()


def listings_by_id(session: Session, ids: Sequence[int]) -> dict[int, Listing]:
    return {row.id: row for row in listings(session, _BY_IDS, ids=ids)}


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


def is_byline(name_skeleton: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The condition that a reader whose name has this skeleton could be taken for one who writes here."""
    is_printed = sa.exists().where(Article.byline_skeleton == name_skeleton, Article.byline_skeleton != "")
    return sa.or_(is_printed, sa.exists().where(Author.name_skeleton == name_skeleton))


def listings(session: Session, statement: sa.Select[*Row], **given: object) -> list[Listing]:
    """What a statement built on LIVE finds."""
    rows = session.connection().execute(statement, {"now": clock.now(), **given})
    return [Listing(*row) for row in rows.all()]
