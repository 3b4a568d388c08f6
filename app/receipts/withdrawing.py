"""Taking a comment back, which its author can do at any time and for good."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.crediting import credit
from app.audit.recording import record
from app.comments import reporting, status
from app.comments.models import Comment, Status
from app.following.models import Follow
from app.moderation import appeals


def withdraw(session: Session, comment: Comment) -> None:
    """Takes a comment that is locked off the page, and ends what waits for it. Done again, it changes nothing.

    Its words are kept as those of what was rejected are.
    """
    if comment.status is Status.WITHDRAWN:
        return
    reporting.end(session, comment)
    appeals.end(session, comment)
    status.change(session, comment, Status.WITHDRAWN, by_person=False)
    session.execute(sa.delete(Follow).where(Follow.comment_id == comment.id))
    credit(session, comment.id, None)
    record(session, actor="reader", verb="withdraw", subject=f"comment:{comment.id}")
