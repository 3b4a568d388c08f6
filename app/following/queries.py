"""Reading who follows what."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.queries import Listing, newest
from app.core.tokens import token_hash
from app.following.models import Follow, FollowKind, Subscriber

OFFERED = 20
"""Articles, the newest first, whose threads can be followed from an address's own page."""


def follow_of_token(session: Session, token: str, *, to_change: bool = False) -> Follow | None:
    """What a letter's link stops. Who means `to_change` it waits for another who changes anything of its address."""
    its = sa.select(Follow).where(Follow.token_hash == token_hash(token))
    if to_change:
        address = its.join(Subscriber).with_only_columns(Subscriber.id)
        session.execute(address.with_for_update(of=Subscriber, key_share=True))
    return session.scalar(its)


def follows_of(session: Session, comment_id: int) -> Sequence[Follow]:
    """All that was asked for from a comment's receipt, confirmed or not."""
    query = sa.select(Follow).where(Follow.comment_id == comment_id, Follow.stopped_at.is_(None))
    return session.scalars(query.order_by(Follow.id)).all()


def subscriber_of_token(
    session: Session, subscriber_id: int, token: str, *, to_change: bool = False
) -> Subscriber | None:
    """The address whose private page this is. `to_change` is as above."""
    lock = {"key_share": True} if to_change else None
    found = session.get(Subscriber, subscriber_id, populate_existing=to_change, with_for_update=lock)
    return found if found is not None and compare_digest(found.token, token) else None


def threads_to_follow(session: Session, subscriber: Subscriber) -> list[Listing]:
    """The newest articles whose threads the address does not follow yet."""
    followed = {one.article_id for one in subscriber.follows if one.kind is FollowKind.THREAD and one.confirmed_at}
    return [one for one in newest(session, OFFERED) if one.comments != "off" and one.id not in followed]
