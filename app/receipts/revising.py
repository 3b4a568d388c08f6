"""The author's new text for a comment that an editor has returned."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.comments import status
from app.comments.editing import replace_text
from app.comments.models import Comment, Status
from app.moderation import screening


class Unchanged(ValueError):
    """The new text is the old one."""


class NotReturned(Exception):
    """It is not, or no longer, with its author: an editor has decided in the meantime."""


def revise(session: Session, comment: Comment, *, text: str, html: str) -> None:
    """Puts the text in the place of the one that was returned, and the comment back before an editor.

    The same text sent twice is one. Raises NotReturned or Unchanged.
    """
    if comment.status is not Status.RETURNED:
        if comment.status is Status.PENDING and comment.source == text:
            return
        raise NotReturned
    if comment.source == text:
        raise Unchanged
    replace_text(session, comment, text=text, html=html)
    status.change(session, comment, Status.PENDING, by_person=False)
    screening.screen(session, comment)
