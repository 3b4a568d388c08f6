"""Reading articles that are live, as rows for the pages that list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.articles.models import (
    LISTS,
    Article,
    ArticleTag,
    CommentsState,
    Correction,
    FaqEntry,
    FormerSlug,
    HeadingRow,
    Source,
    UpdateNote,
    article_url,
    reading_minutes,
)
from app.articles.owed import CORRECTIONS_MADE, CorrectionMade, Question, corrections_of, questions_of
from app.core import clock
from app.core.revisions import Facts, depends_on, ends_at, facts

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
    comments: CommentsState

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


class ListedCorrection(NamedTuple):
    """A correction with its article, where those of all articles are listed."""

    correction: CorrectionMade
    article: Listing


class Withdrawn(NamedTuple):
    """Since when an article is withdrawn, and why, as readers are told."""

    at: datetime | None
    because: str | None


@dataclass(frozen=True)
class Story(Live):
    """A live article as its own page shows it."""

    updated_at: datetime | None
    update_notes: list[UpdateNote]
    html: str
    headings: list[HeadingRow]
    frame_hosts: list[str]
    sources: list[Source]
    related: list[str]
    faq: list[Question]
    corrections: list[CorrectionMade]
    tags: Sequence[str]

    @property
    def notes(self) -> list[tuple[datetime, str]]:
        """When it was updated, and what is new, the newest first."""
        return [(datetime.fromisoformat(note["at"]), note["text"]) for note in self.update_notes]


_Row = tuple[int, str, str, str, str, datetime, int, bool, int, CommentsState, str | None]
# An article without comments shows none, nor how many there are.
_COUNT = sa.case((Article.comments == CommentsState.OFF, 0), else_=Article.comment_count).label("comment_count")
_LISTED = (
    Article.id,
    Article.slug,
    Article.title,
    Article.byline,
    Article.standfirst,
    Article.published_at,
    Article.words,
    Article.sample,
    _COUNT,
    Article.comments,
    Article.lead_drawing,
)

# Statements that every article page asks are built once: building one costs several times what running it does.
_IS_LIVE = Article.published_at <= sa.bindparam("now")
_LIVE = sa.select(*_LISTED).where(_IS_LIVE)
_NEWEST = _LIVE.order_by(Article.published_at.desc(), Article.id.desc()).limit(sa.bindparam("number"))
_BEFORE = sa.tuple_(sa.bindparam("at", type_=Article.published_at.type), sa.bindparam("id"))
_OLDER = _NEWEST.where(sa.tuple_(Article.published_at, Article.id) < _BEFORE)
_STORY = sa.select(
    *(
        _COUNT if field.name == "comment_count" else getattr(Article, field.name)
        for field in fields(Story)
        if field.name not in {"faq", "corrections", "tags"}
    ),
).where(Article.slug == sa.bindparam("slug"), _IS_LIVE)
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
_COUNTS = sa.select(Article.id, _COUNT).where(Article.id.in_(sa.bindparam("ids", expanding=True)))
_SLUGS_NOW = (
    sa.select(FormerSlug.slug, Article.slug)
    .join(Article, Article.id == FormerSlug.article_id)
    .where(FormerSlug.slug.in_(sa.bindparam("slugs", expanding=True)), _IS_LIVE)
)
_HAD_IT = sa.select(FormerSlug.article_id).where(FormerSlug.slug == sa.bindparam("slug"))
_LIVE_ID = sa.select(Article.id).where(sa.or_(Article.slug == sa.bindparam("slug"), Article.id.in_(_HAD_IT)), _IS_LIVE)
_ANY_CORRECTION = (
    CORRECTIONS_MADE.add_columns(*_LISTED).join(Article, Article.id == Correction.article_id).where(_IS_LIVE)
)
_NEWEST_CORRECTIONS = _ANY_CORRECTION.limit(sa.bindparam("number"))
_OLDER_CORRECTIONS = _NEWEST_CORRECTIONS.where(
    sa.tuple_(Correction.at, Correction.id)
    < sa.tuple_(sa.bindparam("at", type_=Correction.at.type), sa.bindparam("id"))
)
_CORRECTION = _ANY_CORRECTION.where(Correction.id == sa.bindparam("id"))
_WITHDRAWN = sa.select(Article.withdrawn_at, Article.withdrawn_because).where(
    sa.or_(Article.slug == sa.bindparam("slug"), Article.id.in_(_HAD_IT)), Article.withdrawn_at.is_not(None)
)
_NEXT = sa.select(sa.func.min(Article.published_at)).where(Article.published_at > sa.bindparam("now"))


def live_story(session: Session, slug: str) -> Story | None:
    """The article with its questions and tags, if it is out."""
    connection = session.connection()
    row = connection.execute(_STORY, {"slug": slug, "now": clock.now()}).first()
    if row is None:
        return None
    # A correction is an update, so an article without one is not asked for corrections.
    corrections = corrections_of(session, row.id) if row.updated_at else []
    values: list[Any] = [
        *row,
        questions_of(session, row.id),
        corrections,
        connection.scalars(_TAGS, {"article": row.id}).all(),
    ]
    return Story(*values)


def story_of(session: Session, article: Article) -> Story:
    """The article as its own page will show it, out or not; dated now, if it bears no date yet."""
    parts: dict[str, Any] = {
        "published_at": article.dated or clock.now(),
        "faq": questions_of(session, article.id),
        "corrections": corrections_of(session, article.id),
        "tags": [tag.name for tag in article.tags],
    }
    columns = [field.name for field in fields(Story) if field.name not in parts]
    return Story(**{name: getattr(article, name) for name in columns}, **parts)


def withdrawn(session: Session, slug: str) -> Withdrawn | None:
    """What is said in the place of the article, if it is withdrawn."""
    row = session.connection().execute(_WITHDRAWN, {"slug": slug}).first()
    return Withdrawn(*row) if row else None


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
        return _listings(session, _NEWEST, number=limit)
    return _listings(session, _OLDER, number=limit, at=before.published_at, id=before.id)


def listing(session: Session, slug: str) -> Listing | None:
    found = _listings(session, _BY_SLUG, slug=slug)
    return found[0] if found else None


def slugs_now(session: Session, former: Sequence[str]) -> dict[str, str]:
    """Where the live articles are now that once had the slugs, by those."""
    rows = session.connection().execute(_SLUGS_NOW, {"slugs": former, "now": clock.now()})
    return {row[0]: row[1] for row in rows}


def former_slugs(session: Session, article_id: int) -> Sequence[str]:
    query = sa.select(FormerSlug.slug).where(FormerSlug.article_id == article_id)
    return session.scalars(query.order_by(FormerSlug.slug)).all()


def listings_by_id(session: Session, ids: Sequence[int]) -> dict[int, Listing]:
    return {row.id: row for row in _listings(session, _BY_IDS, ids=ids)}


def related_to(session: Session, story: Story, limit: int = 3) -> list[Listing]:
    """What the editor chose, in that order; then those that share most tags, the newest first; then the newest."""
    found: dict[int, Listing] = {}
    if story.related:
        chosen = {row.slug: row for row in _listings(session, _BY_SLUGS, slugs=story.related)}
        if moved := slugs_now(session, [slug for slug in story.related if slug not in chosen]):
            by_slug = {row.slug: row for row in _listings(session, _BY_SLUGS, slugs=list(moved.values()))}
            chosen |= {slug: by_slug[now] for slug, now in moved.items()}
        found = {
            chosen[slug].id: chosen[slug] for slug in story.related if slug in chosen and chosen[slug].id != story.id
        }
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


def is_byline(name_skeleton: sa.ColumnElement[str]) -> sa.Exists:
    """The condition that a reader whose name has this skeleton could be taken for one who writes here."""
    return sa.exists().where(Article.byline_skeleton == name_skeleton)


def correction(session: Session, correction_id: int) -> ListedCorrection | None:
    rows = session.connection().execute(_CORRECTION, {"id": correction_id, "now": clock.now()}).all()
    return _corrections(rows)[0] if rows else None


def newest_corrections(
    session: Session, limit: int, before: ListedCorrection | None = None, *, samples: bool = True
) -> list[ListedCorrection]:
    """Corrections of live articles, newest first; those after `before` in that order, if given."""
    statement, given = _NEWEST_CORRECTIONS, {"now": clock.now(), "number": limit}
    if before is not None:
        statement = _OLDER_CORRECTIONS
        given |= {"at": before.correction.at, "id": before.correction.id}
    if not samples:
        statement = statement.where(Article.sample.is_(False))
    return _corrections(session.connection().execute(statement, given).all())


def _corrections(rows: Sequence[Any]) -> list[ListedCorrection]:
    number = len(CorrectionMade._fields)
    return [ListedCorrection(CorrectionMade(*row[:number]), Listing(*row[number:])) for row in rows]


def _listings(session: Session, statement: sa.Select[*_Row], **given: object) -> list[Listing]:
    rows = session.connection().execute(statement, {"now": clock.now(), **given})
    return [Listing(*row) for row in rows.all()]
