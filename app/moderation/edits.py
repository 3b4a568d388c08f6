"""An author's other text for a published comment, and an editor's answer to it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.comments.editing import put_back, replace_text
from app.comments.models import PICKS, Comment, EditOutcome, ProposedEdit, Status
from app.core import clock
from app.core.markup import RULES_VERSION
from app.core.revisions import bump
from app.moderation import decisions, screening
from app.moderation.decisions import NO_REASON, Overtaken, Reason, edit_seen_as

VERBS: dict[str, EditOutcome] = {
    # The verbs of `decisions`, so that the same keys answer both.
    "publish": EditOutcome.ACCEPTED,
    "reject": EditOutcome.REFUSED,
    "spam": EditOutcome.SPAM,
}


def last_edit(session: Session, comment_id: int) -> ProposedEdit | None:
    """The newest text that was proposed for a comment; no other one waits."""
    newest = sa.select(ProposedEdit).where(ProposedEdit.comment_id == comment_id).order_by(ProposedEdit.id.desc())
    return session.scalar(newest.limit(1))


def propose(session: Session, comment: Comment, *, text: str, html: str) -> ProposedEdit:
    """Has another text for a published comment, which is locked, screened; it takes the place of one that waits.

    If the policy publishes it, it is the comment's text at once. Otherwise readers see the one that was approved.
    """
    drop_waiting(session, comment)
    edit = ProposedEdit(comment_id=comment.id, source=text, html=html, markup_version=RULES_VERSION)
    edit.created_at = clock.now()
    is_published = screening.screen_edit(session, comment, edit)
    session.add(edit)
    if is_published:
        _accept(session, comment, edit)
    return edit


def drop_waiting(session: Session, comment: Comment) -> None:
    """Forgets the text that waits, since its author has sent another."""
    waits = (ProposedEdit.comment_id == comment.id, ProposedEdit.outcome.is_(None))
    session.execute(sa.delete(ProposedEdit).where(*waits))


def decide(
    session: Session, editor: Identity, comment_id: int, verb: str, seen: str, *, reason: Reason = NO_REASON
) -> Comment:
    """Makes the text that waits the comment's, or refuses it. `seen` is what `edit_seen_as` said of both texts.

    Raises NoSuchComment, ReasonMissing as for a rejection, or Overtaken when the comment is no longer published, when
    either text is another by now, or when another editor has answered.
    """
    comment = decisions.locked(session, comment_id)
    edit = last_edit(session, comment_id)
    if edit is None or edit.outcome is not None or comment.status is not Status.PUBLISHED:
        raise Overtaken(comment_id)
    if edit_seen_as(comment, edit) != seen:
        raise Overtaken(comment_id)
    rule = decisions.require_reason(session, verb, reason)
    edit.editor_id = editor.editor_id
    if verb == "publish":
        _accept(session, comment, edit)
    else:
        edit.outcome, edit.decided_at = VERBS[verb], clock.now()
        edit.note = reason.note or None
        if rule is not None:
            edit.rule_number, edit.rule_title = rule.number, rule.title
    detail = f"rule {rule.number}" if rule else ""
    record(session, actor=editor.actor, verb=f"{verb} edit", subject=f"comment:{comment_id}", detail=detail)
    return comment


def undo(session: Session, editor: Identity, comment_id: int) -> Comment:
    """Takes the answer back; the text waits again, and readers see what they saw before.

    Raises NoSuchComment, or Overtaken when there is no editor's answer to take back, when the comment is no longer
    published, or has another text by now.
    """
    comment = decisions.locked(session, comment_id)
    edit = last_edit(session, comment_id)
    if edit is None or not can_undo(comment, edit):
        raise Overtaken(comment_id)
    if edit.outcome is EditOutcome.ACCEPTED:
        _show_again(session, comment, edit)
    edit.outcome = edit.decided_at = edit.editor_id = edit.became_version = None
    edit.rule_number = edit.rule_title = edit.note = None
    record(session, actor=editor.actor, verb="undo edit", subject=f"comment:{comment_id}")
    return comment


def can_undo(comment: Comment, edit: ProposedEdit) -> bool:
    """Whether an editor's answer can be taken back."""
    if edit.editor_id is None or comment.status is not Status.PUBLISHED:
        return False
    return edit.outcome is not EditOutcome.ACCEPTED or edit.became_version == comment.version


def _accept(session: Session, comment: Comment, edit: ProposedEdit) -> None:
    replace_text(session, comment, text=edit.source, html=edit.html)
    comment.revised_at = edit.decided_at = clock.now()
    screening.take_over(session, comment, edit)
    edit.outcome, edit.became_version = EditOutcome.ACCEPTED, comment.version
    if comment.featured_at is not None:
        bump(session, PICKS)


def _show_again(session: Session, comment: Comment, edit: ProposedEdit) -> None:
    put_back(session, comment)
    earlier = sa.select(sa.func.max(ProposedEdit.decided_at)).where(
        ProposedEdit.comment_id == comment.id,
        ProposedEdit.outcome == EditOutcome.ACCEPTED,
        ProposedEdit.id != edit.id,
    )
    comment.revised_at = session.scalar(earlier)
    if comment.featured_at is not None:
        bump(session, PICKS)
