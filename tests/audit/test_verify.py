"""Verifying the record shows what was changed, removed or moved; beside a head kept elsewhere, also what was cut."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app.audit.models import AuditEntry
from app.audit.recording import FIRST_HASH, entry_hash, record
from app.audit.verifying import PAGE, Wrong, check
from app.core import clock
from app.core.db import db, transaction
from tests.conftest import ON_POSTGRESQL, ON_SQLITE, FrozenClock
from tests.factories import Factory

pytestmark = pytest.mark.usefixtures("chain_of_five")


def tamper(app: Flask, *statements: str, **values: object) -> None:
    with app.app_context(), transaction() as session:
        for statement in statements:
            session.execute(sa.text(statement), values)


def verify(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["audit", "verify", *arguments])


def faults(app: Flask) -> list[tuple[int, Wrong, int | None, int | None]]:
    """Of each faulty entry: its number, what is wrong, which entry stands before it, and after which it belongs."""
    with app.app_context():
        return [
            (fault.entry_id, fault.wrong, fault.before, fault.belongs_after) for fault in check(db.session()).faults
        ]


def heads(factory: Factory) -> list[str]:
    """What was the head after each entry, the first first."""
    return factory.ask(sa.select(AuditEntry.hash).order_by(AuditEntry.id))


def move(app: Flask, *moves: tuple[int, int]) -> None:
    """Gives entries other numbers, all at once."""
    tamper(app, *(f"UPDATE audit_entries SET id = {1000 + new} WHERE id = {old}" for old, new in moves))
    tamper(app, *(f"UPDATE audit_entries SET id = {new} WHERE id = {1000 + new}" for _old, new in moves))


def forge(app: Flask, entry_id: int, previous_hash: str, **fields: str) -> str:
    """Puts an entry in, or in the place of another, whose hash is right. Returns its hash."""
    said = {"actor": "editor:2", "verb": "publish", "subject": "comment:9", "detail": "", **fields}
    at = clock.now()
    made = entry_hash(previous_hash, at, **said)
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == entry_id))
        session.add(AuditEntry(id=entry_id, at=at, previous_hash=previous_hash, hash=made, **said))
    return made


def test_an_untouched_record_holds_and_says_what_cannot_be_seen_without_a_head(app: Flask, factory: Factory) -> None:
    outcome = verify(app)
    assert outcome.exit_code == 0
    assert outcome.output.splitlines() == [
        "5 entries, each as it was written and in its place.",
        f"Head: {heads(factory)[-1]}",
        "Whether entries were cut off at the end cannot be seen from the record alone."
        " Keep this head elsewhere and give it next time: flask audit verify --expect HASH",
    ]


def test_an_empty_record_holds(app: Flask) -> None:
    tamper(app, "DELETE FROM audit_entries")
    outcome = verify(app)
    assert (outcome.exit_code, outcome.output.splitlines()[1]) == (0, f"Head: {FIRST_HASH}")


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'editor:2'",
        "verb = 'reject'",
        "subject = 'comment:30'",
        "detail = 'x'",
        "at = '2020-01-01 00:00:00'",
        "previous_hash = 'x'",
        "actor = 'editor:1publish', verb = ''",
    ],
)
@pytest.mark.parametrize("entry", [1, 3, 5])
def test_a_changed_entry_is_named(app: Flask, change: str, entry: int) -> None:
    tamper(app, f"UPDATE audit_entries SET {change} WHERE id = {entry}")
    assert faults(app) == [(entry, Wrong.CHANGED, entry - 1 or None, None)]


def test_an_entry_whose_hash_was_changed_is_named_and_the_next_has_lost_its_predecessor(app: Flask) -> None:
    tamper(app, "UPDATE audit_entries SET hash = 'x' WHERE id = 3")
    assert faults(app) == [(3, Wrong.CHANGED, 2, None), (4, Wrong.UNLINKED, 3, None)]


@ON_SQLITE
@pytest.mark.parametrize("change", ["at = 'yesterday'", "at = ''", "verb = x'ff00'"])
def test_what_cannot_even_be_read_is_named_like_any_change(app: Flask, change: str) -> None:
    tamper(app, f"UPDATE audit_entries SET {change} WHERE id = 3")
    outcome = verify(app)
    assert outcome.exit_code == 1
    assert "Entry 3 of" in outcome.output
    assert "its content was changed" in outcome.output


def test_the_command_names_the_entry_says_what_is_wrong_and_fails(app: Flask, factory: Factory) -> None:
    tamper(app, "UPDATE audit_entries SET verb = 'reject' WHERE id = 3")
    outcome = verify(app)
    assert outcome.exit_code == 1
    assert outcome.output.startswith("Entry 3 of 2026-11-20 10:00:00")
    assert "its content was changed." in outcome.output
    assert f"Head: {heads(factory)[-1]}" in outcome.output
    assert outcome.output.endswith("Error: 1 of 5 entries is not as it was written.\n")


@pytest.mark.parametrize(
    ("gone", "found", "before"), [("id = 1", 2, None), ("id = 3", 4, 2), ("id = 4", 5, 3), ("id IN (2, 3)", 4, 1)]
)
def test_where_an_entry_was_removed_the_next_one_is_named(app: Flask, gone: str, found: int, before: int) -> None:
    tamper(app, f"DELETE FROM audit_entries WHERE {gone}")
    assert faults(app) == [(found, Wrong.UNLINKED, before, None)]
    assert verify(app).exit_code == 1


def test_an_entry_replaced_by_one_with_a_right_hash_does_not_lead_to_the_next(app: Flask, factory: Factory) -> None:
    forge(app, 3, heads(factory)[1])
    assert faults(app) == [(4, Wrong.UNLINKED, 3, None)]
    assert "between entry 3 and it one is missing or was replaced" in verify(app).output


def test_two_entries_that_changed_places_are_named_with_where_they_belong(app: Flask) -> None:
    move(app, (2, 3), (3, 2))
    assert faults(app) == [
        (2, Wrong.MISPLACED, 1, 3),
        (3, Wrong.MISPLACED, 2, 1),
        (4, Wrong.MISPLACED, 3, 2),
    ]
    assert "Entry 4 of 2026-11-20 10:00:00" in verify(app).output
    assert "stands in the wrong place: after entry 3, not after 2." in verify(app).output


def test_a_first_entry_put_at_the_end_is_named(app: Flask) -> None:
    move(app, (1, 6))
    assert faults(app) == [(2, Wrong.MISPLACED, None, 6), (6, Wrong.MISPLACED, 5, 0)]
    assert "after entry 5, not first" in verify(app).output


def test_entries_numbered_anew_in_the_same_order_are_the_same_record(app: Flask) -> None:
    move(app, *((number, 10 * number) for number in range(1, 6)))
    assert faults(app) == []


def test_entries_numbered_backwards_are_all_named(app: Flask) -> None:
    move(app, *((number, 6 - number) for number in range(1, 6)))
    assert [entry_id for entry_id, *_rest in faults(app)] == [1, 2, 3, 4, 5]


def test_an_entry_slipped_in_with_a_right_hash_pushes_the_next_from_its_place(app: Flask, factory: Factory) -> None:
    second = heads(factory)[1]
    move(app, (3, 4), (4, 5), (5, 6))
    forge(app, 3, second)
    assert faults(app) == [(4, Wrong.MISPLACED, 3, 2)]


def test_an_entry_slipped_in_with_any_hash_is_named(app: Flask) -> None:
    columns = "at, actor, verb, subject, detail, previous_hash"
    move(app, (5, 6))
    tamper(
        app,
        f"INSERT INTO audit_entries (id, {columns}, hash) SELECT 5, {columns}, 'x' FROM audit_entries WHERE id = 6",
    )
    assert faults(app)[0] == (5, Wrong.CHANGED, 4, None)


def test_a_cut_tail_shows_only_beside_a_head_kept_elsewhere(app: Flask, factory: Factory) -> None:
    kept = heads(factory)[-1]
    tamper(app, "DELETE FROM audit_entries WHERE id > 3")
    assert verify(app).exit_code == 0
    outcome = verify(app, "--expect", kept)
    assert outcome.exit_code == 1
    assert "3 entries, each as it was written" in outcome.output
    assert "The expected head is not in the record: entries were cut off at the end, or all were" in outcome.output


def test_a_record_that_was_emptied_shows_beside_a_head_kept_elsewhere(app: Flask, factory: Factory) -> None:
    kept = heads(factory)[-1]
    tamper(app, "DELETE FROM audit_entries")
    assert verify(app, "--expect", kept).exit_code == 1


def test_a_record_written_anew_as_a_whole_shows_only_beside_a_head_kept_elsewhere(app: Flask, factory: Factory) -> None:
    kept = heads(factory)[-1]
    previous = FIRST_HASH
    for number in range(1, 6):
        previous = forge(app, number, previous, subject=f"comment:{number}")
    assert verify(app).exit_code == 0
    assert verify(app, "--expect", kept).exit_code == 1


def test_the_head_that_was_kept_is_recognised_whether_or_not_entries_came_since(app: Flask, factory: Factory) -> None:
    kept = heads(factory)
    now, earlier, empty = (verify(app, "--expect", head) for head in (kept[-1].upper(), kept[2], FIRST_HASH))
    assert [outcome.exit_code for outcome in (now, earlier, empty)] == [0, 0, 0]
    assert now.output.splitlines()[-1] == "It is the expected head."
    assert earlier.output.splitlines()[-1] == "The expected head is there; 2 entries came after it."
    assert empty.output.splitlines()[-1] == "The expected head is there; 5 entries came after it."


def test_a_known_head_does_not_excuse_what_was_changed_before_it(app: Flask, factory: Factory) -> None:
    kept = heads(factory)[-1]
    tamper(app, "UPDATE audit_entries SET verb = 'reject' WHERE id = 2")
    assert verify(app, "--expect", kept).exit_code == 1


@pytest.mark.parametrize("head", ["abc", "g" * 64, ""])
def test_what_cannot_be_a_head_is_refused_as_a_wrong_use(app: Flask, head: str) -> None:
    assert verify(app, "--expect", head).exit_code == 2


def test_of_very_many_faults_the_first_are_named_and_the_rest_counted(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for number in range(25):
            record(session, actor="editor:1", verb="publish", subject=f"comment:{number}")
    tamper(app, "UPDATE audit_entries SET detail = 'x'")
    lines = verify(app).output.splitlines()
    assert [line.partition(" of ")[0] for line in lines[:20]] == [f"Entry {number}" for number in range(1, 21)]
    assert lines[20] == "And 10 entries more."
    assert lines[-1] == "Error: 30 of 30 entries are not as they were written."


def test_a_fault_behind_the_first_page_is_found_and_nothing_else(app: Flask, factory: Factory) -> None:
    [previous] = heads(factory)[-1:]
    rows = []
    for number in range(6, PAGE + 50):
        fields = {"actor": "editor:1", "verb": "spam", "subject": f"comment:{number}", "detail": ""}
        made = entry_hash(previous, clock.now(), **fields)
        rows.append({"id": number, "at": clock.now(), "previous_hash": previous, "hash": made, **fields})
        previous = made
    with app.app_context(), transaction() as session:
        session.execute(sa.insert(AuditEntry), rows)
    assert faults(app) == []
    tamper(app, f"UPDATE audit_entries SET verb = 'reject' WHERE id = {PAGE + 10}")
    assert faults(app) == [(PAGE + 10, Wrong.CHANGED, PAGE + 9, None)]


def test_two_entries_of_the_same_act_have_different_hashes(app: Flask, factory: Factory) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(2):
            record(session, actor="editor:1", verb="undo", subject="comment:1")
    assert len(set(heads(factory))) == 7


def test_a_clock_that_was_set_back_breaks_no_chain(app: Flask, frozen_clock: FrozenClock) -> None:
    frozen_clock.time = datetime.fromisoformat("2026-11-01T00:00:00.123456+00:00")
    with app.app_context(), transaction() as session:
        record(session, actor="editor:1", verb="undo", subject="comment:1")
    assert faults(app) == []


@ON_POSTGRESQL
def test_entries_written_at_the_same_time_form_one_chain(app: Flask, factory: Factory) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for _ in range(10):
                with transaction() as session:
                    record(session, actor=f"editor:{number}", verb="publish", subject="comment:1")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(heads(factory)) == 45
    assert faults(app) == []
