"""What the desk does when a comment comes in."""

from __future__ import annotations

from app.comments.events import CommentSubmitted
from app.moderation import screening
from app.moderation.phases import Context


def screen(event: CommentSubmitted) -> None:
    """Screens what came in. If that fails, the comment waits for an editor as if nothing had been found."""
    comment = event.comment
    context = Context(comment.source, comment.html, comment.author, event.trap_filled)
    with event.session.begin_nested():
        screening.screen(event.session, comment, context)
