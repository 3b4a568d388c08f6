"""Asking for the newsletter, and what becomes of a subscription once its reader has decided."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core import clock
from app.following import asking
from app.following.models import Follow, FollowKind
from app.newsletter.models import Source, Status, Subscription


def wording() -> str:
    """What a reader agrees to, as it stands beside each form and is kept as part of the proof."""
    return str(
        _("Our newsletter by e-mail. A letter asks first whether you want it; each issue holds a link that stops it.")
    )


def subscribe(session: Session, email: str, *, sender_hash: str, asked_on: str) -> None:
    """Asks the address whether it wants the newsletter; nothing is sent until it says yes.

    `asked_on` is the path of the page with the form. Raises TooMany of following.asking.
    """
    follow = asking.ask(session, email, sender_hash=sender_hash, kind=FollowKind.NEWSLETTER)
    if follow is not None:
        _note(session, follow, asked_on)


def confirmed(session: Session, follow: Follow) -> None:
    """The newsletter goes to the address from now on, whatever was before."""
    subscription = of_address(session, follow.subscriber.email_hash)
    if subscription is None or subscription.follow_id != follow.id:
        subscription = _note(session, follow, follow.subscriber.path.rpartition("/")[0])
    subscription.status = Status.CONFIRMED
    subscription.confirmed_at, subscription.ended_at = clock.now(), None
    subscription.soft_bounces, subscription.bounced_at = 0, None


def stopped(session: Session, follow: Follow) -> None:
    """Its reader wants no more. What had ended otherwise stays as it ended."""
    subscription = of_address(session, follow.subscriber.email_hash)
    if subscription is not None and subscription.status in {Status.PENDING, Status.CONFIRMED}:
        subscription.status, subscription.ended_at = Status.UNSUBSCRIBED, clock.now()


def forget(session: Session) -> None:
    """Drops what nobody confirmed, once the address has been forgotten."""
    session.execute(
        sa.delete(Subscription).where(Subscription.status == Status.PENDING, Subscription.follow_id.is_(None))
    )


def of_address(session: Session, email_hash: str) -> Subscription | None:
    return session.scalar(sa.select(Subscription).where(Subscription.email_hash == email_hash))


def _note(session: Session, follow: Follow, asked_on: str) -> Subscription:
    """What has ended stays so until it is confirmed: anyone may type in anyone's address."""
    subscription = of_address(session, follow.subscriber.email_hash)
    if subscription is None:
        subscription = Subscription(email_hash=follow.subscriber.email_hash, status=Status.PENDING, soft_bounces=0)
        session.add(subscription)
    subscription.follow, subscription.source = follow, Source.FORM
    subscription.asked_at, subscription.asked_on, subscription.wording = clock.now(), asked_on, wording()
    session.flush()
    return subscription
