"""A comment, its branch in the thread, and how many there are of each status."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.comments.models.indexes import partial_index
from app.core.db import Id, Model, named_values

NAME_LIMIT = 80
ID_WIDTH = 8
"""Hex digits of an id in a path."""
LEVELS = 3
"""How deep threads are shown; a deeper reply stands on the last level, with a word on whom it answers."""

PICKS = "picks"
"""The revision subject of the newest editor's picks."""

COMMENTS = "comments"
"""The revision subject of all that is published, wherever; each article's own has its comments besides."""


class Status(StrEnum):
    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    RETURNED = "returned"
    """With its author, for an edit that an editor asked for."""
    WITHDRAWN = "withdrawn"
    """Taken back by its author."""


_PATH = sa.String(ID_WIDTH * LEVELS).with_variant(sa.String(ID_WIDTH * LEVELS, collation="C"), "postgresql")


class Comment(Model):
    """A comment by a reader or, with `editor_id`, by an editor.

    `path` is the materialized path of ids down to this comment, so that a thread in reading order is one index range.
    `address_hash`, `fingerprint` and `text_hash` are keyed hashes that are forgotten after 30 days. `version` counts
    the texts it has had, so that a decision is on the very text that was shown. `erased_at` is when its words were
    dropped.
    """

    __tablename__ = "comments"
    __table_args__ = (
        sa.Index(
            "ix_comments_thread",
            "article_id",
            "path",
            sqlite_where=sa.text("in_thread = 1"),
            postgresql_where=sa.text("in_thread"),
        ),
        sa.Index("ix_comments_queue", "status", "status_at", "id"),
        sa.Index("ix_comments_queue_by_spam", "status", "spam_score", "id"),
        sa.Index("ix_comments_queue_of_article", "article_id", "status", "status_at", "id"),
        partial_index("ix_comments_reported", "report_rank", "reported_at", "id", where="report_rank IS NOT NULL"),
        partial_index("ix_comments_picks", "featured_at", where="featured_at IS NOT NULL"),
        partial_index("ix_comments_picks_of_article", "article_id", "path", where="featured_at IS NOT NULL"),
        partial_index("ix_comments_locked", "article_id", where="locked_at IS NOT NULL"),
        partial_index("ix_comments_pass", "pass_id", "id", where="pass_id IS NOT NULL"),
        partial_index("ix_comments_names_of_passes", "article_id", "signed_as", where="signed_as IS NOT NULL"),
        sa.Index(None, "address_hash", "created_at"),
        sa.Index(None, "fingerprint", "created_at"),
        sa.Index(None, "text_hash", "created_at"),
        # An id is never given twice, since permalinks, paths and the audit record name it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id", ondelete="SET NULL"), index=True)
    path: Mapped[str] = mapped_column(_PATH)
    status: Mapped[Status] = mapped_column(named_values(Status, "status"))
    status_at: Mapped[datetime]
    in_thread: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether it has a place in the thread that readers see: it is published, or is withdrawn and leaves a gap above
    what has one."""
    author: Mapped[str]
    email: Mapped[str | None]
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editors.id", ondelete="SET NULL"), index=True)
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    """When an editor last changed its words."""
    revised_at: Mapped[datetime | None]
    """When its author's other words last took the place of those that readers had seen."""
    featured_at: Mapped[datetime | None]
    """Since when it is an editor's pick, which only a published comment is."""
    locked_at: Mapped[datetime | None]
    """Since when it and what stands below it take no replies."""
    cleared_at: Mapped[datetime | None]
    """When an editor kept it although it had been reported; reports do not hold it again."""
    erased_at: Mapped[datetime | None]
    report_rank: Mapped[int | None]
    """A Rank while a report waits for an editor."""
    reported_at: Mapped[datetime | None]
    """Since when it waits."""
    spam_score: Mapped[float | None]
    """What the learning filter gave it when it came in, from 0 to 1; None while the filter abstained."""
    address_hash: Mapped[str | None]
    fingerprint: Mapped[str | None]
    text_hash: Mapped[str | None]
    """Equal for equal words, whoever sends them; screening writes it."""
    pass_id: Mapped[int | None] = mapped_column(sa.ForeignKey("passes.id", ondelete="SET NULL"))
    signed_as: Mapped[str | None]
    """Its author's name, folded, while it is in a pass."""
    vouches_from: Mapped[datetime | None]
    """From when on it vouches for its author in a pass, where it was in another before."""

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"


class Branch(Model):
    """An opening comment with what stands below it, as long as anything of it is in the thread.

    `path` is the opening comment's, whether or not that is itself. `size` is how many comments of the branch are,
    kept because a page of a thread is cut by it. `comments/status.py` alone writes these rows.
    """

    __tablename__ = "branches"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="size_positive"),
        # A page reads them in the order of the key, so that they are stored in it.
        {"sqlite_with_rowid": False},
    )

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(_PATH, primary_key=True)
    size: Mapped[int]


class CommentTally(Model):
    """How many comments have a status, kept because counting a million rows is slow. The migration makes the rows."""

    __tablename__ = "comment_tallies"
    __table_args__ = (sa.CheckConstraint("count >= 0", name="not_negative"),)

    status: Mapped[Status] = mapped_column(named_values(Status, "status"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
