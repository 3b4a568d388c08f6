"""Answering the text that is to take the place of a published comment's own, and taking the answer back."""

from __future__ import annotations

from flask import abort, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.web import Permission, requires
from app.moderation import decisions, edits
from app.moderation.admin import answers, blueprint
from app.moderation.admin.overtaken import conflict
from app.moderation.admin.reasons import ReasonWanting, asked_reason, asked_verb, choice_page, wanting


@blueprint.post("/comments/<id:comment_id>/new-text")
@requires(Permission.MODERATE)
def decide_edit(comment_id: int) -> BaseResponse:
    verb = asked_verb() if request.values.get("decision") in edits.VERBS else abort(400)
    seen = request.form.get("seen", "")
    try:
        reason = asked_reason(verb)
        with transaction() as session:
            edits.decide(session, logged_in(), comment_id, verb, seen, reason=reason)
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id, seen)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        action = url_for("moderation.decide_edit", comment_id=comment_id)
        return choice_page(verb, wanting(verb, error), [("seen", seen)], action)
    sentences = {
        "publish": _("The new text is published."),
        "reject": _("The new text is refused; the present one stays."),
        "spam": _("The new text is refused as advertising; the present one stays."),
    }
    if answers.is_in_place():
        answered = edits.last_edit(db.session(), comment_id)
        return answers.in_its_place(comment_id, sentences[verb], is_done=True, answered=answered)
    answers.notice(sentences[verb], edit_of=comment_id)
    return answers.go_back()


@blueprint.post("/comments/<id:comment_id>/new-text/undo")
@requires(Permission.MODERATE)
def undo_edit(comment_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            edits.undo(session, logged_in(), comment_id)
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id, request.form.get("seen", ""))
    sentence = _("Undone: the new text waits again.")
    if answers.is_in_place():
        return answers.in_its_place(comment_id, sentence)
    answers.notice(sentence)
    return answers.go_back()
