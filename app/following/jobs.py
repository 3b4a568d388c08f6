"""What is done about follows in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.core.db import transaction
from app.core.jobs import JobKind
from app.following import asking


def _forget_follows(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        asking.forget(session)


FORGET_FOLLOWS = JobKind("forget unconfirmed follows", _forget_follows, every=timedelta(hours=1))
