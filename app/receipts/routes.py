"""The private page of a comment, and what its author does from there."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles import crediting
from app.articles.models import Article
from app.articles.owed import taken_up
from app.comments.models import Comment, Status
from app.comments.queries import comment_of_receipt, typical_wait
from app.core import clock
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import retry_later
from app.core.web import absolute, keep_private, public
from app.moderation import appeals
from app.receipts import following, revising
from app.receipts.forms import AppealForm, FollowForm, RevisionForm
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


@blueprint.post("/receipts/<token:token>/follow")
@public
def follow(token: str) -> BaseResponse:
    form = FollowForm()
    if not form.validate():
        return _page(token, 422, follow=form)
    sender_hash = client_address_hash()
    try:
        with transaction() as session:
            comment = comment_of_receipt(session, token) or abort(404)
            following.follow(session, comment, form.email.data or "", sender_hash)
    except following.TooManyFromSender as refusal:
        problem = _(
            "Five addresses in a day is our limit. Give the next one after %(time)s.", time=_minute_after(refusal)
        )
        return _too_many(token, form, refusal, problem)
    except following.TooManyLetters as refusal:
        problem = _(
            "A letter that asks for confirmation went to that address today. The next can go after %(time)s.",
            time=_minute_after(refusal),
        )
        return _too_many(token, form, refusal, problem)
    return _back(token)


@blueprint.post("/receipts/<token:token>/credit")
@public
def credit(token: str) -> BaseResponse:
    with transaction() as session:
        comment = comment_of_receipt(session, token) or abort(404)
        crediting.credit(session, comment.id, comment.author if "named" in request.form else None)
    return _back(token)


@blueprint.get("/follows/<token:token>")
@public
def following_page(token: str) -> BaseResponse:
    return _follow_page(token)


@blueprint.post("/follows/<token:token>")
@public
def confirm(token: str) -> BaseResponse:
    with transaction() as session:
        following.confirm(session, following.follow_of_token(session, token) or abort(404))
    return keep_private(redirect(url_for("receipts.following_page", token=token), 303))


@blueprint.get("/follows/<token:token>/stop")
@public
def stop_page(token: str) -> BaseResponse:
    return _follow_page(token, is_to_stop=True)


@blueprint.post("/follows/<token:token>/stop")
@public
def stop(token: str) -> BaseResponse:
    """Also what a mail program sends by itself; it is answered without a redirect, as RFC 8058 asks."""
    with transaction() as session:
        following.stop(session, following.follow_of_token(session, token) or abort(404))
    return _follow_page(token, is_to_stop=True)


def _page(
    token: str,
    status: int = 200,
    *,
    revision: RevisionForm | None = None,
    appeal: AppealForm | None = None,
    follow: FollowForm | None = None,
    problem: str | None = None,
    kept: str | None = None,
) -> Response:
    """The receipt as things stand, with a form that was not taken. `kept` is typed text for which no form is left."""
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    found = standing(session, comment)
    given_back = next((form for form in (revision, appeal, follow) if form is not None), None)
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
        follow=follow or FollowForm(formdata=None, email=comment.email),
        given_back=given_back,
        problem=problem,
        kept=kept or _homeless(found, revision, appeal),
    )
    return keep_private(make_response(page, status))


def _follow_page(token: str, *, is_to_stop: bool = False) -> BaseResponse:
    session = db.session()
    asked = following.follow_of_token(session, token) or abort(404)
    comment = session.get_one(Comment, asked.comment_id)
    page = render_template(
        "receipts/follow.html",
        follow=asked,
        article=session.get_one(Article, comment.article_id),
        is_to_stop=is_to_stop,
    )
    return keep_private(make_response(page))


def _too_many(token: str, form: FollowForm, refusal: following.TooManyLetters, problem: str) -> BaseResponse:
    seconds = ceil((refusal.until - clock.now()).total_seconds())
    return retry_later(_page(token, 429, follow=form, problem=problem), seconds)


def _minute_after(refusal: following.TooManyLetters) -> str:
    return str(format_datetime(refusal.until + timedelta(minutes=1), "d MMMM y, HH:mm"))


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
