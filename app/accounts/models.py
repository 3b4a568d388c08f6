"""Editors, their sessions, the links that let them in, and tries to log in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model, named_values

NAME_LIMIT = 80
EMAIL_LIMIT = 254
"""The longest address that can be mailed (RFC 5321, with erratum 1690)."""


class Editor(Model):
    __tablename__ = "editors"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    name: Mapped[str]
    name_skeleton: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    shortcuts: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether single keys decide at the desk; who speaks to the computer has them off (WCAG 2.1.4)."""
    digest_hours: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    """At which full hours, in the site's zone, a mail says what waits."""
    digested_at: Mapped[datetime | None]


class EditorSession(Model):
    """A browser that is logged in. Deleting the row ends it, whatever cookie is shown later."""

    __tablename__ = "editor_sessions"

    id: Mapped[Id]
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("editors.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    agent: Mapped[str]


class LinkPurpose(StrEnum):
    FIRST = "first"
    INVITE = "invite"
    RESET = "reset"


class AccountLink(Model):
    """A link with which a person sets a password, once. Opening it does not spend it."""

    __tablename__ = "account_links"

    id: Mapped[Id]
    purpose: Mapped[LinkPurpose] = mapped_column(named_values(LinkPurpose, "purpose"))
    email: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class LoginAttempt(Model):
    """A try that has not succeeded. The account and the address stand as keyed hashes."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        sa.Index(None, "account_hash", "address_hash", "at"),
        sa.Index(None, "address_hash", "at"),
    )

    id: Mapped[Id]
    account_hash: Mapped[str]
    address_hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
