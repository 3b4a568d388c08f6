"""Who is mailed about what becomes of a comment."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model


class Follow(Model):
    """That decisions on a comment are mailed to an address, once whoever reads mail there has confirmed it.

    `email_hash` and `sender_hash`, of the network address that asked for it, are keyed hashes that bound how many
    confirmations are sent. The token confirms and stops; it is stored nowhere.
    """

    __tablename__ = "follows"
    __table_args__ = (sa.Index(None, "email_hash", "created_at"), sa.Index(None, "sender_hash", "created_at"))

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]
    email_hash: Mapped[str]
    sender_hash: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
