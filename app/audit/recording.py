"""Writing the record: what a transaction did is written at its end, since from there on no other can write there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db, one_at_a_time

FIRST_HASH = "0" * 64
"""What stands in the place of the hash of an entry before the first."""


_ACTS = "what is to be recorded"
_NEWEST = sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)


@dataclass(frozen=True)
class _Act:
    at: datetime
    actor: str
    verb: str
    subject: str
    detail: str


def connect() -> None:
    """Twice is as good as once."""
    sa.event.listen(db.session, "before_commit", _write)
    sa.event.listen(db.session, "after_soft_rollback", _forget)


def record(session: Session, *, actor: str, verb: str, subject: str, detail: str = "") -> None:
    """Adds an entry to the caller's transaction, which writes it as the last thing before it commits.

    `actor` and `subject` are a kind and an id, such as `editor:3` and `comment:17`; `detail` is a rule's or a state's
    name. No argument may hold what a reader wrote.
    """
    act = _Act(clock.now(), actor, verb, subject, detail)
    if session.in_nested_transaction():
        raise RuntimeError("what a savepoint may take back is not recorded within it")
    session.info.setdefault(_ACTS, []).append(act)


def _write(session: Session) -> None:
    """Nobody who waits for the record holds what another waits for who has come to it: whoever has needs no more."""
    if session.in_nested_transaction():
        return
    acts: list[_Act] = session.info.pop(_ACTS, [])
    if not acts:
        return
    session.flush()
    one_at_a_time(session, "audit")
    previous = session.scalar(_NEWEST) or FIRST_HASH
    for act in acts:
        given = asdict(act)
        entry = AuditEntry(**given, previous_hash=previous, hash=entry_hash(previous, **given))
        session.add(entry)
        previous = entry.hash
    session.flush()


def _forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(_ACTS, None)


def entry_hash(previous_hash: str, at: datetime, *, actor: str, verb: str, subject: str, detail: str) -> str:
    """SHA-256 in hex over the previous entry's hash and an entry's fields; the time is in UTC."""
    fields = [previous_hash, at.isoformat(), actor, verb, subject, detail]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
