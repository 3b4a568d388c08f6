"""What the desk does when a comment comes in, and when an editor's access ends."""

from __future__ import annotations

from app.accounts.events import AccessEnded
from app.comments.events import CommentArriving, CommentSubmitted
from app.moderation import links, screening


def look(event: CommentArriving) -> None:
    event.seen = screening.look(event.session, event.comment, trap_filled=event.trap_filled)


def screen(event: CommentSubmitted) -> None:
    seen = event.seen if isinstance(event.seen, screening.Seen) else None
    screening.screen(event.session, event.comment, trap_filled=event.trap_filled, seen=seen)


def end_links(event: AccessEnded) -> None:
    links.end_all(event.session, event.editor.id)
