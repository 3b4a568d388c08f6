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


@dataclass(frozen=True)
class CommentPublished:
    """Readers see a comment from now on, whoever or whatever published it, once the session's transaction commits."""

    session: Session
    comment: Comment


comment_published = Signal("comment published; sends a CommentPublished")
comment_submitted = Signal("comment submitted; sends a CommentSubmitted")
