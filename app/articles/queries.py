"""Reading articles that are live, as rows for the pages that list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import (
    Article,
    ArticleTag,
    FaqEntry,
    HeadingRow,
    Source,
    article_url,
    reading_minutes,
)
from app.core import clock
from app.core.lookalikes import skeleton

NEWEST_WITH_TAG = 30
"""Articles of one tag among which related ones are looked for."""


@dataclass(frozen=True)
class Live:
    """What every page says of a live article."""

    id: int
    slug: str
    title: str
    byline: str
    standfirst: str
    published_at: datetime
    words: int
    sample: bool
    comment_count: int

    @property
    def url(self) -> str:
        return article_url(self.slug)

    @property
    def minutes(self) -> int:
        return reading_minutes(self.words)


@dataclass(frozen=True)
class Listing(Live):
    """An article as lists show it."""

    drawing: str | None


class Question(NamedTuple):
    """A question at the end of an article, with its answer."""

    anchor: str
    question: str
    html: str


@dataclass(frozen=True)
class Story(Live):
    """A live article as its own page shows it."""

    updated_at: datetime | None
    html: str
    headings: list[HeadingRow]
    frame_hosts: list[str]
    sources: list[Source]
    related: list[str]
    faq: list[Question]
    tags: Sequence[str]


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

# Statements that every article page asks are built once: building one costs several times what running it does.
_IS_LIVE = Article.published_at <= sa.bindparam("now")
_LIVE = sa.select(*_LISTED).where(_IS_LIVE)
_NEWEST = _LIVE.order_by(Article.published_at.desc(), Article.id.desc()).limit(sa.bindparam("number"))
_BEFORE = sa.tuple_(sa.bindparam("at", type_=Article.published_at.type), sa.bindparam("id"))
_OLDER = _NEWEST.where(sa.tuple_(Article.published_at, Article.id) < _BEFORE)
_STORY = sa.select(
    *(getattr(Article, field.name) for field in fields(Story) if field.name not in {"faq", "tags"}),
).where(Article.slug == sa.bindparam("slug"), _IS_LIVE)
_QUESTIONS = (
    sa.select(FaqEntry.anchor, FaqEntry.question, FaqEntry.html)
    .where(FaqEntry.article_id == sa.bindparam("article"))
    .order_by(FaqEntry.position)
)
_TAGS = sa.select(ArticleTag.name).where(ArticleTag.article_id == sa.bindparam("article")).order_by(ArticleTag.position)
_NEWEST_WITH_TAG = (
    sa.select(ArticleTag.article_id)
    .where(ArticleTag.name == sa.bindparam("tag"))
    .order_by(ArticleTag.article_id.desc())
    .limit(NEWEST_WITH_TAG)
)
_BY_SLUG = _LIVE.where(Article.slug == sa.bindparam("slug"))
_BY_SLUGS = _LIVE.where(Article.slug.in_(sa.bindparam("slugs", expanding=True)))
_BY_IDS = _LIVE.where(Article.id.in_(sa.bindparam("ids", expanding=True)))
_LIVE_ID = sa.select(Article.id).where(Article.slug == sa.bindparam("slug"), _IS_LIVE)
_NEXT = sa.select(sa.func.min(Article.published_at)).where(Article.published_at > sa.bindparam("now"))


def live_story(session: Session, slug: str) -> Story | None:
    """The article with its questions and tags, if it is out."""
    connection = session.connection()
    row = connection.execute(_STORY, {"slug": slug, "now": clock.now()}).first()
    if row is None:
        return None
    faq = [Question(*entry) for entry in connection.execute(_QUESTIONS, {"article": row.id}).all()]
    values: list[Any] = [*row, faq, connection.scalars(_TAGS, {"article": row.id}).all()]
    return Story(*values)


def is_live(session: Session, slug: str) -> bool:
    return session.connection().scalar(_LIVE_ID, {"slug": slug, "now": clock.now()}) is not None


def next_publication(session: Session) -> datetime | None:
    """When the next article goes live by itself."""
    return session.connection().scalar(_NEXT, {"now": clock.now()})


def newest(session: Session, limit: int, before: Listing | None = None) -> list[Listing]:
    """Live articles, newest first; those after `before` in that order, if given."""
    if before is None:
        return _listings(session, _NEWEST, number=limit)
    return _listings(session, _OLDER, number=limit, at=before.published_at, id=before.id)


def listing(session: Session, slug: str) -> Listing | None:
    found = _listings(session, _BY_SLUG, slug=slug)
    return found[0] if found else None


def listings_by_id(session: Session, ids: Sequence[int]) -> dict[int, Listing]:
    return {row.id: row for row in _listings(session, _BY_IDS, ids=ids)}


def related_to(session: Session, story: Story, limit: int = 3) -> list[Listing]:
    """What the editor chose, in that order; then those that share most tags, the newest first; then the newest."""
    found: dict[int, Listing] = {}
    if story.related:
        chosen = {row.slug: row for row in _listings(session, _BY_SLUGS, slugs=story.related)}
        found = {chosen[slug].id: chosen[slug] for slug in story.related if slug in chosen and slug != story.slug}
    if len(found) < limit and story.tags:
        found |= {row.id: row for row in _sharing_tags(session, story) if row.id not in found}
    if len(found) < limit:
        found |= {row.id: row for row in newest(session, limit + 1) if row.id not in {story.id, *found}}
    return list(found.values())[:limit]


def _sharing_tags(session: Session, story: Story) -> list[Listing]:
    """Articles with tags of the story's, most shared first. Of each tag's only the newest, however many there are."""
    shared: Counter[int] = Counter()
    for tag in story.tags:
        shared.update(session.connection().scalars(_NEWEST_WITH_TAG, {"tag": tag}))
    del shared[story.id]
    rows = listings_by_id(session, list(shared)) if shared else {}
    return sorted(rows.values(), key=lambda row: (shared[row.id], row.published_at, row.id), reverse=True)


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


def _listings(session: Session, statement: sa.Select[*_Row], **given: object) -> list[Listing]:
    rows = session.connection().execute(statement, {"now": clock.now(), **given})
    return [Listing(*row) for row in rows.all()]
