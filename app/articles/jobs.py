"""What is done about articles in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.articles import announcing, autosaving, relating
from app.core.db import transaction
from app.core.jobs import JobKind


def _relate(payload: Mapping[str, int]) -> None:
    """Each in a transaction of its own, so that no reader waits."""
    with transaction() as session:
        others = relating.reached(session, payload["article"])
    for other in others:
        with transaction() as session:
            relating.refresh(session, other)


def _relate_rest(_payload: Mapping[str, object]) -> None:
    for step in (relating.remember_rest, relating.relate_rest):
        last: int | None = 0
        while last is not None:
            with transaction() as session:
                last = step(session, last)


def _announce(payload: Mapping[str, int]) -> None:
    with transaction() as session:
        announcing.announce(session, payload["article"])


def _forget_unsaved_texts(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        autosaving.forget_old(session)


ANNOUNCE = JobKind(announcing.ANNOUNCE, _announce)
FORGET_UNSAVED_TEXTS = JobKind("forget unsaved texts", _forget_unsaved_texts, every=timedelta(hours=1))
RELATE = JobKind(relating.RELATE, _relate)
RELATE_REST = JobKind("relate the rest of the articles", _relate_rest, every=timedelta(days=1))
