"""Deciding on a comment, and taking a decision back: status, decision and audit row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.comments import status
from app.comments.models import Comment, Status
from app.comments.submitting import reply_as_editor
from app.core import clock
from app.moderation.models import Decision

VERBS: dict[str, Status] = {"publish": Status.PUBLISHED, "reject": Status.REJECTED, "spam": Status.SPAM}


class NoSuchComment(LookupError):
    """It was never there, or is no longer."""


@dataclass
class Overtaken(Exception):
    """The comment no longer stands where the editor saw it: someone has decided in the meantime."""

    comment_id: int


def decide(session: Session, editor: Identity, comment_id: int, verb: str, seen: str) -> Comment:
    """Moves a comment. `seen` is the status that the editor was shown.

    Raises NoSuchComment, or Overtaken when it stands elsewhere by now.
    """
    comment = _locked(session, comment_id)
    to = VERBS[verb]
    if comment.status.value != seen or to not in status.TRANSITIONS[comment.status]:
        raise Overtaken(comment_id)
    session.add(
        Decision(
            comment_id=comment.id,
            editor_id=editor.editor_id,
            from_status=comment.status,
            to_status=to,
            at=clock.now(),
        )
    )
    status.change(session, comment, to, by_person=True)
    record(session, actor=editor.actor, verb=verb, subject=f"comment:{comment.id}")
    return comment


def undo(session: Session, editor: Identity, comment_id: int) -> Comment:
    """Takes the last decision back; the comment stands again where it stood before.

    Raises NoSuchComment, or Overtaken when there is nothing to take back.
    """
    comment = _locked(session, comment_id)
    decision = last_decision(session, comment_id)
    if decision is None or decision.to_status is not comment.status:
        raise Overtaken(comment_id)
    decision.undone_at = clock.now()
    earlier = last_decision(session, comment_id, before=decision.id)
    status.change(session, comment, decision.from_status, by_person=earlier is not None)
    record(session, actor=editor.actor, verb="undo", subject=f"comment:{comment.id}", detail=decision.to_status)
    return comment


def reply(session: Session, editor: Identity, comment_id: int, text: str, html: str) -> Comment:
    """Publishes the editor's reply, and the comment itself if it was still waiting.

    Raises NoSuchComment, or Overtaken when the comment was rejected or is spam.
    """
    parent = _locked(session, comment_id)
    if parent.status is Status.PENDING:
        decide(session, editor, comment_id, "publish", Status.PENDING)
    elif parent.status is not Status.PUBLISHED:
        raise Overtaken(comment_id)
    answer = reply_as_editor(session, parent, editor_id=editor.editor_id, name=editor.name, text=text, html=html)
    record(session, actor=editor.actor, verb="reply", subject=f"comment:{answer.id}")
    return answer


def last_decision(session: Session, comment_id: int, before: int | None = None) -> Decision | None:
    """The newest decision on a comment that stands; with `before`, the newest older than that one."""
    query = sa.select(Decision).where(Decision.comment_id == comment_id, Decision.undone_at.is_(None))
    if before is not None:
        query = query.where(Decision.id < before)
    return session.scalar(query.order_by(Decision.id.desc()).limit(1))


def _locked(session: Session, comment_id: int) -> Comment:
    comment = session.scalar(sa.select(Comment).where(Comment.id == comment_id).with_for_update())
    if comment is None:
        raise NoSuchComment(comment_id)
    return comment
