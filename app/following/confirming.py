"""What whoever reads mail at an address decides: to follow, to stop, to be forgotten."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import enqueue
from app.following.asking import DAY, add, hold_address, the_same
from app.following.events import FollowConfirmed, FollowStopped, follow_confirmed, follow_stopped
from app.following.models import Announcement, Follow, FollowKind, Subscriber
from app.mail.posting import forget_letters_to

FORGET_AFTER = timedelta(days=30)
MAIL_RECEIPT = "mail a receipt"


def confirm(session: Session, asked: Follow) -> None:
    """From now on mail goes there. Another choice for the same comment takes the place of the earlier one."""
    if asked.confirmed_at is not None:
        return
    now = clock.now()
    asked.confirmed_at, asked.stopped_at = now, None
    asked.subscriber.confirmed_at = asked.subscriber.confirmed_at or now
    if asked.kind is FollowKind.RECEIPT:
        enqueue(session, MAIL_RECEIPT, {"follow": asked.id}, key=f"{MAIL_RECEIPT} {asked.id}")
        return
    asked.since = asked.told_to = session.scalar(sa.select(sa.func.max(Announcement.id))) or 0
    if asked.comment_id is not None:
        _drop_other_choices(session, asked)
    follow_confirmed.send(FollowConfirmed(session, asked))


def follow_at_once(session: Session, subscriber: Subscriber, kind: FollowKind, article_id: int | None = None) -> None:
    """Follows what was asked for on the address's own page, which is confirmation enough."""
    hold_address(session, subscriber.email_hash)
    confirm(
        session,
        the_same(session, subscriber, kind, article_id) or add(session, subscriber, kind, article_id),
    )


def stop(session: Session, asked: Follow) -> None:
    """Nothing of it is mailed any more. It can be followed again for 30 days."""
    if asked.stopped_at is None:
        asked.confirmed_at, asked.stopped_at = None, clock.now()
        follow_stopped.send(FollowStopped(session, asked))


def stop_all(session: Session, subscriber: Subscriber) -> None:
    for asked in subscriber.follows:
        stop(session, asked)


def erase(session: Session, subscriber: Subscriber) -> None:
    """Drops the address, all that it follows and letters that have not left.

    What stays for a day is a keyed hash, so that the one letter a day remains one.
    """
    stop_all(session, subscriber)
    if subscriber.email is not None:
        forget_letters_to(session, subscriber.email)
    subscriber.email = subscriber.confirmed_at = None
    subscriber.follows.clear()


def drop_idle_addresses(session: Session) -> None:
    """Drops addresses that follow nothing any more, once what they followed was erased."""
    follows_nothing = ~sa.exists().where(Follow.subscriber_id == Subscriber.id)
    for subscriber in session.scalars(sa.select(Subscriber).where(Subscriber.email.is_not(None), follows_nothing)):
        forget_letters_to(session, subscriber.email or "")
        subscriber.email = subscriber.confirmed_at = None


def forget(session: Session) -> None:
    """Drops what was not confirmed, or was stopped, 30 days ago, and then addresses that follow nothing.

    Of the rest it drops the hash of who asked.
    """
    now = clock.now()
    since = sa.func.coalesce(Follow.stopped_at, Follow.created_at, type_=Follow.created_at.type)
    session.execute(sa.delete(Follow).where(Follow.confirmed_at.is_(None), since <= now - FORGET_AFTER))
    asked_long_ago = (Follow.sender_hash.is_not(None), Follow.created_at <= now - FORGET_AFTER)
    session.execute(sa.update(Follow).where(*asked_long_ago).values(sender_hash=None))
    follows_nothing = ~sa.exists().where(Follow.subscriber_id == Subscriber.id)
    has_no_letter_today = sa.or_(Subscriber.letters_since.is_(None), Subscriber.letters_since <= now - DAY)
    session.execute(sa.delete(Subscriber).where(follows_nothing, has_no_letter_today))


def _drop_other_choices(session: Session, asked: Follow) -> None:
    session.execute(
        sa.delete(Follow).where(
            Follow.subscriber_id == asked.subscriber_id,
            Follow.comment_id == asked.comment_id,
            Follow.kind != FollowKind.RECEIPT,
            Follow.id != asked.id,
        )
    )
