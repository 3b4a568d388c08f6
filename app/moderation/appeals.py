"""A reader's appeal against a rejection, and an editor's answer to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.comments.models import Comment, Status
from app.core import clock
from app.moderation import decisions
from app.moderation.decisions import NoSuchComment, Overtaken, ReasonMissing, last_decision, locked, seen_as
from app.moderation.events import AppealDecided, appeal_decided
from app.moderation.models import Appeal, Decision, Outcome
from app.site.models import Site

APPEAL_LIMIT = 2_000
"""Characters in an appeal."""

APPEALABLE = {Status.REJECTED, Status.SPAM}


class NotAppealable(Exception):
    """No rejection by an editor stands, the time for an appeal is over, or there has been one."""


def closes_at(decision: Decision, site: Site) -> datetime:
    """Until when the author may appeal that decision."""
    return decision.at + timedelta(days=site.appeal_days)


def appealable(session: Session, comment: Comment, site: Site) -> Decision | None:
    """The decision that the comment's author may appeal now."""
    decision = last_decision(session, comment.id)
    if decision is None or decision.to_status is not comment.status or comment.status not in APPEALABLE:
        return None
    if comment.erased_at is not None or clock.now() >= closes_at(decision, site):
        return None
    return None if appeal_of(session, comment.id) else decision


def appeal_of(session: Session, comment_id: int) -> Appeal | None:
    return session.scalar(sa.select(Appeal).where(Appeal.comment_id == comment_id))


def appeal(session: Session, comment: Comment, site: Site, text: str) -> Appeal:
    """Writes the appeal of a comment that is `locked`. The same words sent twice are one. Raises NotAppealable."""
    earlier = appeal_of(session, comment.id)
    if earlier is not None and earlier.text == text:
        return earlier
    decision = appealable(session, comment, site)
    if decision is None:
        raise NotAppealable
    written = Appeal(comment_id=comment.id, decision_id=decision.id, text=text, created_at=clock.now())
    session.add(written)
    return written


def end(session: Session, comment: Comment) -> None:
    """Ends an appeal that waits, since its author takes the comment back; no editor has answered it."""
    waits = (Appeal.comment_id == comment.id, Appeal.outcome.is_(None))
    session.execute(sa.update(Appeal).where(*waits).values(outcome=Outcome.WITHDRAWN, decided_at=clock.now()))


def decide(session: Session, editor: Identity, appeal_id: int, outcome: Outcome, reason: str, *, seen: str) -> Appeal:
    """Answers an appeal; upheld, it publishes the comment. The first decision stays on record either way.

    `seen` is what `seen_as` said of the comment that the editor was shown; the reason is for the author to read.
    Raises NoSuchComment, Overtaken if it has been answered or the comment reads otherwise by now, or ReasonMissing.
    """
    comment_id = session.scalar(sa.select(Appeal.comment_id).where(Appeal.id == appeal_id))
    if comment_id is None:
        raise NoSuchComment(appeal_id)
    comment = locked(session, comment_id)
    answered = session.get_one(Appeal, appeal_id, populate_existing=True)
    if answered.outcome is not None or seen_as(comment) != seen:
        raise Overtaken(comment.id)
    if not reason.strip():
        raise ReasonMissing(outcome)
    answered.outcome = outcome
    answered.reason = reason.strip()
    answered.editor_id = editor.editor_id
    answered.decided_at = clock.now()
    record(session, actor=editor.actor, verb=f"appeal {outcome}", subject=f"comment:{comment.id}")
    if outcome is Outcome.UPHELD:
        published = decisions.decide(session, editor, comment.id, "publish", seen)
        # The very time of the decision, by which an undo finds what it has to take back.
        answered.decided_at = comment.cleared_at = published.at
    appeal_decided.send(AppealDecided(session, comment, answered))
    return answered
