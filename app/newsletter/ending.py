"""When mail to an address comes back, or its reader calls it spam."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import clock
from app.following import confirming
from app.newsletter.models import Status, Subscription

SOFT_BOUNCES = 5
"""So many end a subscription, of which each came within that time of the one before. One a day is counted: an issue
that is tried again and again comes back as often."""
SOFT_WITHIN = timedelta(days=30)
SOFT_APART = timedelta(days=1)


def bounced_for_good(session: Session, subscription: Subscription) -> None:
    """Nobody reads mail at the address: it gets no further issue."""
    _end(session, subscription, Status.BOUNCED)


def bounced_for_now(session: Session, subscription: Subscription) -> None:
    """One issue could not be delivered, and the next may be, until too many could not."""
    now, last = clock.now(), subscription.bounced_at
    if last is not None and now - last < SOFT_APART:
        return
    is_one_more = last is not None and now - last <= SOFT_WITHIN
    subscription.soft_bounces, subscription.bounced_at = subscription.soft_bounces * is_one_more + 1, now
    if subscription.soft_bounces >= SOFT_BOUNCES:
        _end(session, subscription, Status.BOUNCED)


def complained(session: Session, subscription: Subscription) -> None:
    _end(session, subscription, Status.COMPLAINED)


def _end(session: Session, subscription: Subscription, status: Status) -> None:
    if subscription.status is not Status.CONFIRMED:
        return
    subscription.status, subscription.ended_at = status, clock.now()
    if subscription.follow is not None:
        confirming.stop(session, subscription.follow)
