"""Reading the audit record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app.audit.models import AuditEntry
from app.audit.recording import record
from app.core.db import transaction
from tests.factories import Factory

Entry = tuple[str, str, str]


@pytest.fixture
def entries(factory: Factory) -> Callable[[], list[Entry]]:
    """Actor, verb and subject of the entries made since this was last asked."""
    seen = 0

    def since_last_asked() -> list[Entry]:
        nonlocal seen
        rows: list[AuditEntry] = factory.ask(sa.select(AuditEntry).where(AuditEntry.id > seen).order_by(AuditEntry.id))
        seen = rows[-1].id if rows else seen
        return [(row.actor, row.verb, row.subject) for row in rows]

    return since_last_asked


@pytest.fixture
def chain_of_five(app: Flask) -> None:
    with app.app_context():
        for number in range(1, 6):
            with transaction() as session:
                record(session, actor="editor:1", verb="publish", subject=f"comment:{number}")
