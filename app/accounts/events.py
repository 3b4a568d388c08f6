"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.accounts.models import Editor


@dataclass(frozen=True)
class AccessEnded:
    """The editor has another password or address, or is disabled, in the session's transaction, which has yet to
    commit: what let this editor in before lets nobody in any more.
    """

    session: Session
    editor: Editor


access_ended = Signal("access ended; sends an AccessEnded")
