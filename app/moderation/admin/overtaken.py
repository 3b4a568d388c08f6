"""What an editor is told who decided on a comment that had moved in the meantime."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask_babel import format_datetime
from flask_babel import gettext as _

from app.comments.models import Status
from app.core.db import db
from app.moderation.admin import answers
from app.moderation.rows import DecisionMade, QueueRow


def conflict(comment_id: int, seen: str = "") -> Response:
    """What has become of a comment that an editor decided on too late, with what can still be done.

    `seen` is how the form said that it stood; an undo's says nothing of that.
    """
    db.session.rollback()
    row = answers.row_of(comment_id)
    warning = _overtaken(row, seen)
    if answers.is_in_place():
        return answers.in_its_place(comment_id, warning, 409, warning=warning)
    page = render_template("moderation/conflict.html", row=row, warning=warning, desk=answers.the_desk())
    return make_response(page, 409)


def _overtaken(row: QueueRow, seen: str) -> str:
    if row.comment.status is Status.WITHDRAWN or row.comment.erased_at is not None or row.edit is not None:
        return _moved_by_its_author(row)
    if seen and seen.rpartition(".")[2] != row.seen.rpartition(".")[2]:
        return str(_("It has another text by now. Decide on this one?"))
    if row.is_appealed:
        return str(_("Its author has appealed in the meantime. Answer the appeal."))
    if row.comment.status is Status.PENDING and row.reports:
        return str(_("Readers have reported it in the meantime, and it waits again. Decide anew?"))
    if row.decision is None:
        return str(_("A decision on this was undone in the meantime. Decide anew?"))
    return str(_("%(decision)s Change that decision?", decision=_done_by(row.decision)))


def _moved_by_its_author(row: QueueRow) -> str:
    if row.comment.status is Status.WITHDRAWN:
        return str(_("Its author has withdrawn it in the meantime. There is nothing to decide."))
    if row.comment.erased_at is not None:
        return str(_("Its text has been erased in the meantime."))
    return str(_("Its author has sent a new text, or another editor has changed it. Decide on what is here now?"))


def _done_by(decision: DecisionMade) -> str:
    name, date = decision.editor_name, format_datetime(decision.at, "d MMMM y, HH:mm")
    sentences: dict[Status, str] = {
        Status.PUBLISHED: _("%(name)s published this on %(date)s.", name=name, date=date),
        Status.REJECTED: _("%(name)s rejected this on %(date)s.", name=name, date=date),
        Status.SPAM: _("%(name)s put this with the spam on %(date)s.", name=name, date=date),
        Status.RETURNED: _("%(name)s returned this to its author on %(date)s.", name=name, date=date),
    }
    return sentences[decision.verb]
