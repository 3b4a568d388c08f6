"""What an article said before, what an editor has not saved yet, and where an article stood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model


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


class FormerSlug(Model):
    """An address that an article had. It leads to the article for ever, and is no other's."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True)
