"""Which feature reacts to what another has done, and what is done in the background."""

from __future__ import annotations

from app.accounts.jobs import FORGET_LOGINS
from app.comments.events import comment_submitted
from app.comments.jobs import FORGET_ADDRESSES
from app.core.jobs import JobKind
from app.moderation import handlers as moderation

JOBS: list[JobKind] = [FORGET_ADDRESSES, FORGET_LOGINS]


def connect() -> None:
    comment_submitted.connect(moderation.screen)
