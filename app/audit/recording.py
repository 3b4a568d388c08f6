"""Writing the record."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import one_at_a_time

FIRST_HASH = "0" * 64


def record(session: Session, *, actor: str, verb: str, subject: str, detail: str = "") -> AuditEntry:
    """Adds an entry in the caller's transaction.

    `actor` and `subject` are a kind and an id, such as `editor:3` and `comment:17`; `detail` is a rule's or a state's
    name. No argument may hold what a reader wrote.
    """
    one_at_a_time(session, "audit")
    session.flush()
    previous = session.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or FIRST_HASH
    entry = AuditEntry(
        at=clock.now(), actor=actor, verb=verb, subject=subject, detail=detail, previous_hash=previous, hash=""
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 in hex over the previous entry's hash and this entry's fields."""
    fields = [entry.previous_hash, entry.at.isoformat(), entry.actor, entry.verb, entry.subject, entry.detail]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
