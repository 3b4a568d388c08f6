"""The audit record."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model


class AuditEntry(Model):
    """One act: ids, verbs and rules, never a reader's words or name, so that erasing a reader breaks no chain."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.Index(None, "at", "id"),
        sa.Index(None, "actor", "at", "id"),
        sa.Index(None, "verb", "at", "id"),
        sa.Index(None, "subject", "at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    actor: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
