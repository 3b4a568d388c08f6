"""The private page of a comment, and what its author does from there."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles import crediting
from app.articles.owed import taken_up
from app.comments.models import Status
from app.comments.queries import comment_of_receipt, typical_wait
from app.core.db import db, transaction
from app.core.web import absolute, keep_private, public
from app.following.forms import FollowForm
from app.moderation import appeals
from app.receipts import revising
from app.receipts.forms import AppealForm, RevisionForm
from app.receipts.queries import Standing, standing
from app.site.models import the_site

blueprint = Blueprint("receipts", __name__, template_folder="templates")


@blueprint.get("/receipts/<token:token>")
@public
def receipt(token: str) -> BaseResponse:
    return _page(token)


@blueprint.post("/receipts/<token:token>/edit")
@public
def edit(token: str) -> BaseResponse:
    form = RevisionForm()
    if not form.validate():
        return _page(token, 422, revision=form)
    text = form.body.data or ""
    try:
        with transaction() as session:
            comment = comment_of_receipt(session, token, to_change=True) or abort(404)
            revising.revise(session, comment, text=text, html=form.body.html)
    except revising.Unchanged:
        form.body.errors = [_("That is the text that came back. Change what the editor asks for.")]
        return _page(token, 422, revision=form)
    except revising.NotReturned:
        problem = _("An editor has decided on your comment in the meantime, so the new text was not taken.")
        return _page(token, 409, problem=problem, kept=text)
    return _back(token)


@blueprint.post("/receipts/<token:token>/appeal")
@public
def appeal(token: str) -> BaseResponse:
    form = AppealForm()
    if not form.validate():
        return _page(token, 422, appeal=form)
    text = form.appeal.data or ""
    try:
        with transaction() as session:
            comment = comment_of_receipt(session, token, to_change=True) or abort(404)
            appeals.appeal(session, comment, the_site(session), text)
    except appeals.NotAppealable:
        problem = _("This decision can no longer be appealed, so your appeal was not taken.")
        return _page(token, 409, problem=problem, kept=text)
    return _back(token)


@blueprint.post("/receipts/<token:token>/credit")
@public
def credit(token: str) -> BaseResponse:
    with transaction() as session:
        comment = comment_of_receipt(session, token) or abort(404)
        crediting.credit(session, comment.id, comment.author if "named" in request.form else None)
    return _back(token)


def _page(
    token: str,
    status: int = 200,
    *,
    revision: RevisionForm | None = None,
    appeal: AppealForm | None = None,
    problem: str | None = None,
    kept: str | None = None,
) -> Response:
    """The receipt as things stand, with a form that was not taken. `kept` is typed text for which no form is left."""
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    found = standing(session, comment)
    given_back = next((form for form in (revision, appeal) if form is not None), None)
    page = render_template(
        "receipts/receipt.html",
        standing=found,
        taken_up=taken_up(session, comment.id),
        token=token,
        public_url=_public_url(found),
        private_url=absolute(url_for("receipts.receipt", token=token)),
        typical_wait=_in_words(typical_wait(session)),
        revision=revision or RevisionForm(formdata=None, body=comment.source),
        appeal=appeal or AppealForm(formdata=None),
        follow=FollowForm(formdata=None, email=comment.email),
        given_back=given_back,
        problem=problem,
        kept=kept or _homeless(found, revision, appeal),
    )
    return keep_private(make_response(page, status))


def _homeless(found: Standing, revision: RevisionForm | None, appeal: AppealForm | None) -> str | None:
    """The text of a form that was not taken and for which, by now, the page has no place."""
    if revision is not None and found.state != "returned":
        return revision.body.data
    if appeal is not None and found.may_appeal_until is None:
        return appeal.appeal.data
    return None


def _public_url(found: Standing) -> str | None:
    if found.comment.status is not Status.PUBLISHED:
        return None
    return absolute(url_for("reading.permalink", comment_id=found.comment.id))


def _back(token: str) -> BaseResponse:
    return keep_private(redirect(url_for("receipts.receipt", token=token), 303))


def _in_words(wait: timedelta | None) -> str:
    if wait is None:
        return ""
    minutes = ceil(wait.total_seconds() / 60)
    if minutes <= 90:
        return str(_("Half are read within %(count)d minutes.", count=minutes))
    return str(_("Half are read within %(count)d hours.", count=ceil(minutes / 60)))
