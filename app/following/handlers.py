"""What is done about those who follow when a comment is published, and when a letter to them is about to leave."""

from __future__ import annotations

from app.comments.events import CommentPublished
from app.core.db import db, transaction
from app.following import announcing, telling
from app.mail.letters import Letter
from app.mail.posting import post


def announce(event: CommentPublished) -> None:
    announcing.announce_later(event.session, event.comment)


def may_still_leave(letter: Letter) -> bool:
    """Whether all that a letter tells can still be read. Otherwise one with the rest, if any, takes its place."""
    if "comments" not in letter.about:
        return True
    current = telling.renewed(db.session(), letter)
    db.session.rollback()
    if current is not None and current.text == letter.text:
        return True
    with transaction() as session:
        current = telling.renewed(session, letter)
        if current is not None:
            post(session, current)
    return False
