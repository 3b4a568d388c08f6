"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.comments.models import Comment


@dataclass(frozen=True)
class CommentSubmitted:
    """A reader's comment has been written, as pending, in the session's transaction, which has yet to commit."""

    session: Session
    comment: Comment
    trap_filled: bool


comment_submitted = Signal("comment submitted; sends a CommentSubmitted")
