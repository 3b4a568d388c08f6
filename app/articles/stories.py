"""Reading a live article as its own page shows it, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.articles.models import (
    Article,
    ArticleTag,
    HeadingRow,
    RelatedArticle,
    Series,
    SeriesPart,
    Source,
    UpdateNote,
    article_url,
)
from app.articles.naming import series_url
from app.articles.owed import CorrectionMade, Question, corrections_of, questions_of
from app.articles.queries import (
    BEFORE,
    BY_SLUGS,
    COUNT,
    HAD_IT,
    IS_LIVE,
    LIVE,
    Listing,
    Live,
    listings,
    newest,
    slugs_now,
)
from app.core import clock


class Link(NamedTuple):
    """An article that another leads to."""

    slug: str
    title: str

    @property
    def url(self) -> str:
        return article_url(self.slug)


class Place(NamedTuple):
    """Where an article stands in its series, among the parts that are live."""

    slug: str
    name: str
    number: int
    previous: Link | None
    next: Link | None

    @property
    def url(self) -> str:
        return series_url(self.slug)


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
    lead_image: str | None
    """The hash of the picture that leads."""
    headings: list[HeadingRow]
    frame_hosts: list[str]
    sources: list[Source]
    related: list[str]
    faq: list[Question]
    corrections: list[CorrectionMade]
    tags: Sequence[str]
    place: Place | None
    """In its series."""

    @property
    def notes(self) -> list[tuple[datetime, str]]:
        """When it was updated, and what is new, the newest first."""
        return [(datetime.fromisoformat(note["at"]), note["text"]) for note in self.update_notes]


_STORY = sa.select(
    *(
        COUNT if field.name == "comment_count" else getattr(Article, field.name)
        for field in fields(Story)
        if field.name not in {"faq", "corrections", "tags", "place"}
    ),
).where(Article.slug == sa.bindparam("slug"), IS_LIVE)
_TAGS = sa.select(ArticleTag.name).where(ArticleTag.article_id == sa.bindparam("article")).order_by(ArticleTag.position)
_EARLIER = (
    sa.select(Article.slug, Article.title, Article.published_at)
    .where(IS_LIVE, sa.tuple_(Article.published_at, Article.id) < BEFORE)
    .order_by(Article.published_at.desc(), Article.id.desc())
    .limit(1)
    .subquery("earlier")
)
_LATER = (
    sa.select(Article.slug, Article.title, Article.published_at)
    .where(IS_LIVE, sa.tuple_(Article.published_at, Article.id) > BEFORE)
    .order_by(Article.published_at, Article.id)
    .limit(1)
    .subquery("later")
)
_NEIGHBOURS = sa.union_all(
    sa.select(sa.true(), _EARLIER.c.slug, _EARLIER.c.title), sa.select(sa.false(), _LATER.c.slug, _LATER.c.title)
)
_mine, _previous, _next = aliased(SeriesPart), aliased(Article), aliased(Article)
_HERE = sa.tuple_(_mine.number, _mine.article_id)
_PLACE = sa.tuple_(SeriesPart.number, SeriesPart.article_id)


def _nearest(beyond: sa.ColumnElement[bool], *order: sa.SQLColumnExpression[int]) -> sa.ScalarSelect[int]:
    """Of the live parts of the same series that are beyond an article's place, the nearest one's article."""
    parts = sa.select(Article.id).join(SeriesPart, SeriesPart.article_id == Article.id)
    parts = parts.where(SeriesPart.series_id == _mine.series_id, beyond, IS_LIVE)
    return parts.order_by(*order).limit(1).correlate(_mine).scalar_subquery()


_IN_SERIES = (
    sa.select(Series.slug, Series.name, _mine.number, _previous.slug, _previous.title, _next.slug, _next.title)
    .select_from(_mine)
    .join(Series, Series.id == _mine.series_id)
    .outerjoin(
        _previous, _previous.id == _nearest(_PLACE < _HERE, SeriesPart.number.desc(), SeriesPart.article_id.desc())
    )
    .outerjoin(_next, _next.id == _nearest(_PLACE > _HERE, SeriesPart.number, SeriesPart.article_id))
    .where(_mine.article_id == sa.bindparam("article"))
)
_RELATED = (
    LIVE.join(RelatedArticle, RelatedArticle.other_id == Article.id)
    .where(RelatedArticle.article_id == sa.bindparam("article"))
    .order_by(RelatedArticle.score.desc(), Article.published_at.desc(), Article.id.desc())
)
_WITHDRAWN = sa.select(Article.withdrawn_at, Article.withdrawn_because).where(
    sa.or_(Article.slug == sa.bindparam("slug"), Article.id.in_(HAD_IT)), Article.withdrawn_at.is_not(None)
)


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
        _place(session, row.id),
    ]
    return Story(*values)


def story_of(session: Session, article: Article) -> Story:
    """The article as its own page will show it, out or not; dated now, if it bears no date yet."""
    parts: dict[str, Any] = {
        "published_at": article.dated or clock.now(),
        "faq": questions_of(session, article.id),
        "corrections": corrections_of(session, article.id),
        "tags": [tag.name for tag in article.tags],
        "place": _place(session, article.id),
    }
    columns = [field.name for field in fields(Story) if field.name not in parts]
    return Story(**{name: getattr(article, name) for name in columns}, **parts)


def withdrawn(session: Session, slug: str) -> Withdrawn | None:
    """What is said in the place of the article, if it is withdrawn."""
    row = session.connection().execute(_WITHDRAWN, {"slug": slug}).first()
    return Withdrawn(*row) if row else None


def neighbours(session: Session, story: Live) -> tuple[Link | None, Link | None]:
    """The live articles before and after it, by date."""
    given = {"at": story.published_at, "id": story.id, "now": clock.now()}
    found = {bool(row[0]): Link(*row[1:]) for row in session.connection().execute(_NEIGHBOURS, given)}
    return found.get(True), found.get(False)


def related_to(session: Session, story: Story, limit: int = 3) -> list[Listing]:
    """What the editor chose, in that order; then what it is most like, as `relating` has stored; then the newest."""
    found: dict[int, Listing] = {}
    if story.related:
        chosen = {row.slug: row for row in listings(session, BY_SLUGS, slugs=story.related)}
        if moved := slugs_now(session, [slug for slug in story.related if slug not in chosen]):
            by_slug = {row.slug: row for row in listings(session, BY_SLUGS, slugs=list(moved.values()))}
            chosen |= {slug: by_slug[now] for slug, now in moved.items()}
        found = {
            chosen[slug].id: chosen[slug] for slug in story.related if slug in chosen and chosen[slug].id != story.id
        }
    if len(found) < limit:
        found |= {row.id: row for row in listings(session, _RELATED, article=story.id) if row.id not in found}
    if len(found) < limit:
        found |= {row.id: row for row in newest(session, limit + 1) if row.id not in {story.id, *found}}
    return list(found.values())[:limit]


def _place(session: Session, article_id: int) -> Place | None:
    row = session.connection().execute(_IN_SERIES, {"article": article_id, "now": clock.now()}).first()
    if row is None:
        return None
    series, name, number, *beside = row
    previous, following = Link(*beside[:2]), Link(*beside[2:])
    return Place(series, name, number, previous if previous.slug else None, following if following.slug else None)
