"""What is done about articles in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.articles import announcing, autosaving, refreshing, relating
from app.core.db import db, transaction
from app.core.jobs import JobKind, Never
from app.core.markup import MarkupError


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


def _refresh(payload: Mapping[str, Any]) -> None:
    article_id = int(payload["article_id"])
    try:
        # Outside of the transaction, so that no writer waits for it.
        made = refreshing.make(db.session(), article_id)
    except MarkupError as error:
        raise Never(f"article {article_id}: {error}") from error
    db.session.rollback()
    if made is not None:
        with transaction() as session:
            refreshing.put(session, article_id, made)


ANNOUNCE = JobKind(announcing.ANNOUNCE, _announce)
FORGET_UNSAVED_TEXTS = JobKind("forget unsaved texts", _forget_unsaved_texts, every=timedelta(hours=1))
REFRESH = JobKind(refreshing.KIND, _refresh)
REFRESH_CORRECTION = refreshing.CORRECTIONS_SHOWN.job
RELATE = JobKind(relating.RELATE, _relate)
RELATE_REST = JobKind("relate the rest of the articles", _relate_rest, every=timedelta(days=1))
