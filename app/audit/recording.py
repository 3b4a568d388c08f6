"""Writing the record."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import one_at_a_time

FIRST_HASH = "0" * 64
"""What stands in the place of the hash of an entry before the first."""


def record(session: Session, *, actor: str, verb: str, subject: str, detail: str = "") -> AuditEntry:
    """Adds an entry in the caller's transaction.

    `actor` and `subject` are a kind and an id, such as `editor:3` and `comment:17`; `detail` is a rule's or a state's
    name. No argument may hold what a reader wrote.
    """
    one_at_a_time(session, "audit")
    session.flush()
    previous = session.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or FIRST_HASH
    at = clock.now()
    entry = AuditEntry(
        at=at,
        actor=actor,
        verb=verb,
        subject=subject,
        detail=detail,
        previous_hash=previous,
        hash=entry_hash(previous, at, actor=actor, verb=verb, subject=subject, detail=detail),
    )
    session.add(entry)
    session.flush()
    return entry


def entry_hash(previous_hash: str, at: datetime, *, actor: str, verb: str, subject: str, detail: str) -> str:
    """SHA-256 in hex over the previous entry's hash and an entry's fields; the time is in UTC."""
    fields = [previous_hash, at.isoformat(), actor, verb, subject, detail]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
