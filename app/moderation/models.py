"""Decisions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.comments.models import Status
from app.core.db import Id, Model, named_values


class Decision(Model):
    """That an editor moved a comment from one status to another; an undo keeps the row and dates it."""

    __tablename__ = "decisions"
    __table_args__ = (sa.Index(None, "comment_id", "id"),)

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"))
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id"), index=True)
    from_status: Mapped[Status] = mapped_column(named_values(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(named_values(Status, "to_status"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
