"""What editors set for the whole site: one row, and the house rules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Id, Model, named_values

SITE = "site"
"""The revision subject of what editors set for the whole site."""


class Policy(StrEnum):
    """What becomes of a comment that comes in."""

    HOLD_ALL = "hold all"
    HOLD_UNKNOWN = "hold unknown"
    """Held, but for what trusted readers send and nothing is found against."""
    HOLD_SUSPECT = "hold suspect"
    PUBLISH = "publish"
    """Published at once, looked at later; what a phase finds spam still goes with the spam."""


class Site(Model):
    """There is one row, with id 1, made by the migration."""

    __tablename__ = "site"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[Id]
    samples_loaded_at: Mapped[datetime | None]
    policy: Mapped[Policy] = mapped_column(
        named_values(Policy, "policy"), default=Policy.HOLD_ALL, server_default=Policy.HOLD_ALL
    )
    link_limit: Mapped[int] = mapped_column(default=2, server_default="2")
    """A comment with more links than that is held."""
    publish_below: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """What the learning filter gives this or more is suspect, and everything while it is learning; 0 leaves it to go by
    one half, and to have no say while it is learning."""
    spam_above: Mapped[float] = mapped_column(default=1.0, server_default="1")
    """What the learning filter gives more than this goes with the spam; 1 is never."""
    trusted_from: Mapped[int] = mapped_column(default=3, server_default="3")
    """So many earlier comments that editors published make a reader trusted who shows proof of them; 0 is nobody."""
    reports_to_hold: Mapped[int] = mapped_column(default=3, server_default="3")
    """From so many addresses, reports hold a published comment."""
    close_after_days: Mapped[int | None]
    """So long after its publication an article takes no more comments; None is never."""
    edit_minutes: Mapped[int] = mapped_column(default=15, server_default="15")
    """How long after sending it an author may change a comment; 0 is never."""
    appeal_days: Mapped[int] = mapped_column(default=30, server_default="30")
    """How long a reader may appeal."""
    keep_days: Mapped[int] = mapped_column(default=60, server_default="60")
    """How long the words of what was rejected, withdrawn or is spam are kept; no less than appeal_days."""
    paused_at: Mapped[datetime | None]
    paused_reason: Mapped[str | None]
    """What readers read while no article takes comments."""


class HouseRule(Model):
    """A rule that readers' comments keep to. A retired one is no longer listed; old decisions still name it."""

    __tablename__ = "house_rules"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(index=True)
    title: Mapped[str]
    text: Mapped[str]
    retired_at: Mapped[datetime | None]


def the_site(session: Session) -> Site:
    return session.get_one(Site, 1)
