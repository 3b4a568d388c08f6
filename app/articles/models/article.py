"""An article, where it stands, and what its page and its lists are called."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.articles.models.describing import ArticleAuthor, SeriesPart
from app.articles.models.parts import ArticleImage, ArticleTag, Drawing, FaqEntry
from app.articles.naming import AuthorName, AuthorNames, byline
from app.core import clock
from app.core.db import Id, Model, named_values

WORDS_A_MINUTE = 238
"""How fast an adult reads English non-fiction silently: the mean of M. Brysbaert's review of 190 studies (2019)."""

LISTS = "articles"
"""The revision subject of what articles say: which there are, their text and questions, whether they take comments."""


class CommentsState(StrEnum):
    """Whether an article takes comments; with OFF it shows none either."""

    OPEN = "open"
    CLOSED = "closed"
    OFF = "off"


class State(StrEnum):
    """Where an article stands between its first word and its readers."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


class Source(TypedDict, total=False):
    """A citation. Only `publisher` is always there."""

    publisher: str
    title: str
    url: str
    note: str


class UpdateNote(TypedDict):
    """What readers are told of a change. The time is in UTC, in ISO's form."""

    at: str
    text: str


class HeadingRow(TypedDict):
    id: str
    text: str


def new_uid() -> str:
    return secrets.token_hex(16)


class Article(Model):
    """Its HTML is made from `source` when it is saved, by the rules of `markup_version`."""

    __tablename__ = "articles"
    __table_args__ = (
        sa.Index(None, "published_at", "id"),
        sa.Index(None, "listed_at", "id"),
        sa.Index(None, "leads_since"),
        sa.CheckConstraint("withdrawn_at IS NULL OR published_at IS NULL", name="withdrawn_is_not_published"),
        sa.CheckConstraint("comment_count >= 0", name="comment_count_not_negative"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    """What it is called in files, here and on any other site, whatever becomes of its slug."""
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    byline_text: Mapped[str] = mapped_column("byline")
    """What is printed in the place of the authors' names; '' for these."""
    byline_skeleton: Mapped[str] = mapped_column(index=True)
    authors: Mapped[tuple[AuthorName, ...]] = mapped_column(AuthorNames, default=())
    published_at: Mapped[datetime | None]
    """From when on readers see it; None for a draft, and for what is withdrawn. So one comparison says who is out."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str | None]
    """What readers read in its place."""
    was_published_at: Mapped[datetime | None]
    """The date that what is withdrawn had, and will have again."""
    listed_at: Mapped[datetime]
    """Where the desk's list puts it: by the date that it bears or, as long as it bears none, by its last change."""
    updated_at: Mapped[datetime | None]
    update_notes: Mapped[list[UpdateNote]] = mapped_column(sa.JSON, default=list)
    """The newest first."""
    standfirst: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    headings: Mapped[list[HeadingRow]] = mapped_column(sa.JSON)
    frame_hosts: Mapped[list[str]] = mapped_column(sa.JSON)
    lead_drawing: Mapped[str | None]
    """The first figure's drawing or picture, as HTML."""
    lead_image: Mapped[str | None]
    """The hash of the first figure's picture, if it shows one."""
    words: Mapped[int]
    sample: Mapped[bool] = mapped_column(default=False)
    sources: Mapped[list[Source]] = mapped_column(sa.JSON)
    related: Mapped[list[str]] = mapped_column(sa.JSON)
    comments: Mapped[CommentsState] = mapped_column(
        named_values(CommentsState, "comments"), default=CommentsState.OPEN, server_default=CommentsState.OPEN
    )
    comment_count: Mapped[int] = mapped_column(default=0)
    loaded_digest: Mapped[str | None]
    shared_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of the token of its private link, as long as there is one."""
    announced_at: Mapped[datetime | None]
    """When others were told that it is live; None if they were not, or before there were announcements."""
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number of its newest ArticleRevision; 0 while it stands as it was before there were any."""
    words_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The rules by which its ArticleWords were found; 0 for none."""
    leads_since: Mapped[datetime | None]
    """Since when an editor has it lead the front page."""

    faq: Mapped[list[FaqEntry]] = relationship(
        order_by="FaqEntry.position", cascade="all, delete-orphan", passive_deletes=True
    )
    tags: Mapped[list[ArticleTag]] = relationship(
        order_by="ArticleTag.position", cascade="all, delete-orphan", passive_deletes=True
    )
    authorships: Mapped[list[ArticleAuthor]] = relationship(
        order_by="ArticleAuthor.position", cascade="all, delete-orphan", passive_deletes=True
    )
    part: Mapped[SeriesPart | None] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    drawings: Mapped[list[Drawing]] = relationship(
        order_by="Drawing.name", cascade="all, delete-orphan", passive_deletes=True
    )

    images: Mapped[list[ArticleImage]] = relationship(
        order_by="ArticleImage.name", cascade="all, delete-orphan", passive_deletes=True
    )

    def date(self, published: datetime | None) -> None:
        """Sets from when on readers see it, here and where the lists of a tag or an author look for it."""
        self.published_at = published
        places: list[ArticleTag | ArticleAuthor] = [*self.tags, *self.authorships]
        for place in places:
            place.published_at = published

    @property
    def byline(self) -> str:
        return byline(self.byline_text, self.authors)

    @property
    def url(self) -> str:
        return article_url(self.slug)

    @property
    def dated(self) -> datetime | None:
        """The date that it bears, withdrawn or not."""
        return self.published_at or self.was_published_at

    @property
    def state(self) -> State:
        return state_of(self.published_at, self.withdrawn_at)


def article_subject(article_id: int) -> str:
    """The revision subject of an article's page, its comments included; with LISTS if anything else of it changes."""
    return f"article:{article_id}"


def article_url(slug: str) -> str:
    return f"/articles/{slug}"


def state_of(published_at: datetime | None, withdrawn_at: datetime | None) -> State:
    if withdrawn_at is not None:
        return State.WITHDRAWN
    if published_at is None:
        return State.DRAFT
    return State.LIVE if published_at <= clock.now() else State.SCHEDULED


def reading_minutes(words: int) -> int:
    return max(1, ceil(words / WORDS_A_MINUTE))
