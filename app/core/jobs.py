"""What is done later or again and again: rows of one table, worked off by one process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Id, Model, db, transaction

LEASE = timedelta(minutes=5)
"""How long a job that was begun is left alone; a process that died in it is followed by another after that. A kind
whose jobs are over sooner, whatever happens, says so."""

TOGETHER_LIMIT = 4
"""Failures after which the pause of a whole kind grows no longer: one try in 2**4 minutes is no burden on anyone."""

_log = logging.getLogger(__name__)


class Job(Model):
    """One thing to do. A row is gone once it is done; one that failed says why and waits longer each time."""

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    run_at: Mapped[datetime] = mapped_column(index=True)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


@dataclass(frozen=True)
class JobKind:
    """How jobs of one kind are worked off. `run` gets the payload, opens its own transactions, and may run twice."""

    name: str
    run: Callable[[Mapping[str, Any]], None]
    every: timedelta | None = None
    lease: timedelta = LEASE


class Setback(Exception):
    """Why a job could not be done, in words for an editor. It is logged as it stands, so it may name no reader."""


class NotNow(Setback):
    """This job has to wait; others of its kind may fare better."""


class NoneNow(Setback):
    """What all jobs of the kind stand on is away: those that are due wait together, and none is lost."""


class Never(Setback):
    """No further try can succeed: the row is kept, with the words, as one of the kind `given_up(kind)`."""


def given_up(kind: str) -> str:
    return f"{kind}, given up"


def register(app_extensions: dict[str, Any], kinds: list[JobKind]) -> None:
    app_extensions["jobs"] = {kind.name: kind for kind in kinds}


def enqueue(
    session: Session, kind: str, payload: dict[str, Any], run_at: datetime | None = None, key: str | None = None
) -> None:
    """Asks for a job in the caller's own transaction: it is there if, and only if, that commits.

    One that waits, or was given up, under the same key is replaced.
    """
    if key is not None:
        withdraw(session, key)
    session.add(Job(kind=kind, key=key, payload=payload, run_at=run_at or clock.now()))


def withdraw(session: Session, key: str) -> None:
    """Takes back the job of that key, if there is one. What has been begun is done all the same."""
    session.execute(sa.delete(Job).where(Job.key == key))


def work_off() -> int:
    """Does what is due and returns how many jobs were begun, failed ones included."""
    _plan_recurring()
    begun = 0
    while (job := _claim()) is not None:
        begun += 1
        _run(job)
    return begun


def _kinds() -> dict[str, JobKind]:
    kinds: dict[str, JobKind] = current_app.extensions["jobs"]
    return kinds


def _plan_recurring() -> None:
    recurring = {kind.name for kind in _kinds().values() if kind.every}
    planned = set(db.session.scalars(sa.select(Job.key).where(Job.key.in_(recurring))))
    db.session.rollback()
    for name in recurring - planned:
        with transaction() as session:
            if session.scalar(sa.select(Job.id).where(Job.key == name)) is None:
                session.add(Job(kind=name, key=name, run_at=clock.now()))


def _claim() -> Job | None:
    now = clock.now()
    due = sa.select(Job).where(_is_due(now), Job.kind.in_(_kinds())).order_by(Job.run_at, Job.id).limit(1)
    waiting = db.session.scalar(due.with_only_columns(Job.id))
    db.session.rollback()
    if waiting is None:
        return None
    with transaction() as session:
        job = session.scalar(due.with_for_update(skip_locked=True))
        if job is not None:
            job.lease_until = now + _kinds()[job.kind].lease
            job.attempts += 1
            session.flush()
            # A value from here on: reading it again would open a transaction between those of the job.
            session.expunge(job)
        return job


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Job.run_at <= now, sa.or_(Job.lease_until.is_(None), Job.lease_until <= now))


def _run(job: Job) -> None:
    kind = _kinds()[job.kind]
    try:
        kind.run(job.payload)
    except Setback as setback:
        _log.warning("job %s of kind %s: %s", job.id, job.kind, setback)
        _put_off(job, setback, str(setback))
    except Exception as error:
        _log.exception("job %s of kind %s failed", job.id, job.kind)
        _put_off(job, error, f"{type(error).__name__}: {error}")
    else:
        _close(job, kind)


def _close(job: Job, kind: JobKind) -> None:
    with transaction() as session:
        if kind.every is None:
            session.execute(sa.delete(Job).where(_is_still(job)))
        else:
            values = {"run_at": clock.now() + kind.every, "lease_until": None, "attempts": 0, "error": None}
            session.execute(sa.update(Job).where(_is_still(job)).values(**values))


def _put_off(job: Job, error: Exception, words: str) -> None:
    db.session.rollback()
    now = clock.now()
    values: dict[str, object] = {"lease_until": None, "error": words}
    others = None
    match error:
        case Never():
            values |= {"kind": given_up(job.kind), "run_at": now}
        case NoneNow():
            failures = min(job.attempts, TOGETHER_LIMIT)
            later = now + timedelta(minutes=2**failures)
            others = {**values, "attempts": failures, "run_at": later}
            # After the others, so that it is another's turn to try, should the fault lie with this one alone.
            values |= {"attempts": failures, "run_at": later + timedelta(seconds=1)}
        case _:
            values |= {"run_at": now + timedelta(minutes=min(2**job.attempts, 360))}
    with transaction() as session:
        session.execute(sa.update(Job).where(_is_still(job)).values(**values))
        if others is not None:
            session.execute(sa.update(Job).where(Job.kind == job.kind, _is_due(now)).values(**others))


def _is_still(job: Job) -> sa.ColumnElement[bool]:
    """Whether the row is what was claimed: it may have been replaced by another, or claimed anew after its lease."""
    return sa.and_(Job.id == job.id, Job.lease_until == job.lease_until)
