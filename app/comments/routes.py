"""Sending a comment, replying to one, and the private page that says where it stands."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.articles.models import LISTS, Article, article_subject
from app.articles.queries import Listing, listing, listings_by_id
from app.comments import submitting
from app.comments.forms import CommentForm
from app.comments.models import Comment, Status
from app.comments.queries import comment_of_receipt, published_comment, typical_wait
from app.core import clock
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import RETRY_SECONDS, UNAVAILABLE, retry_later
from app.core.revisions import depends_on
from app.core.web import absolute, as_id, cacheable, keep_private, public

blueprint = Blueprint("comments", __name__, template_folder="templates")


@blueprint.post("/articles/<slug:slug>/comments")
@public
def send(slug: str) -> BaseResponse:
    form = CommentForm()
    if not form.validate():
        return _form_page(slug, form, 422)
    address_hash = client_address_hash()
    try:
        with transaction() as session:
            token = submitting.submit(session, _submission(session, slug, form, address_hash))
    except submitting.NameTaken:
        form.name.errors = [_("That name is too close to an editor's. Choose another, or add an initial.")]
        return _form_page(slug, form, 422)
    except submitting.ParentGone:
        form.parent.data = ""
        problem = _("The comment you replied to is no longer shown. You can still send yours to the article.")
        return _form_page(slug, form, 409, problem)
    except submitting.TooManyComments as refusal:
        return _too_many(slug, form, refusal)
    except UNAVAILABLE as error:
        db.session.rollback()
        current_app.logger.error("a comment could not be saved: %s", error)
        problem = _("We could not save your comment. It is all still here; try again in a minute.")
        return retry_later(_form_page(slug, form, 503, problem), RETRY_SECONDS)
    return keep_private(redirect(url_for("comments.receipt", token=token), 303))


@blueprint.get("/comments/<id:comment_id>/reply")
@public
@cacheable()
def reply(comment_id: int) -> BaseResponse:
    parent = published_comment(db.session(), comment_id) or abort(404)
    article = listings_by_id(db.session(), [parent.article_id]).get(parent.article_id) or abort(404)
    form = CommentForm(formdata=None, parent=str(parent.id))
    depends_on(LISTS, article_subject(article.id))
    return _page(form, article, parent)


@blueprint.get("/receipts/<token:token>")
@public
def receipt(token: str) -> BaseResponse:
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    article = session.get_one(Article, comment.article_id)
    is_published = comment.status is Status.PUBLISHED
    page = render_template(
        "comments/receipt.html",
        comment=comment,
        is_decided=comment.decided_at is not None,
        article=article,
        public_url=absolute(url_for("reading.permalink", comment_id=comment.id)) if is_published else None,
        private_url=absolute(url_for("comments.receipt", token=token)),
        typical_wait=_wait_in_words(typical_wait(session)),
    )
    return keep_private(make_response(page))


def _submission(session: Session, slug: str, form: CommentForm, address_hash: str) -> submitting.Submission:
    article = listing(session, slug) or abort(404)
    if form.parent.data and as_id(form.parent.data) is None:
        raise submitting.ParentGone
    return submitting.Submission(
        article_id=article.id,
        parent_id=as_id(form.parent.data),
        author=form.name.data or "",
        email=form.email.data or None,
        text=form.body.data or "",
        html=form.body.html,
        address_hash=address_hash,
        trap_filled=bool(form.website.data),
    )


def _too_many(slug: str, form: CommentForm, refusal: submitting.TooManyComments) -> Response:
    seconds = ceil((refusal.until - clock.now()).total_seconds())
    problem = _(
        "Five comments in ten minutes is our limit. Yours is below; send it after %(time)s.",
        time=format_datetime(refusal.until + timedelta(minutes=1), "HH:mm"),
    )
    return retry_later(_form_page(slug, form, 429, problem), seconds)


def _form_page(slug: str, form: CommentForm, status: int, problem: str | None = None) -> Response:
    """The short page that gives back what was typed. It still comes when the database is away, with less around it."""
    article, parent = None, None
    try:
        article = listing(db.session(), slug)
        if article and (parent_id := as_id(form.parent.data)):
            parent = published_comment(db.session(), parent_id)
            parent = parent if parent and parent.article_id == article.id else None
    except UNAVAILABLE:
        db.session.rollback()
    else:
        if article is None:
            abort(404)
    return keep_private(make_response(_page(form, article, parent, problem), status))


def _page(form: CommentForm, article: Listing | None, parent: Comment | None, problem: str | None = None) -> Response:
    slug = article.slug if article else (request.view_args or {})["slug"]
    page = render_template(
        "comments/form.html",
        form=form,
        article=article,
        parent=parent,
        problem=problem,
        form_action=url_for("comments.send", slug=slug),
    )
    return make_response(page)


def _wait_in_words(wait: timedelta | None) -> str:
    if wait is None:
        return ""
    minutes = ceil(wait.total_seconds() / 60)
    if minutes <= 90:
        return str(_("Half are read within %(count)d minutes.", count=minutes))
    return str(_("Half are read within %(count)d hours.", count=ceil(minutes / 60)))
