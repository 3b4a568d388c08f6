"""Authors and series, and which articles are theirs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Id, Model


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
