"""Deciding on a comment, and taking a decision back: status, decision and audit row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.comments import reporting, status
from app.comments.models import Comment, Status
from app.comments.submitting import reply_as_editor
from app.core import clock
from app.moderation.events import CommentDecided, comment_decided
from app.moderation.models import Decision
from app.site.models import HouseRule

VERBS: dict[str, Status] = {
    "publish": Status.PUBLISHED,
    "reject": Status.REJECTED,
    "spam": Status.SPAM,
    "return": Status.RETURNED,
}


class NoSuchComment(LookupError):
    """It was never there, or is no longer."""


class ReasonMissing(ValueError):
    """A rejection names a house rule, and a return says in a note what to change."""


@dataclass
class Overtaken(Exception):
    """The comment no longer stands as the editor saw it: someone has decided, or its author has written, since."""

    comment_id: int


@dataclass(frozen=True)
class Reason:
    """Why, for the author to read: a house rule, a note, or both."""

    rule_id: int | None = None
    note: str = ""


NO_REASON = Reason()


def decide(
    session: Session, editor: Identity, comment_id: int, verb: str, seen: str, *, reason: Reason = NO_REASON
) -> Comment:
    """Moves a comment. `seen` is what `seen_as` said of the comment that the editor was shown.

    Raises NoSuchComment, ReasonMissing, or Overtaken when it stands elsewhere, or has another text, by now.
    """
    comment = locked(session, comment_id)
    to = VERBS[verb]
    if seen_as(comment) != seen or to not in status.TRANSITIONS[comment.status]:
        raise Overtaken(comment_id)
    rule = _rule(session, reason)
    if (to is Status.REJECTED and rule is None) or (to is Status.RETURNED and not reason.note):
        raise ReasonMissing(verb)
    decision = Decision(
        comment_id=comment.id,
        editor_id=editor.editor_id,
        from_status=comment.status,
        to_status=to,
        comment_version=comment.version,
        rule_id=rule.id if rule else None,
        rule_number=rule.number if rule else None,
        rule_title=rule.title if rule else None,
        note=reason.note or None,
        at=clock.now(),
    )
    session.add(decision)
    status.change(session, comment, to, by_person=True)
    reporting.settle(session, comment, kept=to is Status.PUBLISHED)
    detail = f"rule {rule.number}" if rule else ""
    record(session, actor=editor.actor, verb=verb, subject=f"comment:{comment.id}", detail=detail)
    comment_decided.send(CommentDecided(session, comment, decision))
    return comment


def undo(session: Session, editor: Identity, comment_id: int) -> Comment:
    """Takes the last decision back; the comment stands again where it stood before.

    Raises NoSuchComment, or Overtaken when there is nothing to take back.
    """
    comment = locked(session, comment_id)
    decision = last_decision(session, comment_id)
    if decision is None or decision.to_status is not comment.status:
        raise Overtaken(comment_id)
    decision.undone_at = clock.now()
    earlier = last_decision(session, comment_id, before=decision.id)
    reporting.reopen(session, comment)
    status.change(session, comment, decision.from_status, by_person=earlier is not None)
    record(session, actor=editor.actor, verb="undo", subject=f"comment:{comment.id}", detail=decision.to_status)
    return comment


def reply(session: Session, editor: Identity, comment_id: int, text: str, html: str) -> Comment:
    """Publishes the editor's reply, and the comment itself if it was still waiting.

    Raises NoSuchComment, or Overtaken when the comment was rejected or is spam.
    """
    parent = locked(session, comment_id)
    if parent.status is Status.PENDING:
        decide(session, editor, comment_id, "publish", seen_as(parent))
    elif parent.status is not Status.PUBLISHED:
        raise Overtaken(comment_id)
    answer = reply_as_editor(session, parent, editor_id=editor.editor_id, name=editor.name, text=text, html=html)
    record(session, actor=editor.actor, verb="reply", subject=f"comment:{answer.id}")
    return answer


def seen_as(comment: Comment) -> str:
    """What a form at the desk holds to say which state and which text of a comment it showed."""
    return f"{comment.status}.{comment.version}"


def last_decision(session: Session, comment_id: int, before: int | None = None) -> Decision | None:
    """The newest decision on a comment that stands; with `before`, the newest older than that one."""
    query = sa.select(Decision).where(Decision.comment_id == comment_id, Decision.undone_at.is_(None))
    if before is not None:
        query = query.where(Decision.id < before)
    return session.scalar(query.order_by(Decision.id.desc()).limit(1))


def locked(session: Session, comment_id: int) -> Comment:
    """The comment, which no other transaction changes until this one ends. Raises NoSuchComment."""
    comment = session.scalar(sa.select(Comment).where(Comment.id == comment_id).with_for_update())
    if comment is None:
        raise NoSuchComment(comment_id)
    return comment


def _rule(session: Session, reason: Reason) -> HouseRule | None:
    rule = session.get(HouseRule, reason.rule_id) if reason.rule_id else None
    return rule if rule and rule.retired_at is None else None
