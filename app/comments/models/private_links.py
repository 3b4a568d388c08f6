"""Links by which a reader comes back to what is the reader's own: receipts and passes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model


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
