"""Who gets the newsletter, as the desk lists them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.days import beginning_of, month_after, month_of, today
from app.following.models import Follow, Subscriber
from app.newsletter.models import Source, Status, Subscription

MONTHS = 12


class Row(NamedTuple):
    """A subscription as the desk lists it; `email` is None once it was forgotten."""

    id: int
    email: str | None
    status: Status
    asked_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    source: Source
    asked_on: str
    wording: str


class Month(NamedTuple):
    """How many joined and left in it, and how many there were at its end."""

    first: date
    joined: int
    left: int
    total: int


_ROWS = (
    sa.select(Subscription.id, Subscriber.email, *(getattr(Subscription, name) for name in Row._fields[2:]))
    .outerjoin(Follow, Follow.id == Subscription.follow_id)
    .outerjoin(Subscriber, Subscriber.id == Follow.subscriber_id)
)


def row(session: Session, subscription_id: int) -> Row | None:
    found = session.execute(_ROWS.where(Subscription.id == subscription_id)).first()
    return Row(*found) if found else None


def rows(session: Session, status: Status | None, words: str, limit: int, before: int | None = None) -> list[Row]:
    """Those with the words in their address, the newest first."""
    query = _ROWS.order_by(Subscription.id.desc()).limit(limit)
    if status is not None:
        query = query.where(Subscription.status == status)
    if words:
        query = query.where(sa.func.lower(Subscriber.email).contains(words.lower(), autoescape=True))
    if before is not None:
        query = query.where(Subscription.id < before)
    return [Row(*found) for found in session.execute(query)]


def known_addresses(session: Session, status: Status | None, limit: int) -> Iterator[list[Row]]:
    """All whose address is known, the first first, so many at a time."""
    last = 0
    while True:
        query = _ROWS.where(Subscription.id > last, Subscriber.email.is_not(None)).order_by(Subscription.id)
        if status is not None:
            query = query.where(Subscription.status == status)
        found = [Row(*one) for one in session.execute(query.limit(limit))]
        session.rollback()
        if not found:
            return
        yield found
        last = found[-1].id


def counts(session: Session) -> dict[Status, int]:
    query = sa.select(Subscription.status, sa.func.count()).group_by(Subscription.status)
    found = dict(session.execute(query).all())
    return {status: found.get(status, 0) for status in Status}


def months(session: Session) -> list[Month]:
    """The last twelve, the present one last; told backwards from how many there are now."""
    this = month_of(today())
    firsts = [month_after(this, -back) for back in range(MONTHS)]
    spans = [(beginning_of(first), beginning_of(month_after(first))) for first in firsts]
    had_begun = Subscription.confirmed_at.is_not(None)
    joined = [_number(Subscription.confirmed_at >= begin, Subscription.confirmed_at < end) for begin, end in spans]
    left = [_number(Subscription.ended_at >= begin, Subscription.ended_at < end, had_begun) for begin, end in spans]
    *numbers, total = session.execute(sa.select(*joined, *left, _number(Subscription.status == Status.CONFIRMED))).one()
    found = []
    for first, came, went in zip(firsts, numbers[:MONTHS], numbers[MONTHS:], strict=True):
        found.append(Month(first, came, went, total))
        total += went - came
    return found[::-1]


def known_by_hash(session: Session, hashes: Collection[str]) -> dict[str, Status]:
    """How those of the hashed addresses stand that are known."""
    query = sa.select(Subscription.email_hash, Subscription.status).where(Subscription.email_hash.in_(hashes))
    return dict(session.execute(query).all())


def _number(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Subscription).where(*conditions).scalar_subquery()
