"""All that is kept of an address, as plain values for a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article
from app.core.web import absolute
from app.following.events import AddressDownloaded, address_downloaded
from app.following.models import Follow, Subscriber


def download_of(session: Session, subscriber: Subscriber) -> dict[str, Any]:
    """Times are in UTC."""
    ids = {one.article_id for one in subscriber.follows}
    articles = {row.id: row for row in session.scalars(sa.select(Article).where(Article.id.in_(ids)))}
    kept: dict[str, Any] = {
        "email": subscriber.email,
        "first_asked_at": as_text(subscriber.created_at),
        "confirmed_at": as_text(subscriber.confirmed_at),
        "asked_to_confirm_at": as_text(subscriber.letters_since),
        "follows": [_follow(one, articles.get(one.article_id or 0)) for one in subscriber.follows],
    }
    for _receiver, more in address_downloaded.send(AddressDownloaded(session, subscriber)):
        kept |= more
    return kept


def as_text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _follow(follow: Follow, article: Article | None) -> dict[str, Any]:
    return {
        "what": follow.kind,
        "article": {"title": article.title, "url": absolute(article.url)} if article else None,
        "comment": follow.comment_id,
        "asked_at": as_text(follow.created_at),
        "confirmed_at": as_text(follow.confirmed_at),
        "stopped_at": as_text(follow.stopped_at),
        "last_letter_at": as_text(follow.told_at),
        "network_address": "kept as a keyed hash" if follow.sender_hash else "not kept",
    }
