"""Sending a comment, replying to one, and reporting one to the editors."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.articles.forwarding import forward
from app.articles.models import LISTS, CommentsState, article_subject
from app.articles.queries import Listing, listing, listings_by_id, live_id
from app.comments import opening, previewing, reporting, submitting
from app.comments.forms import CommentForm, ReportForm
from app.comments.models import Comment, ReportReason, Status
from app.comments.queries import ThreadItem, published_comment, report_of_token, takes_replies
from app.comments.vouching import NameInUse
from app.core import clock
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import RETRY_SECONDS, UNAVAILABLE, retry_later
from app.core.revisions import depends_on, ends_at
from app.core.web import absolute, as_id, cacheable, keep_private, public
from app.site.models import SITE
from app.site.queries import terms

blueprint = Blueprint("comments", __name__, template_folder="templates")

Refusal = submitting.ParentGone | opening.CommentsClosed | opening.ThreadLocked | opening.Banned
REFUSALS = (submitting.ParentGone, opening.CommentsClosed, opening.ThreadLocked, opening.Banned)


@blueprint.post("/articles/<slug:slug>/comments")
@public
def send(slug: str) -> BaseResponse:
    form = CommentForm()
    if not form.validate():
        return _form_page(slug, form, 422)
    address_hash = client_address_hash()
    try:
        submission = submitting.looked_at(db.session(), _submission(db.session(), slug, form, address_hash))
        db.session.rollback()
        with transaction() as session:
            token = submitting.submit(session, submission)
    except (submitting.NameTaken, NameInUse) as refusal:
        return _name_taken(slug, form, refusal)
    except submitting.TooManyComments as refusal:
        return _too_many(slug, form, refusal)
    except REFUSALS as refusal:
        return _refused(slug, form, refusal)
    except UNAVAILABLE as error:
        db.session.rollback()
        current_app.logger.error("a comment could not be saved: %s", error)
        problem = _("We could not save your comment. It is all still here; try again in a minute.")
        return retry_later(_form_page(slug, form, 503, problem), RETRY_SECONDS)
    return keep_private(redirect(url_for("receipts.receipt", token=token), 303))


@blueprint.post("/articles/<slug:slug>/comments/preview")
@public
def preview(slug: str) -> BaseResponse:
    """Shows the comment above the form, and keeps nothing of it."""
    form = CommentForm()
    if not form.validate():
        return _form_page(slug, form, 422)
    session = db.session()
    try:
        shown = previewing.preview(session, _submission(session, slug, form, client_address_hash()))
    except (submitting.NameTaken, NameInUse) as refusal:
        return _name_taken(slug, form, refusal)
    except REFUSALS as refusal:
        return _refused(slug, form, refusal)
    return _form_page(slug, form, 200, preview=shown)


@blueprint.get("/comments/<id:comment_id>/reply")
@public
@cacheable()
def reply(comment_id: int) -> BaseResponse:
    parent = published_comment(db.session(), comment_id) or abort(404)
    article = listings_by_id(db.session(), [parent.article_id]).get(parent.article_id) or abort(404)
    form = CommentForm(formdata=None, parent=str(parent.id))
    depends_on(LISTS, SITE, article_subject(article.id))
    return _page(form, article, parent, is_welcome=takes_replies(db.session(), parent.id))


@blueprint.get("/comments/<id:comment_id>/report")
@public
@cacheable()
def report(comment_id: int) -> BaseResponse:
    return _report_page(comment_id, ReportForm(formdata=None))


@blueprint.post("/comments/<id:comment_id>/report")
@public
def send_report(comment_id: int) -> BaseResponse:
    form = ReportForm()
    if not form.validate():
        return keep_private(_report_page(comment_id, form, 422))
    reason, text, address_hash = ReportReason(form.reason.data), form.text.data or "", client_address_hash()
    try:
        with transaction() as session:
            token = reporting.report(session, comment_id, reason=reason, text=text, address_hash=address_hash)
    except reporting.NotShown:
        abort(404)
    except reporting.TooManyReports as refusal:
        seconds = ceil((refusal.until - clock.now()).total_seconds())
        problem = _(
            "Ten reports in an hour is our limit. Yours is below; send it after %(time)s.",
            time=format_datetime(refusal.until + timedelta(minutes=1), "HH:mm"),
        )
        return keep_private(retry_later(_report_page(comment_id, form, 429, problem), seconds))
    return keep_private(redirect(url_for("comments.reported", token=token), 303))


@blueprint.get("/reports/<token:token>")
@public
def reported(token: str) -> BaseResponse:
    """What became of a report. It shows none of its words: who else reports from that address gets the same link."""
    session = db.session()
    found = report_of_token(session, token) or abort(404)
    comment = session.get_one(Comment, found.comment_id)
    is_published = comment.status is Status.PUBLISHED
    page = render_template(
        "comments/reported.html",
        report=found,
        article=listings_by_id(session, [comment.article_id]).get(comment.article_id),
        public_url=absolute(url_for("reading.permalink", comment_id=comment.id)) if is_published else None,
        private_url=absolute(url_for("comments.reported", token=token)),
    )
    return keep_private(make_response(page))


def _submission(session: Session, slug: str, form: CommentForm, address_hash: str) -> submitting.Submission:
    article_id = live_id(session, slug) or forward(session, slug)
    if form.parent.data and as_id(form.parent.data) is None:
        raise submitting.ParentGone
    return submitting.Submission(
        article_id=article_id,
        parent_id=as_id(form.parent.data),
        author=form.name.data or "",
        email=form.email.data or None,
        text=form.body.data or "",
        html=form.body.html,
        address_hash=address_hash,
        trap_filled=bool(form.website.data),
        pass_token=form.pass_token.data or "",
    )


def _too_many(slug: str, form: CommentForm, refusal: submitting.TooManyComments) -> Response:
    seconds = ceil((refusal.until - clock.now()).total_seconds())
    problem = _(
        "Five comments in ten minutes is our limit. Yours is below; send it after %(time)s.",
        time=format_datetime(refusal.until + timedelta(minutes=1), "HH:mm"),
    )
    return retry_later(_form_page(slug, form, 429, problem), seconds)


def _name_taken(slug: str, form: CommentForm, refusal: submitting.NameTaken | NameInUse) -> Response:
    problem = _("That name is too close to an editor's. Choose another, or add an initial.")
    if isinstance(refusal, NameInUse):
        problem = _("Another reader signs with that name here. Add an initial.")
    form.name.errors = [problem]
    return _form_page(slug, form, 422)


def _refused(slug: str, form: CommentForm, refusal: Refusal) -> Response:
    """What was typed, given back with why it is not taken there."""
    status, is_welcome = 409, True
    match refusal:
        case opening.Banned():
            problem, status, is_welcome = _banned_in_words(refusal), 403, False
        case opening.CommentsClosed():
            problem = opening.closed_in_words(refusal.opening)
        case opening.ThreadLocked():
            form.parent.data = ""
            problem = _("That thread takes no more replies. You can still send yours to the article.")
        case _:
            form.parent.data = ""
            problem = _("The comment you replied to is no longer shown. You can still send yours to the article.")
    return _form_page(slug, form, status, problem, is_welcome=is_welcome)


def _banned_in_words(ban: opening.Banned) -> str:
    until = format_datetime(ban.until, "d MMMM y, HH:mm")
    if ban.is_email:
        sentence = _("Comments with this e-mail address are not taken until %(until)s.", until=until)
    else:
        sentence = _("Comments from your network address are not taken until %(until)s.", until=until)
    return str(_("%(sentence)s An editor decided so, and says: “%(reason)s”", sentence=sentence, reason=ban.reason))


def _form_page(
    slug: str,
    form: CommentForm,
    status: int,
    problem: str | None = None,
    *,
    is_welcome: bool = True,
    preview: ThreadItem | None = None,
) -> Response:
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
            forward(db.session(), slug)
    page = _page(form, article, parent, problem, is_welcome=is_welcome, preview=preview)
    return keep_private(make_response(page, status))


def _page(
    form: CommentForm,
    article: Listing | None,
    parent: Comment | None,
    problem: str | None = None,
    *,
    is_welcome: bool = True,
    preview: ThreadItem | None = None,
) -> Response:
    """The form, or a sentence in its place, with what was typed, where nothing is taken."""
    slug = article.slug if article else (request.view_args or {})["slug"]
    policy, closed = None, ""
    if article:
        held = terms(db.session())
        stands = opening.opening_of(article.comments, article.published_at, held)
        policy, closed = held.policy, opening.closed_in_words(stands)
        ends_at(stands.closes_at if stands.state is CommentsState.OPEN else None)
    if not is_welcome:
        closed = closed or problem or _("This thread takes no more replies.")
    page = render_template(
        "comments/form.html",
        form=form,
        article=article,
        parent=parent,
        problem=problem,
        preview=preview,
        closed=closed,
        policy=policy,
        form_action=url_for("comments.send", slug=slug),
    )
    return make_response(page)


def _report_page(comment_id: int, form: ReportForm, status: int = 200, problem: str | None = None) -> Response:
    session = db.session()
    comment = published_comment(session, comment_id) or abort(404)
    article = listings_by_id(session, [comment.article_id]).get(comment.article_id) or abort(404)
    depends_on(LISTS, article_subject(article.id))
    page = render_template("comments/report.html", form=form, comment=comment, article=article, problem=problem)
    return make_response(page, status)
