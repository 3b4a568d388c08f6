"""What the desk has done in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.core.db import db, transaction
from app.core.jobs import JobKind
from app.moderation import bulk, digests, links, statistics, summing_up


def _decide_on_many(payload: Mapping[str, Any]) -> None:
    bulk_id = int(payload["bulk_id"])
    for _step in range(bulk.STEPS_IN_A_ROW):
        with transaction() as session:
            if not bulk.step(session, bulk_id):
                return
    with transaction() as session:
        bulk.go_on(session, bulk_id)


DECIDE_ON_MANY = JobKind(bulk.KIND, _decide_on_many)


def _close_months(payload: Mapping[str, Any]) -> None:
    due = statistics.months_to_close(db.session())
    db.session.rollback()
    for month in due:
        # Counted outside of the transaction, so that no writer waits for it.
        counted = statistics.count_month(db.session(), month, is_closed=True)
        db.session.rollback()
        with transaction() as session:
            summing_up.close(session, counted)


CLOSE_MONTHS = JobKind("close months of the report", _close_months, every=timedelta(hours=1))


def _send_digests(payload: Mapping[str, Any]) -> None:
    due = digests.editors_due(db.session())
    db.session.rollback()
    for editor_id in due:
        with transaction() as session:
            digests.send(session, editor_id)


SEND_DIGESTS = JobKind("mail what waits", _send_digests, every=timedelta(minutes=5))


def _forget_links(payload: Mapping[str, Any]) -> None:
    with transaction() as session:
        links.forget(session)


FORGET_LINKS = JobKind("forget links by mail", _forget_links, every=timedelta(hours=1))
