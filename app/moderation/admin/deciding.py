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
            made = decisions.decide(session, logged_in(), comment_id, verb, seen, reason=reason).id
    except decisions.NoSuchComment:
        abort(404)
    except decisions.Overtaken:
        return conflict(comment_id, seen)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        action = url_for("moderation.decide", comment_id=comment_id)
        return choice_page(verb, wanting(verb, error), [("seen", seen)], action)
    if answers.is_in_place():
        return answers.in_its_place(comment_id, answers.said_of_one(verb), is_done=True)
    answers.notice(answers.decided_sentence(verb, 1), [made])
    return answers.go_back()


@blueprint.post("/decide")
@requires(Permission.MODERATE)
def decide_many() -> BaseResponse:
    verb = asked_verb()
    seen = {comment_id: _seen(f"seen-{comment_id}") for comment_id in _ids()}
    made, passed_over = [], 0
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
    if answers.is_in_place():
        return answers.in_its_place(comment_id, sentence, is_done=True)
    answers.notice(sentence, made)
    return answers.go_back()


@blueprint.post("/appeals/<id:appeal_id>")
@requires(Permission.MODERATE)
def decide_appeal(appeal_id: int) -> BaseResponse:
    outcome = _outcome()
    try:
        reason = _words("reason")
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
    if answers.is_in_place():
        return answers.in_its_place(comment_id, sentence, is_done=True)
    answers.notice(sentence, made)
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


def _many_page(verb: str, seen: dict[int, str], wants: ReasonWanting | None = None) -> Response:
    """Asks whether to decide on so many that were ticked, and for the reason where one is needed."""
    carried = [("confirmed", "yes"), *(("ids", str(comment_id)) for comment_id in seen)]
    carried += [(f"seen-{comment_id}", as_seen) for comment_id, as_seen in seen.items()]
    return choice_page(verb, wants, carried, url_for("moderation.decide_many"), len(seen))


def choice_page(
    verb: str, wants: ReasonWanting | None, carried: list[tuple[str, str]], action: str, number: int = 1
) -> Response:
    """The choice that a decision needs, as a page, with all that was sent."""
    desk = answers.the_desk()
    page = render_template(
        "moderation/reason.html",
        verb=verb,
        problem=wants.problem if wants else "",
        is_about_note=wants is not None and wants.is_about_note,
        action=action,
        carried=[*carried, ("back", desk.back)],
        heading=answers.verb_and_number(verb, number),
        rule_id=as_id(request.form.get("rule")),
        note=request.form.get("note", ""),
        desk=desk,
    )
    return make_response(page, 422 if wants else 200)


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
