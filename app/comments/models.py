"""Comments with their branches, texts, receipts, passes and reports, bans, and how many there are of each status."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

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


class ReportReason(StrEnum):
    UNLAWFUL = "unlawful"
    ABUSE = "abuse"
    PRIVATE = "private"
    SPAM = "spam"
    OTHER = "other"


class ReportOutcome(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    """Its author took the comment back before an editor had looked at it."""


class EditOutcome(StrEnum):
    """What became of another text for a published comment."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SPAM = "spam"
    """Refused, since it advertises."""


class Rank(IntEnum):
    """In which order an editor looks at what readers reported."""

    UNLAWFUL = 1
    OTHER = 2


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
        sa.Index(
            "ix_comments_reported",
            "report_rank",
            "reported_at",
            "id",
            sqlite_where=sa.text("report_rank IS NOT NULL"),
            postgresql_where=sa.text("report_rank IS NOT NULL"),
        ),
        sa.Index(
            "ix_comments_picks",
            "featured_at",
            sqlite_where=sa.text("featured_at IS NOT NULL"),
            postgresql_where=sa.text("featured_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_comments_picks_of_article",
            "article_id",
            "path",
            sqlite_where=sa.text("featured_at IS NOT NULL"),
            postgresql_where=sa.text("featured_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_comments_locked",
            "article_id",
            sqlite_where=sa.text("locked_at IS NOT NULL"),
            postgresql_where=sa.text("locked_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_comments_pass",
            "pass_id",
            "id",
            sqlite_where=sa.text("pass_id IS NOT NULL"),
            postgresql_where=sa.text("pass_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_comments_names_of_passes",
            "article_id",
            "signed_as",
            sqlite_where=sa.text("signed_as IS NOT NULL"),
            postgresql_where=sa.text("signed_as IS NOT NULL"),
        ),
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


class CommentVersion(Model):
    """A text that a comment had before the present one."""

    __tablename__ = "comment_versions"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editors.id", ondelete="SET NULL"), index=True)
    """The editor who put another text in its place; None for the author."""


class ProposedEdit(Model):
    """Another text that its author wants for a published comment, which keeps the approved one until an editor decides.

    At most one waits for each comment. It is decided on while the comment is published, and sleeps while it is not.
    """

    __tablename__ = "proposed_edits"
    __table_args__ = (
        sa.Index(
            "ix_proposed_edits_waiting",
            "created_at",
            "comment_id",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
        sa.Index(
            "ix_proposed_edits_waiting_by_spam",
            "spam_score",
            "comment_id",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
        sa.Index(
            "uq_proposed_edits_one_waits",
            "comment_id",
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
        # A form at the desk names it by its id, which is never given to another text.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    created_at: Mapped[datetime]
    spam_score: Mapped[float | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """What each phase of screening said of it: phase, verdict, reason, marks."""
    outcome: Mapped[EditOutcome | None] = mapped_column(named_values(EditOutcome, "outcome"))
    became_version: Mapped[int | None]
    """Which version of the comment it became when it was accepted."""
    rule_number: Mapped[int | None]
    rule_title: Mapped[str | None]
    note: Mapped[str | None]
    """The editor's, for the author."""
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editors.id", ondelete="SET NULL"), index=True)
    """Who decided; None while nobody has, and for the policy."""
    decided_at: Mapped[datetime | None]


class Report(Model):
    """That a reader asks an editor to look at a published comment. Its address hash is forgotten after 30 days."""

    __tablename__ = "reports"
    __table_args__ = (
        sa.Index(None, "comment_id", "outcome"),
        sa.Index(None, "address_hash", "created_at"),
        sa.Index(None, "created_at"),
        sa.Index(None, "outcome", "decided_at"),
    )

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"))
    reason: Mapped[ReportReason] = mapped_column(named_values(ReportReason, "reason"))
    text: Mapped[str]
    address_hash: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    outcome: Mapped[ReportOutcome | None] = mapped_column(named_values(ReportOutcome, "outcome"))
    decided_at: Mapped[datetime | None]


class Ban(Model):
    """That comments from an address, or with an e-mail, are not taken for a time. Both are kept as keyed hashes."""

    __tablename__ = "bans"

    id: Mapped[Id]
    subject_hash: Mapped[str] = mapped_column(index=True)
    is_email: Mapped[bool]
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id", ondelete="SET NULL"), index=True)
    """The comment from which the ban was made."""
    reason: Mapped[str]
    """As the banned are told."""
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editors.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class LinkHost(Model):
    """That a published comment links to a host. There are no rows of other comments."""

    __tablename__ = "link_hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Receipt(Model):
    """A private link to one comment. The token itself is stored nowhere."""

    __tablename__ = "receipts"

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class Pass(Model):
    """A private link to comments of one reader. The token itself is stored nowhere.

    `address_hash`, of the network address that asked for it, is forgotten after 30 days.
    """

    __tablename__ = "passes"
    __table_args__ = (sa.Index(None, "address_hash", "created_at"), sa.Index(None, "created_at"))

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    address_hash: Mapped[str | None]
    created_at: Mapped[datetime]


class CommentTally(Model):
    """How many comments have a status, kept because counting a million rows is slow. The migration makes the rows."""

    __tablename__ = "comment_tallies"
    __table_args__ = (sa.CheckConstraint("count >= 0", name="not_negative"),)

    status: Mapped[Status] = mapped_column(named_values(Status, "status"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
