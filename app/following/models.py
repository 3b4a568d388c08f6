"""Who is mailed about what becomes of a comment."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model
from app.core.tokens import derived_token


class Follow(Model):
    """That decisions on a comment are mailed to an address, once whoever reads mail there has confirmed it.

    `email_hash` and `sender_hash`, of the network address that asked for it, are keyed hashes that bound how many
    confirmations are sent. The token confirms and stops; it is stored nowhere, and made again for each letter.
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

    @property
    def token(self) -> str:
        return derived_token("follow", str(self.comment_id), self.email_hash, self.created_at.isoformat())

    @property
    def path(self) -> str:
        """Of the page that asks for confirmation; `/stop` behind it stops."""
        return f"/follows/{self.token}"

    def letter_key(self, *about: object) -> str:
        """What names a letter to one who follows; without more it is the one that asked for confirmation."""
        return " ".join(map(str, ["follow", self.token, *about]))
