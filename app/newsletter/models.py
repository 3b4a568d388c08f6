"""Who gets the newsletter, since when, and what proves that they asked for it; and what it says."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Id, Model, named_values
from app.core.web import absolute
from app.following.models import Follow
from app.media.models import Image


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

    follow: Mapped[Follow | None] = relationship(lazy="selectin")

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


ISSUES = "newsletter issues"
"""The revision subject of the issues that readers can read on the web."""


class IssueState(StrEnum):
    """Where an issue stands between its first word and its last letter."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


class Issue(Model):
    """What is mailed to all subscribers once, and how far that has come.

    `articles` are the ids of those that it points to, in their order. `text_mailed` and `html_mailed` are made when its
    sending begins, so that each letter says the same; the reader's own links are put into them for each. It goes to the
    subscriptions up to `last_id` in the order of their ids, and has gone to those up to `cursor`, Deferrals apart.
    `problem` says in words why it has not gone on.
    """

    __tablename__ = "newsletter_issues"
    __table_args__ = (sa.Index(None, "began_at", "id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    subject: Mapped[str]
    preheader: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    articles: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    state: Mapped[IssueState] = mapped_column(named_values(IssueState, "state"), default=IssueState.DRAFT)
    changed_at: Mapped[datetime]
    send_at: Mapped[datetime | None]
    send_with: Mapped[int | None] = mapped_column(sa.ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    """The article with which it is sent, as soon as that is live."""
    slug: Mapped[str | None] = mapped_column(unique=True)
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    text_mailed: Mapped[str | None] = mapped_column(deferred=True)
    html_mailed: Mapped[str | None] = mapped_column(deferred=True)
    problem: Mapped[str | None]
    cursor: Mapped[int] = mapped_column(default=0, server_default="0")
    last_id: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    sent: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    refused_in_a_row: Mapped[int] = mapped_column(default=0, server_default="0")

    images: Mapped[list[IssueImage]] = relationship(
        order_by="IssueImage.name", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state in {IssueState.DRAFT, IssueState.SCHEDULED}

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def path(self) -> str:
        """Where readers can read it on the web, once its sending has begun."""
        return f"/newsletter/{self.slug}"


class IssueImage(Model):
    """An image that an issue's text names, and its letters lead to for ever."""

    __tablename__ = "newsletter_issue_images"

    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("newsletter_issues.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("images.id"), index=True)

    image: Mapped[Image] = relationship(lazy="joined", innerjoin=True)


PUBLIC = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)
"""In these an issue stands on the web. One that was cancelled was not meant to be read."""


class Deferral(Model):
    """That the mail server put off the letter with an issue to one subscriber, and when it is tried again."""

    __tablename__ = "newsletter_deferrals"
    __table_args__ = (sa.Index(None, "issue_id", "next_at"),)

    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("newsletter_issues.id", ondelete="CASCADE"), primary_key=True)
    subscription_id: Mapped[int] = mapped_column(
        sa.ForeignKey("newsletter_subscriptions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    attempts: Mapped[int]
    next_at: Mapped[datetime]
