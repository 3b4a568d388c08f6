"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.following.models import Follow, Subscriber


@dataclass(frozen=True)
class FollowConfirmed:
    """Whoever reads mail at an address has confirmed, in the session's transaction, which has yet to commit."""

    session: Session
    follow: Follow


@dataclass(frozen=True)
class FollowStopped:
    """Nothing of it is mailed any more, in the session's transaction, which has yet to commit."""

    session: Session
    follow: Follow


@dataclass(frozen=True)
class AddressDownloaded:
    """Whoever reads mail at an address asks what is kept of it."""

    session: Session
    subscriber: Subscriber


address_downloaded = Signal("address downloaded; sends an AddressDownloaded, and each receiver answers what it keeps")
follow_confirmed = Signal("follow confirmed; sends a FollowConfirmed")
follow_stopped = Signal("follow stopped; sends a FollowStopped")
