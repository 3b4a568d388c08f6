"""The queue and what is done in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Response, abort, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.comments.models import Status
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires
from app.moderation import decisions
from app.moderation.admin import blueprint
from app.moderation.forms import ReplyForm
from app.moderation.queries import PAGE, counts, last_decision_at, queue_page, queue_row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@blueprint.get("/")
@requires(Permission.MODERATE)
def queue() -> BaseResponse:
    status = _status(request.args.get("tab", Status.PENDING))
    db_session = db.session()
    page = queue_page(db_session, status, _after(request.args.get("after")))
    return make_response(
        render_template(
            "moderation/queue.html",
            tab=status,
            tabs=_tabs(status),
            rows=page.rows,
            next_url=url_for("moderation.queue", tab=status, after=_cursor(page.next)) if page.next else None,
            last_decision_at=last_decision_at(db_session),
            notice=session.pop("notice", None),
        )
    )


@blueprint.post("/comments/<id:comment_id>/decide")
@requires(Permission.MODERATE)
def decide(comment_id: int) -> BaseResponse:
    verb, reason = _verb(), _reason()
    seen = request.form.get("seen", "")
    try:
        with transaction() as db_session:
            decisions.decide(db_session, logged_in(), comment_id, verb, seen, reason=reason)
    except decisions.NoSuchComment:
        abort(404)
    except decisions.ReasonMissing:
        abort(422)
    except decisions.Overtaken:
        return _conflict(comment_id)
    _note(verb, [comment_id])
    return _back()


@blueprint.post("/decide")
@requires(Permission.MODERATE)
def decide_many() -> BaseResponse:
    verb, reason = _verb(), _reason()
    done, passed_over = [], 0
    with transaction() as db_session:
        for comment_id in _ids():
            try:
                seen = request.form.get(f"seen-{comment_id}", "")
                decisions.decide(db_session, logged_in(), comment_id, verb, seen, reason=reason)
            except (decisions.NoSuchComment, decisions.Overtaken):
                passed_over += 1
            else:
                done.append(comment_id)
    _note(verb, done, passed_over)
    return _back()


@blueprint.post("/undo")
@requires(Permission.MODERATE)
def undo() -> BaseResponse:
    undone, passed_over = 0, 0
    with transaction() as db_session:
        for comment_id in _ids():
            try:
                decisions.undo(db_session, logged_in(), comment_id)
            except (decisions.NoSuchComment, decisions.Overtaken):
                passed_over += 1
            else:
                undone += 1
    text = ngettext("%(num)d decision undone.", "%(num)d decisions undone.", undone)
    session["notice"] = {"text": f"{text}{_overtaken(passed_over)}", "undo_ids": []}
    return _back()


@blueprint.route("/comments/<id:comment_id>/reply", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def reply(comment_id: int) -> BaseResponse:
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            with transaction() as db_session:
                decisions.reply(db_session, logged_in(), comment_id, form.body.data or "", form.body.html)
        except decisions.NoSuchComment:
            abort(404)
        except decisions.Overtaken:
            return _reply_page(comment_id, form, 409)
        session["notice"] = {"text": _("Your reply is published."), "undo_ids": []}
        return redirect(url_for("moderation.queue"), 303)
    return _reply_page(comment_id, form, 422 if form.errors else 200)


def _reply_page(comment_id: int, form: ReplyForm, status: int) -> Response:
    row = queue_row(db.session(), comment_id) or abort(404)
    return make_response(render_template("moderation/reply.html", row=row, form=form), status)


def _conflict(comment_id: int) -> Response:
    db.session.rollback()
    row = queue_row(db.session(), comment_id) or abort(404)
    return make_response(render_template("moderation/conflict.html", row=row), 409)


def _tabs(current: Status) -> list[dict[str, object]]:
    labels = {
        Status.PENDING: _("Pending"),
        Status.PUBLISHED: _("Published"),
        Status.REJECTED: _("Rejected"),
        Status.SPAM: _("Spam"),
        Status.RETURNED: _("Returned"),
    }
    numbers = counts(db.session())
    return [
        {
            "key": status.value,
            "label": label,
            "count": numbers.get(status, 0),
            "url": url_for("moderation.queue", tab=status),
            "current": status is current,
        }
        for status, label in labels.items()
    ]


def _note(verb: str, done: list[int], passed_over: int = 0) -> None:
    number = len(done)
    text = {
        "publish": ngettext("%(num)d comment published.", "%(num)d comments published.", number),
        "reject": ngettext("%(num)d comment rejected.", "%(num)d comments rejected.", number),
        "spam": ngettext("%(num)d comment put with the spam.", "%(num)d comments put with the spam.", number),
        "return": ngettext("%(num)d comment returned.", "%(num)d comments returned.", number),
    }[verb]
    session["notice"] = {"text": f"{text}{_overtaken(passed_over)}", "undo_ids": done}


def _overtaken(number: int) -> str:
    if not number:
        return ""
    sentence = ngettext(
        "%(num)d was left alone: it had been decided in the meantime.",
        "%(num)d were left alone: they had been decided in the meantime.",
        number,
    )
    return f" {sentence}"


def _verb() -> str:
    verb = request.form.get("decision", "")
    return verb if verb in decisions.VERBS else abort(400)


def _reason() -> decisions.Reason:
    return decisions.Reason(as_id(request.form.get("rule")), (request.form.get("note") or "").strip())


def _ids() -> list[int]:
    ids = [comment_id for text in request.form.getlist("ids")[: 4 * PAGE] if (comment_id := as_id(text))]
    return list(dict.fromkeys(ids))


def _status(text: str) -> Status:
    return Status(text) if text in set(Status) else abort(404)


def _back() -> BaseResponse:
    tab = request.form.get("tab", "")
    return redirect(url_for("moderation.queue", tab=tab if tab in set(Status) else None), 303)


def _cursor(key: tuple[datetime, int]) -> str:
    at, comment_id = key
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{comment_id}"


def _after(text: str | None) -> tuple[datetime, int] | None:
    if not text:
        return None
    at, _dash, last = text.partition("-")
    comment_id = as_id(last)
    if not (at.isascii() and at.isdigit() and len(at) <= 17 and comment_id):
        abort(404)
    return _EPOCH + timedelta(microseconds=int(at)), comment_id
