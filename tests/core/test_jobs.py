"""Jobs: asked for in a transaction, done once, tried again, and begun anew where a process died."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.comments.models import Comment
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import (
    Job,
    JobKind,
    Never,
    NoneNow,
    NotNow,
    Setback,
    enqueue,
    given_up,
    register,
    withdraw,
    work_off,
)
from app.site.models import Site
from tests.conftest import FrozenClock
from tests.factories import Factory


class Killed(BaseException):
    """The process ends in the middle of a job."""


class Worker:
    """Jobs of the kind `note`, which write down their payload, and whatever a test makes of them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.notes: list[object] = []
        self.fault: BaseException | None = None
        self.kinds(JobKind("note", self.run))

    def kinds(self, *kinds: JobKind) -> None:
        register(self.app.extensions, list(kinds))

    def run(self, payload: Mapping[str, Any]) -> None:
        with transaction() as session:
            session.execute(sa.select(Site))
            self.notes.append(payload.get("note"))
            if self.fault is not None:
                raise self.fault

    def ask(self, *notes: object, **when: float) -> None:
        with self.app.app_context(), transaction() as session:
            for note in notes:
                enqueue(session, "note", {"note": note}, clock.now() + timedelta(**when))

    def work(self) -> int:
        with self.app.app_context():
            return work_off()


@pytest.fixture
def worker(app: Flask) -> Worker:
    return Worker(app)


def jobs(factory: Factory) -> list[Job]:
    return factory.ask(sa.select(Job).order_by(Job.id))


def test_a_job_is_done_once_and_then_gone(worker: Worker, factory: Factory) -> None:
    worker.ask("one")
    assert worker.work() == 1
    assert worker.work() == 0
    assert worker.notes == ["one"]
    assert jobs(factory) == []


def test_a_job_is_not_there_if_what_asked_for_it_failed(worker: Worker, app: Flask, factory: Factory) -> None:
    def ask_and_fail() -> None:
        with transaction() as session:
            enqueue(session, "note", {"note": "one"})
            session.flush()
            raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert jobs(factory) == []
    assert worker.work() == 0


def test_jobs_are_done_in_the_order_in_which_they_fall_due(worker: Worker, frozen_clock: FrozenClock) -> None:
    worker.ask("later", minutes=2)
    worker.ask("sooner", minutes=1)
    worker.ask("now", "and now")
    frozen_clock.advance(minutes=3)
    worker.work()
    assert worker.notes == ["now", "and now", "sooner", "later"]


def test_a_job_for_later_waits(worker: Worker, frozen_clock: FrozenClock) -> None:
    worker.ask("later", hours=1)
    frozen_clock.advance(minutes=59)
    assert worker.work() == 0
    frozen_clock.advance(minutes=1)
    assert worker.work() == 1


def test_a_payload_comes_back_as_it_was_given(worker: Worker) -> None:
    payload = {"ids": [1, 2], "name": "Ann “Ünï”", "none": None}
    worker.ask(payload)
    worker.work()
    assert worker.notes == [payload]


def test_a_failed_job_is_kept_with_its_error_and_holds_no_other_up(worker: Worker, factory: Factory) -> None:
    worker.ask("one", "two")
    worker.fault = ValueError("no such address")
    assert worker.work() == 2
    assert worker.notes == ["one", "two"]
    for job in jobs(factory):
        assert (job.error, job.attempts, job.lease_until) == ("ValueError: no such address", 1, None)


