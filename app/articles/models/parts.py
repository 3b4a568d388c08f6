"""What stands in an article beside its text: questions, corrections, tags, drawings and images."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Id, Model
from app.media.models import Image

CORRECTIONS = "corrections"
"""The revision subject of the list of all corrections."""


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

    images: Mapped[list[CorrectionImage]] = relationship(
        order_by="CorrectionImage.name", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def anchor(self) -> str:
        return correction_anchor(self.id)


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


class Drawing(Model):
    """An SVG drawing of an article, as it was cleaned."""

    __tablename__ = "drawings"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    svg: Mapped[str]


class ArticleImage(Model):
    """An image that an article's text or one of its answers names.

    Two articles may call two images by the same name, as files do.
    """

    __tablename__ = "article_images"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("images.id"), index=True)

    image: Mapped[Image] = relationship(lazy="joined", innerjoin=True)


class CorrectionImage(Model):
    """An image that a correction names. It is the correction's own, since no file of an article has that."""

    __tablename__ = "correction_images"

    correction_id: Mapped[int] = mapped_column(sa.ForeignKey("corrections.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("images.id"), index=True)

    image: Mapped[Image] = relationship(lazy="joined", innerjoin=True)


def correction_anchor(correction_id: int) -> str:
    return f"correction-{correction_id}"
