"""Reading the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.audit.models import AuditEntry
from app.audit.recording import FIRST_HASH


@dataclass(frozen=True)
class Head:
    """How many entries there are, and the hash of the newest, which stands for all of them."""

    count: int
    hash: str


@dataclass(frozen=True)
class Search:
    """What is looked for; '' and None are anything. `since` is the first moment, `before` the one after the last."""

    actor: str = ""
    verb: str = ""
    subject: str = ""
    since: datetime | None = None
    before: datetime | None = None


def head(session: Session) -> Head:
    newest = sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1).scalar_subquery()
    count, newest_hash = session.execute(sa.select(sa.func.count(AuditEntry.id), newest)).one()
    return Head(count, newest_hash or FIRST_HASH)


def entry(session: Session, entry_id: int) -> AuditEntry | None:
    return session.get(AuditEntry, entry_id)


def entries(session: Session, search: Search, limit: int, after: AuditEntry | None = None) -> Sequence[AuditEntry]:
    """The newest first, along an index for each of actor, verb, subject and time; `after` ended the page before."""
    query = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
    for column, value in (
        (AuditEntry.actor, search.actor),
        (AuditEntry.verb, search.verb),
        (AuditEntry.subject, search.subject),
    ):
        if value:
            query = query.where(column == value)
    if search.since is not None:
        query = query.where(AuditEntry.at >= search.since)
    if search.before is not None:
        query = query.where(AuditEntry.at < search.before)
    if after is not None:
        place = sa.tuple_(sa.literal(after.at, AuditEntry.at.type), sa.literal(after.id))
        query = query.where(sa.tuple_(AuditEntry.at, AuditEntry.id) < place)
    return session.scalars(query).all()


def actors(session: Session) -> list[str]:
    return _different(session, AuditEntry.actor)


def verbs(session: Session) -> list[str]:
    return _different(session, AuditEntry.verb)


def _different(session: Session, column: InstrumentedAttribute[str]) -> list[str]:
    """The few values of a column, from one to the next along its index instead of through all rows."""
    found = sa.select(sa.func.min(column).label("value")).cte("found", recursive=True)
    following = sa.select(sa.func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(sa.select(following).where(found.c.value.is_not(None)))
    return list(session.scalars(sa.select(found.c.value).where(found.c.value.is_not(None))))
