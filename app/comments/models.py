"""Comments, their receipts, and how many there are of each status."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model, named_values

NAME_LIMIT = 80
ID_WIDTH = 8
"""Hex digits of an id in a path."""
LEVELS = 3
"""How deep threads are shown; a deeper reply stands on the last level, with a word on whom it answers."""


class Status(StrEnum):
    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"


_PATH = sa.String(ID_WIDTH * LEVELS).with_variant(sa.String(ID_WIDTH * LEVELS, collation="C"), "postgresql")


class Comment(Model):
    """A comment by a reader or, with `editor_id`, by an editor.

    `path` is the materialized path of ids down to this comment, so that a thread in reading order is one index range.
    `address_hash` and `fingerprint` are keyed hashes that are forgotten after 30 days.
    """

    __tablename__ = "comments"
    __table_args__ = (
        sa.Index(
            "ix_comments_thread",
            "article_id",
            "path",
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        ),
        sa.Index("ix_comments_queue", "status", "status_at", "id"),
        sa.Index(None, "address_hash", "created_at"),
        sa.Index(None, "fingerprint", "created_at"),
        # An id is never given twice, since permalinks, paths and the audit record name it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id", ondelete="SET NULL"), index=True)
    path: Mapped[str] = mapped_column(_PATH)
    status: Mapped[Status] = mapped_column(named_values(Status, "status"))
    status_at: Mapped[datetime]
    author: Mapped[str]
    email: Mapped[str | None]
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editors.id", ondelete="SET NULL"), index=True)
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    held_because: Mapped[str | None]
    address_hash: Mapped[str | None]
    fingerprint: Mapped[str | None]

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"


class Receipt(Model):
    """A private link to one comment. The token itself is stored nowhere."""

    __tablename__ = "receipts"

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class CommentTally(Model):
    """How many comments have a status, kept because counting a million rows is slow. The migration makes the rows."""

    __tablename__ = "comment_tallies"
    __table_args__ = (sa.CheckConstraint("count >= 0", name="not_negative"),)

    status: Mapped[Status] = mapped_column(named_values(Status, "status"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
