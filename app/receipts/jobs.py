"""What is done about receipts in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.core.db import db, transaction
from app.core.jobs import JobKind
from app.receipts import erasing, telling


def _tell(payload: Mapping[str, int]) -> None:
    with transaction() as session:
        telling.tell(session, payload["follow"], payload["decision"])


def _erase_words(payload: Mapping[str, object]) -> None:
    """In steps, between which others come to write."""
    ids = erasing.due(db.session())
    db.session.rollback()
    for start in range(0, len(ids), erasing.STEP):
        with transaction() as session:
            erasing.erase_due(session, ids[start : start + erasing.STEP])


TELL_FOLLOWER = JobKind(telling.TELL, _tell)
ERASE_WORDS = JobKind("erase the words of what was not published", _erase_words, every=timedelta(hours=1))
