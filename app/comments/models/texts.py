"""Texts that a comment had, and one that its author wants for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.comments.models.indexes import partial_index
from app.core.db import Id, Model, named_values


class EditOutcome(StrEnum):
    """What became of another text for a published comment."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    SPAM = "spam"
    """Refused, since it advertises."""


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
        partial_index("ix_proposed_edits_waiting", "created_at", "comment_id", where="outcome IS NULL"),
        partial_index("ix_proposed_edits_waiting_by_spam", "spam_score", "comment_id", where="outcome IS NULL"),
        partial_index("uq_proposed_edits_one_waits", "comment_id", where="outcome IS NULL", unique=True),
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
