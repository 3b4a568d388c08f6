"""Asking for mail, and the pages to which the letters lead."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles.models import Article
from app.comments.models import Comment
from app.comments.queries import comment_of_receipt
from app.core import clock
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import retry_later
from app.core.web import keep_private, public
from app.following import asking
from app.following.forms import FollowForm
from app.following.queries import follow_of_token

blueprint = Blueprint("following", __name__, template_folder="templates")


@blueprint.post("/receipts/<token:token>/follow")
@public
def follow(token: str) -> BaseResponse:
    form = FollowForm()
    if not form.validate():
        return _form_page(token, form, 422)
    sender_hash = client_address_hash()
    try:
        with transaction() as session:
            comment = comment_of_receipt(session, token) or abort(404)
            asking.follow(session, comment, form.email.data or "", sender_hash)
    except asking.TooManyFromSender as refusal:
        problem = _(
            "Five addresses in a day is our limit. Give the next one after %(time)s.", time=_minute_after(refusal)
        )
        return _too_many(token, form, refusal, problem)
    except asking.TooManyLetters as refusal:
        problem = _(
            "A letter that asks for confirmation went to that address today. The next can go after %(time)s.",
            time=_minute_after(refusal),
        )
        return _too_many(token, form, refusal, problem)
    return keep_private(redirect(url_for("receipts.receipt", token=token), 303))


@blueprint.get("/follows/<token:token>")
@public
def page(token: str) -> BaseResponse:
    return _follow_page(token)


@blueprint.post("/follows/<token:token>")
@public
def confirm(token: str) -> BaseResponse:
    with transaction() as session:
        asking.confirm(session, follow_of_token(session, token) or abort(404))
    return keep_private(redirect(url_for("following.page", token=token), 303))


@blueprint.get("/follows/<token:token>/stop")
@public
def stop_page(token: str) -> BaseResponse:
    return _follow_page(token, is_to_stop=True)


@blueprint.post("/follows/<token:token>/stop")
@public
def stop(token: str) -> BaseResponse:
    """Also what a mail program sends by itself; it is answered without a redirect, as RFC 8058 asks."""
    with transaction() as session:
        asking.stop(session, follow_of_token(session, token) or abort(404))
    return _follow_page(token, is_to_stop=True)


def _form_page(token: str, form: FollowForm, status: int, problem: str | None = None) -> Response:
    """The short page that gives back what was typed."""
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    page = render_template(
        "following/form.html",
        form=form,
        action=url_for("following.follow", token=token),
        article=session.get_one(Article, comment.article_id),
        back_url=url_for("receipts.receipt", token=token),
        problem=problem,
    )
    return keep_private(make_response(page, status))


def _follow_page(token: str, *, is_to_stop: bool = False) -> BaseResponse:
    session = db.session()
    asked = follow_of_token(session, token) or abort(404)
    comment = session.get_one(Comment, asked.comment_id)
    page = render_template(
        "following/follow.html",
        follow=asked,
        article=session.get_one(Article, comment.article_id),
        is_to_stop=is_to_stop,
    )
    return keep_private(make_response(page))


def _too_many(token: str, form: FollowForm, refusal: asking.TooManyLetters, problem: str) -> BaseResponse:
    seconds = ceil((refusal.until - clock.now()).total_seconds())
    return retry_later(_form_page(token, form, 429, problem), seconds)


def _minute_after(refusal: asking.TooManyLetters) -> str:
    return str(format_datetime(refusal.until + timedelta(minutes=1), "d MMMM y, HH:mm"))
