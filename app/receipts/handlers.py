"""What those who follow a comment hear of an editor's decision."""

from __future__ import annotations

from app.moderation.events import AppealDecided, CommentDecided
from app.receipts.telling import tell_followers


def tell(event: CommentDecided | AppealDecided) -> None:
    tell_followers(event.session, event.comment)
