"""Subscribers as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.newsletter.models import Status
from app.newsletter.queries import Row, known_addresses

COLUMNS = ("email", "status", "asked_at", "confirmed_at", "ended_at", "source", "asked_on", "consent")
AT_ONCE = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(session: Session, status: Status | None) -> Iterator[str]:
    """A header and a line for each whose address is known; some thousand lines at a time. Times are in UTC."""
    yield _lines([COLUMNS])
    for rows in known_addresses(session, status, AT_ONCE):
        yield _lines([_values(one) for one in rows])


def guarded(value: str) -> str:
    """With ' before what a spreadsheet would take for a formula, and before what had one, so that it can be undone."""
    return f"'{value}" if value.startswith((*_FORMULA, "'")) else value


def unguarded(value: str) -> str:
    """What was written before `guarded`."""
    return value[1:] if value[:1] == "'" and value[1:2] in (*_FORMULA, "'") and value[1:] else value


def _values(row: Row) -> tuple[str, ...]:
    times = map(_time, (row.asked_at, row.confirmed_at, row.ended_at))
    return (row.email or "", row.status, *times, row.source, row.asked_on, row.wording)


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _lines(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([guarded(value) for value in row] for row in rows)
    return text.getvalue()
