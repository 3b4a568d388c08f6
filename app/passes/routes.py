"""The pass: its private page, and all that its holder does from there."""

from __future__ import annotations

import json
from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.articles.queries import Listing, listing, newest, slugs_now
from app.comments.forms import CommentForm
from app.comments.opening import closed_in_words, opening_of
from app.comments.queries import comment_of_receipt
from app.comments.vouching import pass_of_token
from app.core import clock
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import retry_later
from app.core.revisions import depends_on
from app.core.web import absolute, as_id, cacheable, keep_private, public
from app.passes import keeping
from app.passes.forms import PassForm, ReceiptForm, slug_in, token_in
from app.passes.queries import PAGE, Holder, all_of, comments_of, last_name, waiting_on
from app.receipts import erasing
from app.receipts.downloads import download_of
from app.site.models import SITE, the_site
from app.site.queries import terms

blueprint = Blueprint("passes", __name__, template_folder="templates")

ARTICLES = 10
"""The newest, of which the holder of a pass chooses one to comment on."""


@blueprint.get("/passes")
@public
@cacheable()
def about() -> BaseResponse:
    depends_on(SITE)
    return make_response(render_template("passes/about.html", set=the_site(db.session())))


@blueprint.post("/passes")
@public
def start() -> BaseResponse:
    """A new pass, with the comment in it whose receipt the form came from, if it came from one."""
    receipt, address_hash = request.form.get("receipt"), client_address_hash()
    try:
        with transaction() as session:
            token = keeping.start(session, address_hash)
            if receipt:
                joining = comment_of_receipt(session, token_in(receipt, "receipts"), to_change=True)
                keeping.join(session, joining or abort(404), token)
    except keeping.InAnotherPass:
        return _join_page(token_in(receipt, "receipts"), PassForm(formdata=None), 409, _in_another())
    except keeping.TooManyPasses as refusal:
        problem = _(
            "Ten passes in an hour is our limit. Start the next one after %(time)s.",
            time=format_datetime(refusal.until + timedelta(minutes=1), "HH:mm"),
        )
        page = render_template("passes/about.html", set=the_site(db.session()), problem=problem)
        seconds = ceil((refusal.until - clock.now()).total_seconds())
        return keep_private(retry_later(make_response(page, 429), seconds))
    return _to_pass(token)


@blueprint.get("/passes/<token:token>")
@public
def show(token: str) -> BaseResponse:
    return _page(token, ReceiptForm(formdata=None))


@blueprint.post("/passes/<token:token>/comments")
@public
def add(token: str) -> BaseResponse:
    """Puts the comment in whose receipt is pasted."""
    form = ReceiptForm()
    if not form.validate():
        return _page(token, form, 422)
    try:
        with transaction() as session:
            joining = comment_of_receipt(session, form.token, to_change=True)
            if joining is not None:
                keeping.join(session, joining, token)
    except keeping.NoSuchPass:
        abort(404)
    except keeping.InAnotherPass:
        form.receipt.errors = [_in_another()]
        return _page(token, form, 409)
    if joining is None:
        form.receipt.errors = [
            _("There is no receipt at that link. Copy it once more from the comment’s private page.")
        ]
        return _page(token, form, 422)
    return _to_pass(token)


@blueprint.post("/receipts/<token:token>/pass")
@public
def join(token: str) -> BaseResponse:
    """Puts the receipt's comment in the pass whose link is pasted."""
    form = PassForm()
    if not form.validate():
        return _join_page(token, form, 422)
    try:
        with transaction() as session:
            keeping.join(session, comment_of_receipt(session, token, to_change=True) or abort(404), form.token)
    except keeping.NoSuchPass:
        form.link.errors = [_("There is no pass at that link. Copy it once more from the pass’s own page.")]
        return _join_page(token, form, 422)
    except keeping.InAnotherPass:
        return _join_page(token, form, 409, _in_another())
    return keep_private(redirect(url_for("receipts.receipt", token=token), 303))


