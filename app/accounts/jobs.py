"""What is done about accounts in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.accounts.logging_in import forget_old
from app.core.db import transaction
from app.core.jobs import JobKind


def _forget_logins(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        forget_old(session)


FORGET_LOGINS = JobKind("forget old log-ins", _forget_logins, every=timedelta(hours=1))
