"""The author's new text: of a comment that was returned, or of one that was sent a short time ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.comments import status
from app.comments.editing import replace_text
from app.comments.models import Comment, Status
from app.core import clock
from app.moderation import edits, screening
from app.moderation.decisions import last_decision
from app.site.models import Site


class Unchanged(ValueError):
    """The new text is the old one."""


class NotEditable(Exception):
    """An editor has decided in the meantime, or the time for it is over."""


class ChangedMeanwhile(Exception):
    """It has another text than the one that was to be changed."""


def editable_until(site: Site, comment: Comment) -> datetime:
    """When the time ends in which a comment can be changed that was not returned."""
    return comment.created_at + timedelta(minutes=site.edit_minutes)


def is_editable(session: Session, comment: Comment, site: Site) -> bool:
    """Whether its author may send another text now.

    What readers have reported is read as it was reported; what an editor has taken down is appealed, not changed.
    """
    if comment.status is Status.RETURNED:
        return True
    if clock.now() >= editable_until(site, comment):
        return False
    if comment.status is Status.SPAM:
        # Only a machine takes it for spam; to its author it waits.
        return last_decision(session, comment.id) is None
    if comment.status is Status.PENDING:
        return comment.report_rank is None
    return comment.status is Status.PUBLISHED


def revise(session: Session, comment: Comment, site: Site, *, text: str, html: str, seen: int | None = None) -> None:
    """Takes another text for a comment that is locked: in place of the one that waits or was returned, or, if it is
    published, beside that, as `edits.propose` does.

    `seen` is the version that the author was shown. The same text sent twice is one. Raises Unchanged, NotEditable or
    ChangedMeanwhile.
    """
    if comment.status is not Status.RETURNED and text == _newest(session, comment):
        return
    if not is_editable(session, comment, site):
        raise NotEditable
    if seen not in {None, comment.version}:
        raise ChangedMeanwhile
    if comment.status is Status.PUBLISHED:
        if text == comment.source:
            edits.drop_waiting(session, comment)
        else:
            edits.propose(session, comment, text=text, html=html)
        return
    if text == comment.source:
        raise Unchanged
    edits.drop_waiting(session, comment)
    replace_text(session, comment, text=text, html=html)
    if comment.status is not Status.PENDING:
        status.change(session, comment, Status.PENDING, by_person=False, since=comment.created_at)
    screening.screen(session, comment)


def _newest(session: Session, comment: Comment) -> str:
    """The last text that its author sent and that was not refused."""
    edit = edits.last_edit(session, comment.id) if comment.status is Status.PUBLISHED else None
    return edit.source if edit is not None and edit.outcome is None else comment.source
