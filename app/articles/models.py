"""An article and what hangs on it."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.articles.naming import AuthorName, AuthorNames, byline
from app.core import clock
from app.core.db import Id, Model, named_values
from app.media.models import Image

WORDS_A_MINUTE = 238
"""How fast an adult reads English non-fiction silently: the mean of M. Brysbaert's review of 190 studies (2019)."""


LISTS = "articles"
"""The revision subject of what articles say: which there are, their text and questions, whether they take comments."""


CORRECTIONS = "corrections"
"""The revision subject of the list of all corrections."""


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


class ArticleRevision(Model):
    """What an article said after one of its changes. `content` is as `history.content_of` gives it."""

    __tablename__ = "article_revisions"
    __table_args__ = (sa.UniqueConstraint("article_id", "number"),)

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    """As the audit record names who did it."""
    verb: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class UnsavedText(Model):
    """What stood in an editor's form when it was last kept by itself. It is no revision, and changes no article."""

    __tablename__ = "unsaved_texts"
    __table_args__ = (sa.UniqueConstraint("editor_id", "form"),)

    id: Mapped[Id]
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id", ondelete="CASCADE"))
    article_id: Mapped[int | None] = mapped_column(sa.ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    """None if it is, or would be, a new one."""
    form: Mapped[str]
    """The form's name by chance, the same wherever it is opened again."""
    window: Mapped[str]
    """Where it goes on. Another window takes over if it knows of the last version."""
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    fields: Mapped[list[list[str]]] = mapped_column(sa.JSON)
    """Names and values, as the form sent them."""

    @property
    def title(self) -> str:
        return next((value for name, value in self.fields if name == "title"), "")


class FaqEntry(Model):
    """A question with its answer. `credit` names the reader who asked it, if that reader agreed."""

    __tablename__ = "faq_entries"

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    anchor: Mapped[str]
    question: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    asked_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id", ondelete="SET NULL"), index=True)
    """The comment that asked it."""
    credit: Mapped[str | None]


class Correction(Model):
    """A dated, public word on what was wrong in an article.

    `credit` names the reader who found it, if that reader agreed.
    """

    __tablename__ = "corrections"
    __table_args__ = (sa.Index(None, "at", "id"), sa.Index(None, "article_id", "at"))

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    found_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id", ondelete="SET NULL"), index=True)
    """The comment that found the error."""
    credit: Mapped[str | None]

    @property
    def anchor(self) -> str:
        return correction_anchor(self.id)


class FormerSlug(Model):
    """An address that an article had. It leads to the article for ever, and is no other's."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True)


class ArticleTag(Model):
    """A tag of an article. Names that make the same slug are the same tag."""

    __tablename__ = "article_tags"
    __table_args__ = (sa.Index(None, "slug", "published_at", "article_id"),)

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int]
    published_at: Mapped[datetime | None]
    """The article's, so that a tag's newest articles are found along an index; `Article.date` keeps it."""


class Described(Model):
    """What has a name, a page of its own and a text on it. Its slug stays what it was at first.

    The name of the table begins the page's address, and is the folder of its file.
    """

    __abstract__ = True

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    loaded_digest: Mapped[str | None]

    @property
    def url(self) -> str:
        return f"/{self.__tablename__}/{self.slug}"


class Author(Described):
    """Someone whose articles are found together. The text is a few words on who that is."""

    __tablename__ = "authors"

    name_skeleton: Mapped[str] = mapped_column(index=True)
    link: Mapped[str | None]
    email: Mapped[str | None]


class ArticleAuthor(Model):
    __tablename__ = "article_authors"
    __table_args__ = (sa.Index(None, "author_id", "published_at", "article_id"),)

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("authors.id"), primary_key=True)
    position: Mapped[int]
    published_at: Mapped[datetime | None]
    """The article's, as an ArticleTag has it."""


class Series(Described):
    """Articles that are read one after the other. The text says what they are about."""

    __tablename__ = "series"


class SeriesPart(Model):
    """The place of an article in its series, of which it has one at most."""

    __tablename__ = "series_parts"
    __table_args__ = (sa.Index(None, "series_id", "number", "article_id"),)

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    number: Mapped[int]
    series: Mapped[Series] = relationship()


class RelatedArticle(Model):
    """An article that another one is like, and what they share."""

    __tablename__ = "related_articles"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(sa.JSON)
    words: Mapped[list[str]] = mapped_column(sa.JSON)


class ArticleWord(Model):
    """A word that an article is about, folded."""

    __tablename__ = "article_words"
    __table_args__ = (sa.Index(None, "word", "article_id"),)

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)


class Drawing(Model):
    """An SVG drawing of an article, as it was cleaned."""

    __tablename__ = "drawings"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    svg: Mapped[str]


class ArticleImage(Model):
    """An image that an article's text names. Two articles may call two images by the same name, as files do."""

    __tablename__ = "article_images"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("images.id"), index=True)

    image: Mapped[Image] = relationship(lazy="joined", innerjoin=True)


def article_subject(article_id: int) -> str:
    """The revision subject of an article's page, its comments included; with LISTS if anything else of it changes."""
    return f"article:{article_id}"


def related_subject(article_id: int) -> str:
    """The revision subject of what an article is like."""
    return f"related:{article_id}"


def correction_anchor(correction_id: int) -> str:
    return f"correction-{correction_id}"


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
