"""What those who follow a comment hear of an editor's decision."""

from __future__ import annotations

from app.core.db import db
from app.following.events import FollowConfirmed
from app.mail.letters import Letter
from app.moderation.events import AppealDecided, CommentDecided
from app.receipts.telling import letter_about, tell_followers, tell_later


def tell(event: CommentDecided | AppealDecided) -> None:
    tell_followers(event.session, event.comment)


def tell_who_confirmed(event: FollowConfirmed) -> None:
    """What was decided before is news to one who confirms after it."""
    tell_later(event.session, event.follow)


def may_still_leave(letter: Letter) -> bool:
    """Whether the decision that a letter is about still stands, and its reader has not stopped."""
    if "decision" not in letter.about:
        return True
    current = letter_about(db.session(), letter.about["follow"], letter.about["decision"])
    db.session.rollback()
    return current is not None
