"""Reading the record."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.recording import FIRST_HASH, entry_hash


def first_broken_entry(session: Session) -> AuditEntry | None:
    """The first entry that was changed, or before which one is missing; None if the chain holds."""
    previous = FIRST_HASH
    query = sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as entries:
        for entry in entries:
            if entry.previous_hash != previous or entry.hash != entry_hash(entry):
                return entry
            previous = entry.hash
    return None
