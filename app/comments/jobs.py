"""What is done about comments in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.comments.banning import forget_ended_bans
from app.comments.reporting import forget_reporters
from app.comments.submitting import forget_addresses
from app.core.db import transaction
from app.core.jobs import JobKind


def _forget_addresses(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        forget_addresses(session)
        forget_reporters(session)
        forget_ended_bans(session)


FORGET_ADDRESSES = JobKind("forget comments' addresses", _forget_addresses, every=timedelta(hours=1))
