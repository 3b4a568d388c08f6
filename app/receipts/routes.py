"""The private page of a comment, and what its author does from there."""

from __future__ import annotations

import json
from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles import crediting
from app.articles.owed import taken_up
from app.comments.models import Status
from app.comments.queries import comment_of_receipt, typical_wait
from app.core.db import db, transaction
from app.core.web import absolute, as_id, keep_private, public
from app.following.forms import FollowCommentForm
from app.moderation import appeals
from app.receipts import erasing, revising, withdrawing
from app.receipts.downloads import download_of
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
            seen = as_id(form.version.data)
            revising.revise(session, comment, the_site(session), text=text, html=form.body.html, seen=seen)
    except revising.Unchanged:
        form.body.errors = [_("That is the text that came back. Change what the editor asks for.")]
        return _page(token, 422, revision=form)
    except revising.ChangedMeanwhile:
        problem = _("Your comment has another text by now, so the new one was not taken.")
        return _page(token, 409, problem=problem, kept=text)
    except revising.NotEditable:
        return _page(token, 409, problem=_why_not_editable(token), kept=text)
    return _back(token)


@blueprint.get("/receipts/<token:token>/withdraw")
@public
def withdraw_page(token: str) -> BaseResponse:
    return _confirmation(token, "withdraw")


@blueprint.post("/receipts/<token:token>/withdraw")
@public
def withdraw(token: str) -> BaseResponse:
    with transaction() as session:
        withdrawing.withdraw(session, comment_of_receipt(session, token, to_change=True) or abort(404))
    return _back(token)


@blueprint.get("/receipts/<token:token>/erase")
@public
def erase_page(token: str) -> BaseResponse:
    return _confirmation(token, "erase")


@blueprint.post("/receipts/<token:token>/erase")
@public
def erase(token: str) -> BaseResponse:
    with transaction() as session:
        comment = comment_of_receipt(session, token) or abort(404)
        erasing.erase(session, [comment.id])
    return _back(token)


@blueprint.get("/receipts/<token:token>/download")
@public
def download(token: str) -> BaseResponse:
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    response = make_response(json.dumps(download_of(session, comment), ensure_ascii=False, indent=2) + "\n")
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="comment-{comment.id}.json"'
    return keep_private(response)


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
        comment = comment_of_receipt(session, token, to_change=True) or abort(404)
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
        revision=revision or RevisionForm(formdata=None, body=found.newest_text, version=comment.version),
        appeal=appeal or AppealForm(formdata=None),
        follow=FollowCommentForm(formdata=None, email=comment.email if found.waits_for_editor else None),
        given_back=given_back,
        problem=problem,
        kept=kept or _homeless(found, revision, appeal),
    )
    return keep_private(make_response(page, status))


def _confirmation(token: str, act: str) -> BaseResponse:
    """Asks before what cannot be undone; where it has been done already, leads back."""
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    found = standing(session, comment)
    if found.state == "erased" or (act == "withdraw" and found.state == "withdrawn"):
        return _back(token)
    page = render_template("receipts/confirm.html", act=act, standing=found, token=token)
    return keep_private(make_response(page))


def _why_not_editable(token: str) -> str:
    db.session.rollback()
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    found = standing(session, comment)
    until = revising.editable_until(found.site, comment)
    if found.state in {"withdrawn", "erased"}:
        return str(_("You have withdrawn your comment in the meantime, so the new text was not taken."))
    if found.state == "second look":
        return str(_("Readers have reported your comment in the meantime, so the new text was not taken."))
    if comment.decided_at is not None and (comment.decided_at >= until or found.state != "published"):
        return str(_("An editor has decided on your comment in the meantime, so the new text was not taken."))
    if not found.site.edit_minutes:
        return str(_("A comment cannot be changed here once it is sent, so the new text was not taken."))
    time = format_datetime(until, "d MMMM y, HH:mm")
    return str(_("Your comment could be changed until %(time)s, so the new text was not taken.", time=time))


def _homeless(found: Standing, revision: RevisionForm | None, appeal: AppealForm | None) -> str | None:
    """The text of a form that was not taken and for which, by now, the page has no place."""
    if revision is not None and not found.may_edit:
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
        return str(ngettext("Half are read within a minute.", "Half are read within %(num)d minutes.", minutes))
    return str(_("Half are read within %(count)d hours.", count=ceil(minutes / 60)))
