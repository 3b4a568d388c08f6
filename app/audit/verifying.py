"""Whether the record is as it was written."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.recording import FIRST_HASH, entry_hash

FAULTS_KEPT = 20
"""Faults that a Check lists, the first ones; the others are counted."""
PAGE = 1_000


class Wrong(StrEnum):
    CHANGED = "changed"
    """Its content does not give its hash."""
    UNLINKED = "unlinked"
    """The entry that it was written after is not in the record."""
    MISPLACED = "misplaced"
    """The entry that it was written after stands elsewhere."""


@dataclass(frozen=True)
class Fault:
    """An entry that is not as it was written. `before` is the entry that stands before it, None for the first.

    `belongs_after` is there for one that is misplaced: the entry that it was written after, 0 if it was the first.
    """

    entry_id: int
    at: str
    wrong: Wrong
    before: int | None
    belongs_after: int | None = None


@dataclass
class Check:
    """What was found. `count` and `head` (the newest entry's hash) say which record this is.

    `expected_at` is how many entries there were when the expected hash was the head; None if it never was.
    """

    count: int = 0
    head: str = FIRST_HASH
    broken: int = 0
    faults: list[Fault] = field(default_factory=list)
    expected_at: int | None = None


# The time as the database holds it, since what was tampered with need not be a time.
_STORED = sa.select(
    AuditEntry.id,
    sa.type_coerce(AuditEntry.at, sa.types.NullType()).label("at"),
    AuditEntry.actor,
    AuditEntry.verb,
    AuditEntry.subject,
    AuditEntry.detail,
    AuditEntry.previous_hash,
    AuditEntry.hash,
).order_by(AuditEntry.id)
_Row = sa.Row[int, object, str, str, str, str, str, str]


def check(session: Session, expected: str | None = None) -> Check:
    """Goes through the whole record, a page at a time; `expected` is a hash that was the head once.

    An entry's number is no part of what is hashed: numbers that differ, in the same order, are the same record.
    """
    found = Check(expected_at=0 if expected == FIRST_HASH else None)
    before: int | None = None
    with closing(session.execute(_STORED.execution_options(yield_per=PAGE))) as rows:
        for row in rows:
            found.count += 1
            fault = _fault(session, row, found.head, before)
            if fault is not None:
                found.broken += 1
                found.faults += [fault] if found.broken <= FAULTS_KEPT else []
            found.head, before = row.hash, row.id
            if found.head == expected:
                found.expected_at = found.count
    return found


def _fault(session: Session, row: _Row, previous_hash: str, before: int | None) -> Fault | None:
    at = str(row.at)
    if not _gives_its_hash(row):
        return Fault(row.id, at, Wrong.CHANGED, before)
    if row.previous_hash == previous_hash:
        return None
    if row.previous_hash == FIRST_HASH:
        return Fault(row.id, at, Wrong.MISPLACED, before, 0)
    belongs_after = session.scalar(sa.select(AuditEntry.id).where(AuditEntry.hash == row.previous_hash))
    if belongs_after is None:
        return Fault(row.id, at, Wrong.UNLINKED, before)
    return Fault(row.id, at, Wrong.MISPLACED, before, belongs_after)


def _gives_its_hash(row: _Row) -> bool:
    try:
        fields = {"actor": row.actor, "verb": row.verb, "subject": row.subject, "detail": row.detail}
        made = entry_hash(row.previous_hash, _time(row.at), **fields)
    except (ValueError, TypeError):
        return False
    return bool(made == row.hash)


def _time(stored: object) -> datetime:
    """A time of PostgreSQL's, or as SQLite holds it: text. Raises ValueError."""
    return stored.astimezone(UTC) if isinstance(stored, datetime) else datetime.fromisoformat(f"{stored}+00:00")
