"""What guards a thread: reports by readers, bans, and the hosts that published comments link to."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model, named_values


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


class Rank(IntEnum):
    """In which order an editor looks at what readers reported."""

    UNLAWFUL = 1
    OTHER = 2


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
