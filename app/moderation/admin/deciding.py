"""Deciding: on one comment or on those that are ticked, on reports and on appeals; and taking it back."""

from __future__ import annotations

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires
from app.moderation import appeals, bulk, decisions
from app.moderation.admin import answers, blueprint
from app.moderation.admin.comment import comment_page
from app.moderation.admin.overtaken import conflict
from app.moderation.admin.reasons import ReasonWanting, asked_reason, asked_verb, asked_words, choice_page, wanting
from app.moderation.models import Appeal, Outcome

AT_ONCE = 50
"""Comments that are decided on within one request, which takes a fifth of a second; more are worked off as a job."""


@blueprint.post("/comments/<id:comment_id>/decide")
@requires(Permission.MODERATE)
def decide(comment_id: int) -> BaseResponse:
    verb = asked_verb()
    seen = request.form.get("seen", "")
    try:
        reason = asked_reason(verb)
        with transaction() as session:
            made = decisions.decide(session, logged_in(), comment_id, verb, seen, reason=reason).id
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id, seen)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        action = url_for("moderation.decide", comment_id=comment_id)
        return choice_page(verb, wanting(verb, error), [("seen", seen)], action)
    return answers.done(comment_id, answers.said_of_one(verb), [made], elsewhere=answers.decided_sentence(verb, 1))


@blueprint.post("/decide")
@requires(Permission.MODERATE)
def decide_many() -> BaseResponse:
    verb = asked_verb()
    seen = {comment_id: _seen(f"seen-{comment_id}") for comment_id in _ids()}
    made, passed_over = [], 0
    if not seen:
        answers.notice(_("No comment was ticked, so nothing was done."))
        return answers.go_back()
    try:
        reason = asked_reason(verb)
        if len(seen) > AT_ONCE and "confirmed" not in request.form:
            return _many_page(verb, seen)
        with transaction() as session:
            if len(seen) > AT_ONCE:
                work = bulk.start(session, logged_in(), verb, list(seen.items()), reason)
                return redirect(url_for("moderation.progress", bulk_id=work.id), 303)
            for comment_id, as_seen in seen.items():
                try:
                    decision = decisions.decide(session, logged_in(), comment_id, verb, as_seen, reason=reason)
                except (decisions.NoSuchComment, decisions.Overtaken):
                    passed_over += 1
                else:
                    made.append(decision.id)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        # Below the queue nothing asks for a reason, so that at first none is missing.
        return _many_page(verb, seen, wanting(verb, error) if "confirmed" in request.form else None)
    answers.notice(answers.decided_sentence(verb, len(made), passed_over), made)
    return answers.go_back()


@blueprint.post("/undo")
@requires(Permission.MODERATE)
def undo() -> BaseResponse:
    ids = _ids()
    undone, overtaken = [], []
    with transaction() as session:
        for decision_id in ids:
            try:
                undone.append(decisions.undo(session, logged_in(), decision_id).id)
            except decisions.Overtaken as error:
                overtaken.append(error.comment_id)
            except decisions.NoSuchComment:
                continue
    if len(ids) == 1 and overtaken:
        return conflict(overtaken[0])
    text = ngettext("%(num)d decision undone.", "%(num)d decisions undone.", len(undone))
    sentence = f"{text}{answers.left_alone(len(ids) - len(undone))}"
    if answers.is_in_place() and undone:
        return answers.in_its_place(undone[0], sentence)
    answers.notice(sentence)
    return answers.go_back()


@blueprint.post("/comments/<id:comment_id>/keep")
@requires(Permission.MODERATE)
def keep(comment_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            published = decisions.keep(session, logged_in(), comment_id, request.form.get("seen", ""))
            made = [published.id] if published else []
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id, request.form.get("seen", ""))
    sentence = _("Kept. Its readers who reported it are told so on their receipts.")
    return answers.done(comment_id, sentence, made)


@blueprint.post("/appeals/<id:appeal_id>")
@requires(Permission.MODERATE)
def decide_appeal(appeal_id: int) -> BaseResponse:
    outcome = _outcome()
    try:
        reason = asked_words("reason")
        with transaction() as session:
            seen = request.form.get("seen", "")
            answered = appeals.decide(session, logged_in(), appeal_id, outcome, reason, seen=seen)
            comment_id = answered.comment_id
            published = decisions.last_decision(session, comment_id) if outcome is Outcome.UPHELD else None
            made = [published.id] if published else []
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken as error:
        return conflict(error.comment_id, request.form.get("seen", ""))
    except decisions.ReasonMissing:
        return _appeal_again(appeal_id, _("Give a reason. The author reads it."))
    except ReasonWanting as error:
        return _appeal_again(appeal_id, error.problem)
    upheld, dismissed = _("Appeal upheld: the comment is published."), _("Appeal dismissed.")
    sentence = upheld if outcome is Outcome.UPHELD else dismissed
    return answers.done(comment_id, sentence, made)


def _many_page(verb: str, seen: dict[int, str], wants: ReasonWanting | None = None) -> Response:
    """Asks whether to decide on so many that were ticked, and for the reason where one is needed."""
    carried = [("confirmed", "yes"), *(("ids", str(comment_id)) for comment_id in seen)]
    carried += [(f"seen-{comment_id}", as_seen) for comment_id, as_seen in seen.items()]
    return choice_page(verb, wants, carried, url_for("moderation.decide_many"), len(seen))


def _appeal_again(appeal_id: int, problem: str) -> Response:
    """The appeal with the form to answer it, and what was typed into that."""
    db.session.rollback()
    asked = db.session.get(Appeal, appeal_id) or abort(404)
    typed = request.form.get("reason", "")
    if answers.is_in_place():
        return answers.in_its_place(asked.comment_id, problem, 422, problem=problem, typed=typed)
    return comment_page(asked.comment_id, 422, problem=problem, typed=typed)


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
