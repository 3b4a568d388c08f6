"""Who gets the newsletter, since when, and what proves that they asked for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Id, Model, named_values
from app.core.web import absolute
from app.following.models import Follow


class Status(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Source(StrEnum):
    FORM = "form"
    IMPORT = "import"


class Subscription(Model):
    """That an address gets the newsletter, or did, or was asked whether it wants it.

    The newsletter is one of the things that an address follows: the address itself, its confirmation, its private page
    and the link that stops the newsletter are those of `follow`. That is dropped 30 days after it was stopped, or when
    the address is erased; `email_hash`, by which no import brings it back, stays.

    `asked_on` and `wording` prove the consent: the path of the form and the words that stood there, or the name of the
    imported file and its own proof. `bounced_at` is when the last of the `soft_bounces` was
    counted.
    """

    __tablename__ = "newsletter_subscriptions"
    __table_args__ = (
        sa.Index(None, "status", "id"),
        sa.Index(None, "confirmed_at"),
        sa.Index(None, "ended_at"),
    )

    id: Mapped[Id]
    follow_id: Mapped[int | None] = mapped_column(sa.ForeignKey("follows.id", ondelete="SET NULL"), unique=True)
    email_hash: Mapped[str] = mapped_column(unique=True)
    status: Mapped[Status] = mapped_column(named_values(Status, "status"))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    source: Mapped[Source] = mapped_column(named_values(Source, "source"))
    asked_on: Mapped[str]
    wording: Mapped[str]
    soft_bounces: Mapped[int] = mapped_column(default=0, server_default="0")
    bounced_at: Mapped[datetime | None]

    follow: Mapped[Follow | None] = relationship(lazy="joined")

    @property
    def email(self) -> str | None:
        """None once the address was forgotten."""
        return self.follow.subscriber.email if self.follow else None

    @property
    def stop_url(self) -> str:
        """Takes a POST without asking back (RFC 8058). Only of one whose address is known."""
        return absolute(self.follow.stop_path) if self.follow else ""

    @property
    def page_url(self) -> str:
        """The private page of all that is mailed to the address. Only of one whose address is known."""
        return absolute(self.follow.subscriber.path) if self.follow else ""


class ImportState(StrEnum):
    READING = "reading"
    READ = "read"
    TAKING = "taking"
    DONE = "done"
    FAILED = "failed"


class Import(Model):
    """A file of addresses: read first, and taken in once an editor has seen what would be.

    `content` is emptied as soon as it is not needed. `position` is how many of its lines were worked off; `problems`
    are the first of those that cannot be taken, with their lines' numbers and a reason's name.
    """

    __tablename__ = "newsletter_imports"

    id: Mapped[Id]
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id"), index=True)
    created_at: Mapped[datetime]
    file_name: Mapped[str]
    proof: Mapped[str]
    content: Mapped[str] = mapped_column(deferred=True)
    state: Mapped[ImportState] = mapped_column(named_values(ImportState, "state"))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    to_take: Mapped[int] = mapped_column(default=0, server_default="0")
    known: Mapped[int] = mapped_column(default=0, server_default="0")
    ended: Mapped[int] = mapped_column(default=0, server_default="0")
    wrong: Mapped[int] = mapped_column(default=0, server_default="0")
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    problems: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