def test_a_failed_job_waits_longer_each_time_but_no_longer_than_six_hours(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.ask("one")
    worker.fault = ValueError()
    waits = []
    for _ in range(11):
        assert worker.work() == 1
        wait = jobs(factory)[0].run_at - frozen_clock()
        frozen_clock.time += wait - timedelta(seconds=1)
        assert worker.work() == 0
        frozen_clock.advance(seconds=1)
        waits.append(wait // timedelta(minutes=1))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]


def test_a_failed_job_that_succeeds_at_last_is_gone(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.ask("one")
    worker.fault = ValueError()
    worker.work()
    worker.fault = None
    frozen_clock.advance(minutes=2)
    worker.work()
    assert worker.notes == ["one", "one"]
    assert jobs(factory) == []


def test_what_a_failed_job_had_begun_to_write_is_not_there(worker: Worker, app: Flask, factory: Factory) -> None:
    def run(_payload: Mapping[str, Any]) -> None:
        with transaction() as session:
            session.execute(sa.update(Site).values(samples_loaded_at=clock.now()))
            raise ValueError

    worker.kinds(JobKind("note", run))
    worker.ask("one")
    worker.work()
    assert factory.ask(sa.select(Site.samples_loaded_at)) == [None]


def test_a_job_whose_process_died_is_begun_anew_when_its_lease_is_over(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.ask("one")
    worker.fault = Killed()
    with pytest.raises(Killed):
        worker.work()
    worker.fault = None
    frozen_clock.advance(minutes=4, seconds=59)
    assert worker.work() == 0
    frozen_clock.advance(seconds=1)
    assert worker.work() == 1
    assert worker.notes == ["one", "one"]
    assert jobs(factory) == []


def test_a_kind_whose_jobs_are_over_soon_is_begun_anew_sooner(worker: Worker, frozen_clock: FrozenClock) -> None:
    worker.kinds(JobKind("note", worker.run, lease=timedelta(seconds=90)))
    worker.ask("one")
    worker.fault = Killed()
    with pytest.raises(Killed):
        worker.work()
    worker.fault = None
    frozen_clock.advance(seconds=89)
    assert worker.work() == 0
    frozen_clock.advance(seconds=1)
    assert worker.work() == 1


def test_a_job_of_a_kind_that_nobody_knows_any_more_is_left_alone(worker: Worker, app: Flask, factory: Factory) -> None:
    with app.app_context(), transaction() as session:
        enqueue(session, "from an older version", {})
    worker.ask("one")
    assert worker.work() == 1
    assert [job.kind for job in jobs(factory)] == ["from an older version"]


def test_processes_that_work_at_once_do_each_job_once(worker: Worker, app: Flask, factory: Factory) -> None:
    worker.ask(*range(20))

    def work(_: int) -> int:
        with app.app_context():
            try:
                return work_off()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 20
    assert sorted(map(str, worker.notes)) == sorted(map(str, range(20)))
    assert jobs(factory) == []


def test_a_recurring_job_comes_again_and_again_and_is_planned_once(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.kinds(JobKind("note", worker.run, every=timedelta(hours=1)))
    assert [worker.work() for _ in range(3)] == [1, 0, 0]
    frozen_clock.advance(minutes=59)
    assert worker.work() == 0
    frozen_clock.advance(minutes=1)
    assert worker.work() == 1
    assert len(jobs(factory)) == 1


def test_a_recurring_job_that_failed_is_tried_again_and_then_comes_as_before(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.kinds(JobKind("note", worker.run, every=timedelta(hours=1)))
    worker.fault = ValueError("no luck")
    worker.work()
    assert [(job.error, job.attempts) for job in jobs(factory)] == [("ValueError: no luck", 1)]
    worker.fault = None
    frozen_clock.advance(minutes=2)
    assert worker.work() == 1
    [job] = jobs(factory)
    assert (job.error, job.attempts, job.run_at) == (None, 0, frozen_clock() + timedelta(hours=1))


@pytest.mark.parametrize("setback", [NotNow, NoneNow, Never])
def test_a_setback_is_kept_and_logged_as_it_is_said(
    worker: Worker, factory: Factory, caplog: pytest.LogCaptureFixture, setback: type[Setback]
) -> None:
    worker.ask("one")
    worker.fault = setback("The shop is closed.")
    worker.work()
    assert [job.error for job in jobs(factory)] == ["The shop is closed."]
    assert [(record.getMessage(), record.exc_info) for record in caplog.records if record.name == "app.core.jobs"] == [
        ("job 1 of kind note: The shop is closed.", None)
    ]


def test_a_job_that_cannot_be_done_now_delays_no_other(worker: Worker, factory: Factory) -> None:
    worker.ask("one", "two")
    worker.fault = NotNow("The shop is closed.")
    assert worker.work() == 2
    assert [job.attempts for job in jobs(factory)] == [1, 1]


def test_when_none_can_be_done_now_those_that_are_due_wait_together_and_other_kinds_do_not(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    done: list[object] = []
    worker.kinds(JobKind("note", worker.run), JobKind("other", lambda _payload: done.append("other")))
    worker.ask("one", "two", "three")
    worker.ask("later", hours=1)
    with worker.app.app_context(), transaction() as session:
        enqueue(session, "other", {})
    worker.fault = NoneNow("The shop is closed.")
    assert worker.work() == 2
    assert (worker.notes, done) == (["one"], ["other"])
    two_minutes, an_hour = frozen_clock() + timedelta(minutes=2), frozen_clock() + timedelta(hours=1)
    assert [(job.run_at, job.error) for job in jobs(factory)] == [
        (two_minutes + timedelta(seconds=1), "The shop is closed."),
        (two_minutes, "The shop is closed."),
        (two_minutes, "The shop is closed."),
        (an_hour, None),
    ]


def test_a_kind_of_which_none_can_be_done_is_tried_every_sixteen_minutes_in_the_end(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.ask("one", "two")
    worker.fault = NoneNow("The shop is closed.")
    waits = []
    for _ in range(6):
        assert worker.work() == 1
        waits.append((jobs(factory)[0].run_at - frozen_clock()) // timedelta(minutes=1))
        frozen_clock.advance(minutes=waits[-1], seconds=1)
    assert waits == [2, 4, 8, 16, 16, 16]
    assert set(worker.notes) == {"one", "two"}


def test_a_job_that_can_never_be_done_is_kept_and_not_tried_again(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    worker.ask("one")
    worker.fault = Never("There is no such shop.")
    worker.work()
    frozen_clock.advance(days=30)
    assert worker.work() == 0
    [job] = jobs(factory)
    assert (job.kind, job.payload, job.lease_until) == (given_up("note"), {"note": "one"}, None)


def test_a_job_replaces_the_one_under_the_same_key(worker: Worker, app: Flask) -> None:
    for note in ("one", "two"):
        with app.app_context(), transaction() as session:
            enqueue(session, "note", {"note": note}, key="the key")
            enqueue(session, "note", {"note": f"another {note}"}, key=f"the key of {note}")
    worker.work()
    assert worker.notes == ["another one", "two", "another two"]


def test_a_job_that_is_withdrawn_is_not_done(worker: Worker, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        enqueue(session, "note", {"note": "one"}, key="one")
        enqueue(session, "note", {"note": "two"}, key="two")
        withdraw(session, "one")
    worker.work()
    assert worker.notes == ["two"]


def test_a_job_that_outlasts_its_lease_leaves_it_to_the_process_that_has_begun_it_anew(
    worker: Worker, factory: Factory, frozen_clock: FrozenClock
) -> None:
    begun: list[object] = []

    def run(_payload: Mapping[str, Any]) -> None:
        begun.append(frozen_clock())
        if len(begun) == 1:
            frozen_clock.advance(minutes=5)
            work_off()
        else:
            raise NotNow("The second try failed.")

    worker.kinds(JobKind("note", run))
    worker.ask("one")
    worker.work()
    assert [job.error for job in jobs(factory)] == ["The second try failed."]


def test_the_command_forgets_addresses_after_thirty_days_and_keeps_the_comments(
    app: Flask, factory: Factory, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news")
    old, _token = factory.comment(article, "An old one.")
    frozen_clock.advance(days=29)
    new, _token = factory.comment(article, "A new one.")
    hashes = sa.select(Comment.id).where(Comment.address_hash.is_not(None), Comment.fingerprint.is_not(None))

    def run() -> None:
        assert app.test_cli_runner().invoke(args=["jobs", "run", "--once"]).exit_code == 0

    run()
    assert factory.ask(hashes.order_by(Comment.id)) == [old, new]
    frozen_clock.advance(days=1)
    run()
    assert factory.ask(hashes) == [new]
    assert factory.ask(sa.select(Comment.fingerprint).where(Comment.id == old)) == [None]
    assert factory.ask(sa.select(Comment.source).order_by(Comment.id)) == ["An old one.", "A new one."]
