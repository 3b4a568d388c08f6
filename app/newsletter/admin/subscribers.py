"""Who gets the newsletter: listed, counted, exported, and let go."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.audit.recording import record
from app.core.db import db, transaction
from app.core.markup import normalise
from app.core.web import Permission, as_id, keep_private, requires
from app.newsletter import leaving
from app.newsletter.charts import bars_of
from app.newsletter.exporting import csv_of
from app.newsletter.models import Status
from app.newsletter.queries import counts, months, row, rows

blueprint = Blueprint("subscribers", __name__, template_folder="../templates")

PAGE = 50
"""Subscribers on one page of the list."""


@blueprint.get("/newsletter/subscribers")
@requires(Permission.WRITE)
def index() -> BaseResponse:
    session = db.session()
    words = normalise(request.args.get("words", "")).strip()
    status = _status(request.args.get("status", ""))
    before = None
    if text := request.args.get("before"):
        before = as_id(text) or abort(404)
    found = rows(session, status, words, PAGE + 1, before)
    asked: dict[str, Any] = {"status": status, "words": words or None}
    numbers = counts(session)
    here = url_for("subscribers.index", words=words or None)
    tabs = [(here, _("All"), sum(numbers.values()), status is None)]
    for one, name in names_of_statuses().items():
        tabs.append((url_for("subscribers.index", status=one, words=words or None), name, numbers[one], one == status))
    overview = months(session)
    page = render_template(
        "newsletter/subscribers.html",
        rows=found[:PAGE],
        older_url=url_for("subscribers.index", **asked, before=found[PAGE - 1].id) if len(found) > PAGE else None,
        newest_url=url_for("subscribers.index", **asked) if before else None,
        tabs=tabs,
        months=overview,
        bars=bars_of(overview),
        number=numbers[Status.CONFIRMED],
        names=names_of_statuses(),
        status=status,
        words=words,
    )
    return make_response(page)


@blueprint.get("/newsletter/subscribers/<id:subscription_id>")
@requires(Permission.WRITE)
def one(subscription_id: int) -> str:
    found = row(db.session(), subscription_id) or abort(404)
    return render_template("newsletter/subscriber.html", row=found, names=names_of_statuses())


@blueprint.post("/newsletter/subscribers/<id:subscription_id>/end")
@requires(Permission.WRITE)
def end(subscription_id: int) -> BaseResponse:
    is_erased = "erase" in request.form
    act = leaving.erase if is_erased else leaving.unsubscribe
    try:
        with transaction() as session:
            act(session, logged_in(), subscription_id)
    except leaving.NoSuchSubscriber:
        abort(404)
    flash(_("The address is erased, with all that it followed.") if is_erased else _("It gets no further issue."))
    return redirect(url_for("subscribers.one", subscription_id=subscription_id), 303)


@blueprint.post("/newsletter/subscribers/export")
@requires(Permission.WRITE)
def export() -> BaseResponse:
    """Streamed, so that memory does not grow with it; and a POST, since the record holds who took addresses out."""
    status = _status(request.form.get("status", ""))
    with transaction() as session:
        record(session, actor=logged_in().actor, verb="export subscribers", subject="newsletter", detail=status or "")
    response = Response(stream_with_context(csv_of(db.session(), status)), mimetype="text/csv")
    name = f"subscribers-{status or 'all'}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return keep_private(response)


def names_of_statuses() -> dict[Status, str]:
    return {
        Status.CONFIRMED: _("Subscribed"),
        Status.PENDING: _("Not confirmed"),
        Status.UNSUBSCRIBED: _("Unsubscribed"),
        Status.BOUNCED: _("Bounced"),
        Status.COMPLAINED: _("Complained"),
    }


def _status(text: str) -> Status | None:
    if text and text not in list(Status):
        abort(404)
    return Status(text) if text else None
