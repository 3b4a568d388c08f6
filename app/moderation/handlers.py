"""What the desk does when a comment comes in."""

from __future__ import annotations

from app.comments import status
from app.comments.events import CommentSubmitted
from app.comments.models import Status

TRAP = "trap"
"""What `Comment.held_because` says when the field that people leave empty was filled."""


def screen(event: CommentSubmitted) -> None:
    """Puts into the spam tab what only a machine would have sent. An editor has the last word there, too."""
    if event.trap_filled:
        with event.session.begin_nested():
            event.comment.held_because = TRAP
            status.change(event.session, event.comment, Status.SPAM, by_person=False)
