"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.comments.models import Comment


@dataclass
class CommentArriving:
    """A reader's comment is about to be written, and nobody has to wait for it yet: what takes long is done now."""

    session: Session
    """It only reads."""
    comment: Comment
    """As it will be, with an id of 0; it is in no session."""
    trap_filled: bool
    seen: object = None
    """What the one who looked at it wants to find in CommentSubmitted."""


@dataclass(frozen=True)
class CommentSubmitted:
    """A reader's comment has been written, as pending, in the session's transaction, which has yet to commit."""

    session: Session
    comment: Comment
    trap_filled: bool
    seen: object = None


@dataclass(frozen=True)
class CommentPublished:
    """Readers see a comment from now on, whoever or whatever published it, once the session's transaction commits."""

    session: Session
    comment: Comment


comment_arriving = Signal("comment arriving; sends a CommentArriving")
comment_published = Signal("comment published; sends a CommentPublished")
comment_submitted = Signal("comment submitted; sends a CommentSubmitted")
