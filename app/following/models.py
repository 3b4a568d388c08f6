"""Who follows what by mail, and which comments those who follow have been told of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Id, Model, named_values
from app.core.tokens import derived_token


class FollowKind(StrEnum):
    """What is mailed. Of a comment, each of the first three holds the one before it."""

    DECISION = "decision"
    REPLIES = "replies"
    THREAD = "thread"
    RECEIPT = "receipt"
    """The private address of the comment, once."""
    NEWSLETTER = "newsletter"


class Subscriber(Model):
    """An address, confirmed once by whoever reads mail there, or not yet. It is None once it was erased.

    `letters` counts those that asked for confirmation since `letters_since`. The token is stored nowhere, and made
    again for each letter.
    """

    __tablename__ = "subscribers"

    id: Mapped[Id]
    email: Mapped[str | None]
    email_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    letters_since: Mapped[datetime | None] = mapped_column(index=True)
    letters: Mapped[int] = mapped_column(default=0, server_default="0")

    follows: Mapped[list[Follow]] = relationship(
        back_populates="subscriber", order_by="Follow.id", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def token(self) -> str:
        return derived_token("subscriber", self.email_hash, self.created_at.isoformat())

    @property
    def path(self) -> str:
        """Of the private page that says what the address follows."""
        return f"/follows/{self.id}/{self.token}"

    def letter_key(self, *about: object) -> str:
        """What names a letter to the address."""
        return " ".join(map(str, ["follow", self.token, *about]))


class Follow(Model):
    """That one thing is mailed to an address, once that has been confirmed.

    A thread may be followed from a comment or without one; the newsletter belongs to no article. `sender_hash`, of
    the network address that asked, is a keyed hash, forgotten after 30 days. Its token does nothing but stop it.
    `since` and `told_to` are numbers of announcements: of those up to `since` it never heard, and of those up to
    `told_to` it has heard all there was.
    """

    __tablename__ = "follows"
    __table_args__ = (
        sa.Index(None, "subscriber_id", "created_at"),
        sa.Index(None, "sender_hash", "created_at"),
        sa.Index(None, "article_id", "id"),
    )

    id: Mapped[Id]
    subscriber_id: Mapped[int] = mapped_column(sa.ForeignKey("subscribers.id", ondelete="CASCADE"))
    kind: Mapped[FollowKind] = mapped_column(named_values(FollowKind, "kind"))
    article_id: Mapped[int | None] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    sender_hash: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    since: Mapped[int] = mapped_column(default=0, server_default="0")
    told_to: Mapped[int] = mapped_column(default=0, server_default="0")

    subscriber: Mapped[Subscriber] = relationship(back_populates="follows", lazy="joined", innerjoin=True)

    @property
    def token(self) -> str:
        # A decision was all that could be followed at first, and the letters sent then still hold their links.
        thing = "" if self.kind is FollowKind.DECISION else f"{self.kind} {self.article_id} "
        subject = f"{thing}{self.comment_id}"
        return derived_token("follow", subject, self.subscriber.email_hash, self.created_at.isoformat())

    @property
    def stop_path(self) -> str:
        return f"/follows/{self.token}/stop"

    @property
    def conversation_key(self) -> str:
        """What all letters to the address about the article, or all issues, continue, to be shown together."""
        about = ("article", self.article_id) if self.article_id else (self.kind,)
        return self.subscriber.letter_key(*about)


class Announcement(Model):
    """That those who follow were to be told of a comment, once for good. Numbers grow in the order of commits.

    `ancestors` are the ids of the comments that it answers, the nearest first.
    """

    __tablename__ = "announcements"
    __table_args__ = (sa.Index(None, "article_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id", ondelete="CASCADE"), unique=True)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"))
    ancestors: Mapped[list[int]] = mapped_column(sa.JSON)
