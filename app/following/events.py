"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.following.models import Follow


@dataclass(frozen=True)
class FollowConfirmed:
    """Whoever reads mail at an address has confirmed, in the session's transaction, which has yet to commit."""

    session: Session
    follow: Follow


follow_confirmed = Signal("follow confirmed; sends a FollowConfirmed")
