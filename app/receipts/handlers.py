"""What those who follow a comment hear of an editor's decision."""

from __future__ import annotations

from app.following.events import FollowConfirmed
from app.moderation.events import AppealDecided, CommentDecided
from app.receipts.telling import tell_followers, tell_later


def tell(event: CommentDecided | AppealDecided) -> None:
    tell_followers(event.session, event.comment)


def tell_who_confirmed(event: FollowConfirmed) -> None:
    """What was decided before is news to one who confirms after it."""
    tell_later(event.session, event.follow)
