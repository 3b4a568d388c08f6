"""Deciding: on one comment or on those that are ticked, on reports and on appeals; and taking it back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime, format_decimal, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.comments.models import Status
from app.core.db import db, transaction
from app.core.markup import normalise
from app.core.web import Permission, as_id, requires
from app.moderation import appeals, bulk, decisions
from app.moderation.admin import answers, blueprint
from app.moderation.models import Appeal, Outcome
from app.moderation.queries import DecisionMade, QueueRow, dossier

NOTE_LIMIT = 1_000
"""Characters in a note or a reason to an author."""

AT_ONCE = 50
"""Comments that are decided on within one request, which takes a fifth of a second; more are worked off as a job."""


@dataclass(frozen=True)
class ReasonWanting(Exception):
    """What is wrong with the reason, in a sentence."""

    problem: str
    is_about_note: bool


@blueprint.post("/comments/<id:comment_id>/decide")
@requires(Permission.MODERATE)
def decide(comment_id: int) -> BaseResponse:
    verb = asked_verb()
    seen = request.form.get("seen", "")
    try:
        reason = asked_reason(verb)
        with transaction() as session:
            decisions.decide(session, logged_in(), comment_id, verb, seen, reason=reason)
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        return _reason_page(verb, error, [("seen", seen)], url_for("moderation.decide", comment_id=comment_id))
    sentence = answers.decided_sentence(verb, 1)
    if answers.is_in_place():
        return answers.in_its_place(comment_id, sentence, is_done=True)
    answers.notice(sentence, [comment_id])
    return answers.go_back()


@blueprint.post("/decide")
@requires(Permission.MODERATE)
def decide_many() -> BaseResponse:
    verb = asked_verb()
    seen = {comment_id: _seen(f"seen-{comment_id}") for comment_id in _ids()}
    done, passed_over = [], 0
    try:
        reason = asked_reason(verb)
        with transaction() as session:
            if len(seen) > AT_ONCE:
                work = bulk.start(session, logged_in(), verb, list(seen.items()), reason)
                return redirect(url_for("moderation.progress", bulk_id=work.id), 303)
            for comment_id, as_seen in seen.items():
                try:
                    decisions.decide(session, logged_in(), comment_id, verb, as_seen, reason=reason)
                except (decisions.NoSuchComment, decisions.Overtaken):
                    passed_over += 1
                else:
                    done.append(comment_id)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        carried = [("ids", str(comment_id)) for comment_id in seen]
        carried += [(f"seen-{comment_id}", as_seen) for comment_id, as_seen in seen.items()]
        return _reason_page(verb, error, carried, url_for("moderation.decide_many"))
    answers.notice(answers.decided_sentence(verb, len(done), passed_over), done)
    return answers.go_back()


@blueprint.post("/undo")
@requires(Permission.MODERATE)
def undo() -> BaseResponse:
    ids = _ids()
    undone, passed_over = 0, 0
    with transaction() as session:
        for comment_id in ids:
            try:
                decisions.undo(session, logged_in(), comment_id)
            except (decisions.NoSuchComment, decisions.Overtaken):
                passed_over += 1
            else:
                undone += 1
    text = ngettext("%(num)d decision undone.", "%(num)d decisions undone.", undone)
    sentence = f"{text}{answers.left_alone(passed_over)}"
    if answers.is_in_place() and len(ids) == 1:
        return answers.in_its_place(ids[0], sentence)
    answers.notice(sentence)
    return answers.go_back()


@blueprint.post("/comments/<id:comment_id>/keep")
@requires(Permission.MODERATE)
def keep(comment_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            decisions.keep(session, logged_in(), comment_id, request.form.get("seen", ""))
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id)
    sentence = _("Kept. Its readers who reported it are told so on their receipts.")
    if answers.is_in_place():
        return answers.in_its_place(comment_id, sentence, is_done=True)
    answers.notice(sentence)
    return answers.go_back()


@blueprint.post("/appeals/<id:appeal_id>")
@requires(Permission.MODERATE)
def decide_appeal(appeal_id: int) -> BaseResponse:
    outcome = _outcome()
    try:
        reason = _words("reason")
        with transaction() as session:
            answered = appeals.decide(session, logged_in(), appeal_id, outcome, reason)
            comment_id = answered.comment_id
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken as error:
        return conflict(error.comment_id)
    except decisions.ReasonMissing:
        return _appeal_again(appeal_id, _("Give a reason. The author reads it."))
    except ReasonWanting as error:
        return _appeal_again(appeal_id, error.problem)
    upheld, dismissed = _("Appeal upheld: the comment is published."), _("Appeal dismissed.")
    sentence = upheld if outcome is Outcome.UPHELD else dismissed
    if answers.is_in_place():
        return answers.in_its_place(comment_id, sentence, is_done=True)
    answers.notice(sentence, [comment_id] if outcome is Outcome.UPHELD else None)
    return answers.go_back()


def asked_verb() -> str:
    verb = request.values.get("decision", "")
    return verb if verb in decisions.VERBS else abort(400)


def asked_reason(verb: str) -> decisions.Reason:
    """The rule and the note that were sent with a verb that takes them. Raises ReasonWanting."""
    if verb not in {"reject", "return"}:
        return decisions.NO_REASON
    return decisions.Reason(as_id(request.form.get("rule")) if verb == "reject" else None, _words("note"))


def wanting(verb: str, error: decisions.ReasonMissing | ReasonWanting) -> ReasonWanting:
    """What to say of a reason that is not enough."""
    if isinstance(error, ReasonWanting):
        return error
    if verb == "return":
        return ReasonWanting(_("Say what the author is to change."), is_about_note=True)
    return ReasonWanting(_("Choose the house rule. The author is told which."), is_about_note=False)


def conflict(comment_id: int) -> Response:
    """What has become of a comment that an editor decided on too late, with what can still be done."""
    db.session.rollback()
    row = answers.row_of(comment_id)
    warning = _overtaken(row)
    if answers.is_in_place():
        return answers.in_its_place(comment_id, warning, 409, warning=warning)
    page = render_template("moderation/conflict.html", row=row, warning=warning, desk=answers.the_desk())
    return make_response(page, 409)


def _overtaken(row: QueueRow) -> str:
    if row.is_appealed:
        return str(_("Its author has appealed in the meantime. Answer the appeal."))
    if row.comment.erased_at is not None:
        return str(_("Its text has been erased in the meantime."))
    if row.comment.version > 1 and row.comment.status is Status.PENDING:
        return str(_("It has another text by now. Decide on this one?"))
    if row.decision is None:
        return str(_("A decision on this was undone in the meantime. Decide anew?"))
    return f"{_done_by(row.decision)} {_('Change that decision?')}"


def _done_by(decision: DecisionMade) -> str:
    name, date = decision.editor_name, format_datetime(decision.at, "d MMMM y, HH:mm")
    sentences: dict[Status, str] = {
        Status.PUBLISHED: _("%(name)s published this on %(date)s.", name=name, date=date),
        Status.REJECTED: _("%(name)s rejected this on %(date)s.", name=name, date=date),
        Status.SPAM: _("%(name)s put this with the spam on %(date)s.", name=name, date=date),
        Status.RETURNED: _("%(name)s returned this to its author on %(date)s.", name=name, date=date),
    }
    return sentences[decision.verb]


def _reason_page(
    verb: str, error: decisions.ReasonMissing | ReasonWanting, carried: list[tuple[str, str]], action: str
) -> Response:
    """The choice that was left out, as a page, with all that was sent."""
    wants = wanting(verb, error)
    desk = answers.the_desk()
    page = render_template(
        "moderation/reason.html",
        verb=verb,
        problem=wants.problem,
        is_about_note=wants.is_about_note,
        action=action,
        carried=[*carried, ("back", desk.back)],
        button=_("Reject") if verb == "reject" else _("Return to the author"),
        rule_id=as_id(request.form.get("rule")),
        note=request.form.get("note", ""),
        desk=desk,
    )
    return make_response(page, 422)


def _appeal_again(appeal_id: int, problem: str) -> Response:
    """The appeal with the form to answer it, and what was typed into that."""
    db.session.rollback()
    asked = db.session.get(Appeal, appeal_id) or abort(404)
    typed = request.form.get("reason", "")
    if answers.is_in_place():
        return answers.in_its_place(asked.comment_id, problem, 422, problem=problem, typed=typed)
    return comment_page(asked.comment_id, 422, problem=problem, typed=typed)


def comment_page(comment_id: int, status: int = 200, **parts: str) -> Response:
    """All that is known of one comment."""
    row = answers.row_of(comment_id)
    known = dossier(db.session(), row.comment)
    if answers.is_in_place():
        return make_response(render_template("moderation/_comment.html", row=row, dossier=known))
    desk = answers.the_desk(back=url_for("moderation.comment", comment_id=comment_id))
    page = render_template(
        "moderation/comment.html", row=row, dossier=known, desk=desk, notice=answers.take_notice(), **parts
    )
    return make_response(page, status)


def _words(name: str) -> str:
    """What was typed for an author to read. Raises ReasonWanting if it is too long."""
    words = normalise(request.form.get(name) or "").strip()
    if len(words) > NOTE_LIMIT:
        raise ReasonWanting(
            _(
                "%(length)s characters; the limit is %(limit)s. Cut %(excess)s.",
                length=format_decimal(len(words)),
                limit=format_decimal(NOTE_LIMIT),
                excess=format_decimal(len(words) - NOTE_LIMIT),
            ),
            is_about_note=True,
        )
    return words


def _outcome() -> Outcome:
    outcome = request.form.get("outcome", "")
    return Outcome(outcome) if outcome in set(Outcome) else abort(400)


def _seen(name: str) -> str:
    """How a form says that a comment stood; what can't be stored stands for none."""
    seen = request.form.get(name, "")
    return seen if seen.isprintable() else ""


def _ids() -> list[int]:
    ids = [comment_id for text in request.form.getlist("ids")[: bulk.LIMIT] if (comment_id := as_id(text))]
    return list(dict.fromkeys(ids))
