"""Deciding on a comment, and taking a decision back: status, decision and audit row in one transaction."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.comments import reporting, status
from app.comments.models import Comment, ProposedEdit, Status
from app.comments.submitting import reply_as_editor
from app.core import clock
from app.core.errors import UNAVAILABLE
from app.moderation.events import CommentDecided, comment_decided
from app.moderation.models import Appeal, Decision, Outcome
from app.moderation.teaching import teach
from app.site.models import HouseRule

_log = logging.getLogger(__name__)

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


class AppealOpen(Overtaken):
    """Its author has appealed: an answer to the appeal alone moves it, so that the author gets one, with its reason."""


@dataclass(frozen=True)
class Reason:
    """Why, for the author to read: a house rule, a note, or both."""

    rule_id: int | None = None
    note: str = ""


NO_REASON = Reason()


def decide(
    session: Session,
    editor: Identity,
    comment_id: int,
    verb: str,
    seen: str,
    *,
    reason: Reason = NO_REASON,
    way: str = "",
) -> Decision:
    """Moves a comment. `seen` is what `seen_as` said of the comment that the editor was shown.

    `way` is for the record: how it was decided if not at the desk.

    Raises NoSuchComment, ReasonMissing, or Overtaken when it stands elsewhere, or has another text, by now; when it has
    been erased; or (AppealOpen) when its author has appealed.
    """
    comment = locked(session, comment_id)
    to = VERBS[verb]
    if seen_as(comment) != seen or to not in status.TRANSITIONS[comment.status]:
        raise Overtaken(comment_id)
    _refuse_if_bound(session, comment)
    rule = require_reason(session, verb, reason)
    decision = _decision(editor, comment, to, rule, reason.note)
    session.add(decision)
    status.change(session, comment, to, by_person=True)
    reporting.settle(session, comment, kept=to is Status.PUBLISHED, at=decision.at)
    detail = ", ".join(part for part in (f"rule {rule.number}" if rule else "", way) if part)
    record(session, actor=editor.actor, verb=verb, subject=f"comment:{comment.id}", detail=detail)
    _teach(session, comment)
    comment_decided.send(CommentDecided(session, comment, decision))
    return decision


def undo(session: Session, editor: Identity, decision_id: int) -> Comment:
    """Takes that decision back; the comment stands again where it stood before.

    Raises NoSuchComment, or Overtaken when it is not the last one that stands, so that no editor takes back what
    another has decided since; or (AppealOpen) its author has appealed.
    """
    comment_id = session.scalar(sa.select(Decision.comment_id).where(Decision.id == decision_id))
    if comment_id is None:
        raise NoSuchComment
    comment = locked(session, comment_id)
    decision = last_decision(session, comment_id)
    if decision is None or decision.id != decision_id or decision.to_status is not comment.status:
        raise Overtaken(comment_id)
    _refuse_if_bound(session, comment)
    decision.undone_at = clock.now()
    earlier = last_decision(session, comment_id, before=decision.id)
    reporting.reopen(session, comment, decision.at)
    _reopen_appeal(session, decision)
    # What waits again takes its old place in the queue.
    since = comment.created_at if decision.from_status is Status.PENDING else None
    status.change(session, comment, decision.from_status, by_person=earlier is not None, since=since)
    record(session, actor=editor.actor, verb="undo", subject=f"comment:{comment.id}", detail=decision.to_status)
    _teach(session, comment)
    return comment


def keep(session: Session, editor: Identity, comment_id: int, seen: str, *, way: str = "") -> Decision | None:
    """Settles the reports on a comment as unfounded, and publishes it, by a decision, if they had held it.

    `way` is as in `decide`.

    Raises NoSuchComment, or Overtaken as `decide` does, or when no report is open any more.
    """
    comment = locked(session, comment_id)
    if seen_as(comment) != seen or comment.report_rank is None:
        raise Overtaken(comment_id)
    if comment.status is not Status.PUBLISHED:
        return decide(session, editor, comment_id, "publish", seen, way=way)
    reporting.settle(session, comment, kept=True)
    record(session, actor=editor.actor, verb="keep", subject=f"comment:{comment.id}", detail=way)
    return None


def reply(session: Session, editor: Identity, comment_id: int, seen: str, *, text: str, html: str) -> Comment:
    """Publishes the editor's reply, and the comment itself if it was still waiting and stands as `seen`.

    Raises NoSuchComment, or Overtaken when it waits and stands otherwise by now, was rejected or is spam.
    """
    parent = locked(session, comment_id)
    if parent.status is Status.PENDING:
        decide(session, editor, comment_id, "publish", seen)
    elif parent.status is not Status.PUBLISHED:
        raise Overtaken(comment_id)
    answer = reply_as_editor(session, parent, editor_id=editor.editor_id, name=editor.name, text=text, html=html)
    record(session, actor=editor.actor, verb="reply", subject=f"comment:{answer.id}")
    return answer


def seen_as(comment: Comment) -> str:
    """What a form at the desk holds to say which state and which text of a comment it showed."""
    return f"{comment.status}.{comment.version}"


def edit_seen_as(comment: Comment, edit: ProposedEdit) -> str:
    """The same of a comment and of the text that is to take the place of its own."""
    return f"{seen_as(comment)}.{edit.id}"


def last_decision(session: Session, comment_id: int, before: int | None = None) -> Decision | None:
    """The newest decision on a comment that stands; with `before`, the newest older than that one."""
    query = sa.select(Decision).where(Decision.comment_id == comment_id, Decision.undone_at.is_(None))
    if before is not None:
        query = query.where(Decision.id < before)
    return session.scalar(query.order_by(Decision.id.desc()).limit(1))


def locked(session: Session, comment_id: int) -> Comment:
    """The comment, which no other transaction changes until this one ends. Raises NoSuchComment."""
    status.hold(session)
    comment = session.get(Comment, comment_id, populate_existing=True, with_for_update={"key_share": True})
    if comment is None:
        raise NoSuchComment(comment_id)
    return comment


def require_reason(session: Session, verb: str, reason: Reason) -> HouseRule | None:
    """The house rule that the reason names. Raises ReasonMissing when the verb needs more of a reason than there is."""
    rule = session.get(HouseRule, reason.rule_id) if reason.rule_id else None
    rule = rule if rule and rule.retired_at is None else None
    if (verb == "reject" and rule is None) or (verb == "return" and not reason.note):
        raise ReasonMissing(verb)
    return rule


def _decision(editor: Identity, comment: Comment, to: Status, rule: HouseRule | None, note: str) -> Decision:
    return Decision(
        comment_id=comment.id,
        editor_id=editor.editor_id,
        from_status=comment.status,
        to_status=to,
        comment_version=comment.version,
        rule_id=rule.id if rule else None,
        rule_number=rule.number if rule else None,
        rule_title=rule.title if rule else None,
        note=note or None,
        at=clock.now(),
    )


def _teach(session: Session, comment: Comment) -> None:
    """Tells the filter where the comment stands by an editor's hand. A fault of the filter's stops no decision."""
    stands = comment.status if comment.decided_at is not None else Status.PENDING
    try:
        with session.begin_nested():
            teach(session, comment, stands)
    except UNAVAILABLE:
        raise
    except Exception as error:
        # Without the error's own words, which may be the comment's.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        _log.error("the filter could not learn comment %s: %s at %s", comment.id, type(error).__name__, where)


def _refuse_if_bound(session: Session, comment: Comment) -> None:
    if comment.erased_at is not None:
        raise Overtaken(comment.id)
    open_appeal = sa.select(Appeal.id).where(Appeal.comment_id == comment.id, Appeal.outcome.is_(None))
    if session.scalar(open_appeal) is not None:
        raise AppealOpen(comment.id)


def _reopen_appeal(session: Session, decision: Decision) -> None:
    """The appeal that was upheld by a decision that is being undone waits for an answer again."""
    upheld_by_it = (
        Appeal.comment_id == decision.comment_id,
        Appeal.outcome == Outcome.UPHELD,
        Appeal.decided_at == decision.at,
    )
    session.execute(
        sa.update(Appeal).where(*upheld_by_it).values(outcome=None, reason=None, editor_id=None, decided_at=None)
    )