@blueprint.get("/passes/<token:token>/comment")
@public
def comment(token: str) -> BaseResponse:
    """The form for any article, or a page to choose one."""
    session, asked = db.session(), request.args.get("article", "")
    holder = _holder(token)
    article = _article(session, slug_in(asked)) if asked else None
    if article is None:
        page = render_template("passes/choose.html", token=token, asked=asked, articles=newest(session, ARTICLES))
        return keep_private(make_response(page, 404 if asked else 200))
    stands = terms(session)
    page = render_template(
        "comments/form.html",
        form=CommentForm(formdata=None, name=last_name(session, holder.pass_id), pass_token=token),
        article=article,
        parent=None,
        problem=None,
        closed=closed_in_words(opening_of(article.comments, article.published_at, stands)),
        policy=stands.policy,
        form_action=url_for("comments.send", slug=article.slug),
    )
    return keep_private(make_response(page))


@blueprint.get("/passes/<token:token>/pending/<slug:slug>")
@public
def pending(token: str, slug: str) -> BaseResponse:
    """For the script of an article's page: what waits there, as pieces of a page.

    Of a pass that there is not it says so by an empty answer (204), so that the script forgets it.
    """
    session = db.session()
    held = pass_of_token(session, token)
    if held is None:
        return keep_private(make_response("", 204))
    article = listing(session, slug)
    kept = waiting_on(session, Holder(held.id, token), article.id) if article else []
    return keep_private(make_response(render_template("passes/pending.html", kept=kept)))


@blueprint.get("/passes/<token:token>/download")
@public
def download(token: str) -> BaseResponse:
    session, holder = db.session(), _holder(token)
    comments = [download_of(session, comment) for comment in all_of(session, holder)]
    response = make_response(json.dumps({"comments": comments}, ensure_ascii=False, indent=2) + "\n")
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="comments.json"'
    return keep_private(response)


@blueprint.get("/passes/<token:token>/erase")
@public
def erase_page(token: str) -> BaseResponse:
    number = len(all_of(db.session(), _holder(token), but_erased=True))
    return keep_private(make_response(render_template("passes/erase.html", token=token, number=number)))


@blueprint.post("/passes/<token:token>/erase")
@public
def erase(token: str) -> BaseResponse:
    """In steps, between which others come to write; one that breaks off is gone on with by sending it again."""
    session, holder = db.session(), _holder(token)
    ids = [comment.id for comment in all_of(session, holder, but_erased=True)]
    session.rollback()
    for begin in range(0, len(ids), erasing.STEP):
        with transaction() as writing:
            erasing.erase(writing, ids[begin : begin + erasing.STEP])
    return _to_pass(token)


@blueprint.get("/passes/<token:token>/delete")
@public
def delete_page(token: str) -> BaseResponse:
    _holder(token)
    return keep_private(make_response(render_template("passes/delete.html", token=token)))


@blueprint.post("/passes/<token:token>/delete")
@public
def delete(token: str) -> BaseResponse:
    try:
        with transaction() as session:
            keeping.give_up(session, token)
    except keeping.NoSuchPass:
        abort(404)
    return keep_private(make_response(render_template("passes/deleted.html")))


def _holder(token: str) -> Holder:
    held = pass_of_token(db.session(), token) or abort(404)
    return Holder(held.id, token)


def _article(session: Session, slug: str) -> Listing | None:
    """By its address, or by one that it once had."""
    return listing(session, slug) or listing(session, slugs_now(session, [slug]).get(slug, ""))


def _page(token: str, form: ReceiptForm, status: int = 200) -> Response:
    session, holder = db.session(), _holder(token)
    before = as_id(request.args.get("before")) or (abort(404) if "before" in request.args else None)
    kept = comments_of(session, holder, before)
    page = render_template(
        "passes/pass.html",
        token=token,
        form=form,
        kept=kept[:PAGE],
        older_url=url_for("passes.show", token=token, before=kept[PAGE - 1].comment.id) if len(kept) > PAGE else None,
        is_first=before is None,
        name=last_name(session, holder.pass_id),
        private_url=absolute(url_for("passes.show", token=token)),
        set=the_site(session),
    )
    return keep_private(make_response(page, status))


def _join_page(receipt: str, form: PassForm, status: int, problem: str | None = None) -> Response:
    """The short page that gives back the link that was pasted on a receipt."""
    comment_of_receipt(db.session(), receipt) or abort(404)
    page = render_template("passes/join.html", receipt=receipt, form=form, problem=problem)
    return keep_private(make_response(page, status))


def _in_another() -> str:
    return str(_("That comment is in a pass already, and stays there until the holder of that pass deletes it."))


def _to_pass(token: str) -> BaseResponse:
    return keep_private(redirect(url_for("passes.show", token=token), 303))
