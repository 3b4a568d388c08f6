"""What is done about passes in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.core.db import transaction
from app.core.jobs import JobKind
from app.passes import keeping


def _forget(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        keeping.forget(session)


FORGET_PASSES = JobKind("forget empty passes", _forget, every=timedelta(hours=1))
