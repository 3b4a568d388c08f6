"""What an editor does about one subscriber who has asked for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.following import confirming
from app.newsletter.models import Subscription


class NoSuchSubscriber(LookupError):
    """There is no such subscription, or its address was forgotten already."""


def unsubscribe(session: Session, editor: Identity, subscription_id: int) -> None:
    """Raises NoSuchSubscriber."""
    follow = _known(session, subscription_id).follow
    assert follow is not None
    confirming.stop(session, follow)
    record(session, actor=editor.actor, verb="unsubscribe", subject=f"subscription:{subscription_id}")


def erase(session: Session, editor: Identity, subscription_id: int) -> None:
    """Drops the address and all that it follows; a keyed hash stays, so that no import brings it back.

    Raises NoSuchSubscriber.
    """
    follow = _known(session, subscription_id).follow
    assert follow is not None
    confirming.erase(session, follow.subscriber)
    record(session, actor=editor.actor, verb="erase subscriber", subject=f"subscription:{subscription_id}")


def _known(session: Session, subscription_id: int) -> Subscription:
    found = session.get(Subscription, subscription_id)
    if found is None or found.email is None:
        raise NoSuchSubscriber(subscription_id)
    return found
