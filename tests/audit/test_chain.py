"""The chain of the audit record shows what was changed, removed or moved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from app.audit.models import AuditEntry
from app.audit.queries import first_broken_entry
from app.audit.recording import record
from app.core.db import db, transaction
from tests.conftest import ON_POSTGRESQL
from tests.factories import Factory

pytestmark = pytest.mark.usefixtures("chain_of_five")


def tamper(app: Flask, *statements: str) -> None:
    with app.app_context(), transaction() as session:
        for statement in statements:
            session.execute(sa.text(statement))


def broken_at(app: Flask) -> int | None:
    with app.app_context():
        entry = first_broken_entry(db.session())
        return entry.id if entry else None


def test_an_untouched_chain_holds(app: Flask) -> None:
    assert broken_at(app) is None
    outcome = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (outcome.exit_code, outcome.output) == (0, "5 entries, each in its place\n")


def test_an_empty_record_holds(app: Flask) -> None:
    tamper(app, "DELETE FROM audit_entries")
    assert broken_at(app) is None


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'editor:2'",
        "verb = 'reject'",
        "subject = 'comment:30'",
        "detail = 'x'",
        "at = '2020-01-01 00:00:00'",
        "previous_hash = 'x'",
        "hash = 'x'",
    ],
)
def test_a_changed_entry_is_found(app: Flask, change: str) -> None:
    tamper(app, f"UPDATE audit_entries SET {change} WHERE id = 3")
    assert broken_at(app) == 3


def test_words_moved_from_one_column_to_the_next_are_found(app: Flask) -> None:
    tamper(app, "UPDATE audit_entries SET actor = 'editor:1publish', verb = '' WHERE id = 3")
    assert broken_at(app) == 3


@pytest.mark.parametrize(("gone", "found"), [(1, 2), (3, 4), (4, 5)])
def test_after_a_removed_entry_the_next_does_not_fit(app: Flask, gone: int, found: int) -> None:
    tamper(app, f"DELETE FROM audit_entries WHERE id = {gone}")
    assert broken_at(app) == found


def test_entries_that_changed_places_are_found(app: Flask) -> None:
    tamper(
        app,
        "UPDATE audit_entries SET id = 99 WHERE id = 2",
        "UPDATE audit_entries SET id = 2 WHERE id = 3",
        "UPDATE audit_entries SET id = 3 WHERE id = 99",
    )
    assert broken_at(app) == 2


def test_an_entry_slipped_in_is_found(app: Flask) -> None:
    columns = "at, actor, verb, subject, detail, previous_hash"
    tamper(
        app,
        "UPDATE audit_entries SET id = 99 WHERE id = 5",
        f"INSERT INTO audit_entries (id, {columns}, hash) SELECT 5, {columns}, 'x' FROM audit_entries WHERE id = 99",
    )
    assert broken_at(app) == 5


def test_the_command_names_the_broken_entry_and_fails(app: Flask) -> None:
    tamper(app, "UPDATE audit_entries SET verb = 'reject' WHERE id = 3")
    outcome = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert outcome.exit_code == 1
    assert "entry 3 of 2026-11-20 10:00" in outcome.output


def test_two_entries_of_the_same_act_have_different_hashes(app: Flask, factory: Factory) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(2):
            record(session, actor="editor:1", verb="undo", subject="comment:1")
    hashes = factory.ask(sa.select(AuditEntry.hash))
    assert len(set(hashes)) == 7


@ON_POSTGRESQL
def test_entries_written_at_the_same_time_form_one_chain(app: Flask, factory: Factory) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for _ in range(10):
                with transaction() as session:
                    record(session, actor=f"editor:{number}", verb="publish", subject="comment:1")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(factory.ask(sa.select(AuditEntry.id))) == 45
    assert broken_at(app) is None
