"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.moderation.models import Appeal, Decision


@dataclass(frozen=True)
class CommentDecided:
    """An editor has decided on a comment, in the session's transaction, which has yet to commit."""

    session: Session
    comment: Comment
    decision: Decision


comment_decided = Signal("comment decided; sends a CommentDecided")


@dataclass(frozen=True)
class AppealDecided:
    """An editor has answered an appeal, in the session's transaction, which has yet to commit."""

    session: Session
    comment: Comment
    appeal: Appeal


appeal_decided = Signal("appeal decided; sends an AppealDecided")
