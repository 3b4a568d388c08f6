"""Decisions, appeals against them, what screening found, and the phrases that it looks for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.comments.models import Status
from app.core.db import Id, Model, named_values


class Verdict(StrEnum):
    """What a phase of screening would do with a comment, the mildest first. Only people reject."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"


class Outcome(StrEnum):
    """What became of an appeal."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    """Its author took the comment back before there was an answer."""


class Decision(Model):
    """That an editor moved a comment from one status to another; an undo keeps the row and dates it.

    `rule_number` and `rule_title` are the house rule as it read then; `note` is for the author.
    """

    __tablename__ = "decisions"
    __table_args__ = (sa.Index(None, "comment_id", "id"), sa.Index(None, "at"))

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"))
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id"), index=True)
    from_status: Mapped[Status] = mapped_column(named_values(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(named_values(Status, "to_status"))
    comment_version: Mapped[int] = mapped_column(default=1, server_default="1")
    rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("house_rules.id", ondelete="SET NULL"), index=True)
    rule_number: Mapped[int | None]
    rule_title: Mapped[str | None]
    note: Mapped[str | None]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Appeal(Model):
    """A reader's one objection to a rejection, in words, and what came of it."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.Index(None, "outcome", "created_at", "id"),
        sa.Index(None, "created_at"),
        sa.Index(None, "outcome", "decided_at"),
    )

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), unique=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    created_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(named_values(Outcome, "outcome"))
    reason: Mapped[str | None]
    """The editor's, for the reader."""
    editor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editors.id"), index=True)
    decided_at: Mapped[datetime | None]


class Finding(Model):
    """What one phase of screening said of a comment. `marks` are the words of it that the phase went by."""

    __tablename__ = "findings"
    __table_args__ = (sa.Index(None, "phase", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    phase: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(named_values(Verdict, "verdict"))
    reason: Mapped[str]
    marks: Mapped[list[str]] = mapped_column(sa.JSON)


class Phrase(Model):
    """Words that hold a comment or put it with the spam. `folded` is what they are compared by."""

    __tablename__ = "phrases"

    id: Mapped[Id]
    text: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    verdict: Mapped[Verdict] = mapped_column(named_values(Verdict, "verdict"))


class DeskLink(Model):
    """A link in a mail to an editor, with which one comment can be decided on once. The token is stored nowhere."""

    __tablename__ = "desk_links"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    comment_version: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    spent_at: Mapped[datetime | None]


class Bulk(Model):
    """One decision on many comments, which is carried out in steps. A rejection's rule and note are for all authors."""

    __tablename__ = "bulks"

    id: Mapped[Id]
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id"), index=True)
    verb: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("house_rules.id", ondelete="SET NULL"), index=True)
    note: Mapped[str]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    passed_over: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BulkItem(Model):
    """A comment that a Bulk has yet to decide on, and how it stood when the editor confirmed."""

    __tablename__ = "bulk_items"

    bulk_id: Mapped[int] = mapped_column(sa.ForeignKey("bulks.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen: Mapped[str]


class ReportMonth(Model):
    """A month of the public report as it was when it was closed; it is counted no more."""

    __tablename__ = "report_months"

    month: Mapped[str] = mapped_column(primary_key=True)
    """As 2026-11."""
    closed_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
