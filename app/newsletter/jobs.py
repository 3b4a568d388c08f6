"""What is done about the newsletter in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.core.db import transaction
from app.core.jobs import JobKind
from app.newsletter import subscribing


def _forget(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        subscribing.forget(session)


FORGET_SUBSCRIPTIONS = JobKind("forget unconfirmed subscriptions", _forget, every=timedelta(hours=1))
