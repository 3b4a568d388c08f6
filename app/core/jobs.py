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
"""How long a job that was begun is left alone; a process that died in it is followed by another after that."""

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


def register(app_extensions: dict[str, Any], kinds: list[JobKind]) -> None:
    app_extensions["jobs"] = {kind.name: kind for kind in kinds}


def enqueue(session: Session, kind: str, payload: dict[str, Any], run_at: datetime | None = None) -> None:
    """Asks for a job in the caller's own transaction: it is there if, and only if, that commits."""
    session.add(Job(kind=kind, payload=payload, run_at=run_at or clock.now()))


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
    due = (
        sa.select(Job)
        .where(Job.run_at <= now, sa.or_(Job.lease_until.is_(None), Job.lease_until <= now), Job.kind.in_(_kinds()))
        .order_by(Job.run_at, Job.id)
        .limit(1)
    )
    waiting = db.session.scalar(due.with_only_columns(Job.id))
    db.session.rollback()
    if waiting is None:
        return None
    with transaction() as session:
        job = session.scalar(due.with_for_update(skip_locked=True))
        if job is not None:
            job.lease_until = now + LEASE
            job.attempts += 1
            session.flush()
            # A value from here on: reading it again would open a transaction between those of the job.
            session.expunge(job)
        return job


def _run(job: Job) -> None:
    kind = _kinds()[job.kind]
    try:
        kind.run(job.payload)
    except Exception as error:
        _log.exception("job %s of kind %s failed", job.id, job.kind)
        db.session.rollback()
        delay = timedelta(minutes=min(2**job.attempts, 360))
        values: dict[str, object] = {
            "run_at": clock.now() + delay,
            "lease_until": None,
            "error": f"{type(error).__name__}: {error}",
        }
    else:
        if kind.every is None:
            with transaction() as session:
                session.execute(sa.delete(Job).where(Job.id == job.id))
            return
        values = {"run_at": clock.now() + kind.every, "lease_until": None, "attempts": 0, "error": None}
    with transaction() as session:
        session.execute(sa.update(Job).where(Job.id == job.id).values(**values))
