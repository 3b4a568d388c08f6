"""Asking for mail, and the pages to which the letters lead."""

from __future__ import annotations

import json

import sqlalchemy as sa
from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.articles.forwarding import forward
from app.articles.models import LISTS, Article
from app.articles.queries import Listing, listing, listings_by_id
from app.comments.queries import comment_of_receipt
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.revisions import depends_on
from app.core.web import as_id, as_slug, cacheable, keep_private, public
from app.following import asking, confirming
from app.following.downloads import download_of
from app.following.forms import FollowCommentForm, FollowForm
from app.following.models import FollowKind, Subscriber
from app.following.queries import follow_of_token, subscriber_of_token, threads_to_follow
from app.following.refusing import in_words, retry

blueprint = Blueprint("following", __name__, template_folder="templates")


@blueprint.get("/articles/<slug:slug>/follow")
@public
@cacheable()
def thread(slug: str) -> BaseResponse:
    return _thread_page(slug, FollowForm(formdata=None))


@blueprint.post("/articles/<slug:slug>/follow")
@public
def follow_thread(slug: str) -> BaseResponse:
    form = FollowForm()
    if not form.validate():
        return keep_private(_thread_page(slug, form, 422))
    after = redirect(url_for("following.asked", article=slug), 303)
    if form.is_a_program_s:
        return after
    sender_hash = client_address_hash()
    try:
        with transaction() as session:
            article = _with_thread(session, slug)
            email, whole = form.email.data or "", FollowKind.THREAD
            asking.ask(session, email, sender_hash=sender_hash, kind=whole, article_id=article.id)
    except asking.TooMany as refusal:
        return keep_private(retry(refusal, _thread_page(slug, form, 429, in_words(refusal))))
    return after


@blueprint.get("/follows/asked")
@public
@cacheable("article")
def asked() -> str:
    """It says the same whoever asked for whichever address, so that nobody learns from it which are known here."""
    depends_on(LISTS)
    article = listing(db.session(), as_slug(request.args.get("article", "")))
    return render_template("following/asked.html", article=article)


@blueprint.post("/receipts/<token:token>/follow")
@public
def follow_comment(token: str) -> BaseResponse:
    form = FollowCommentForm()
    if not form.validate():
        return _comment_page(token, form, 422)
    after = keep_private(redirect(url_for("receipts.receipt", token=token, _anchor="mail"), 303))
    if form.is_a_program_s:
        return after
    sender_hash = client_address_hash()
    try:
        with transaction() as session:
            comment = comment_of_receipt(session, token) or abort(404)
            asking.ask(
                session,
                form.email.data or "",
                sender_hash=sender_hash,
                kind=FollowKind(form.kind.data),
                article_id=comment.article_id,
                comment_id=comment.id,
            )
    except asking.TooMany as refusal:
        return retry(refusal, _comment_page(token, form, 429, in_words(refusal)))
    return after


@blueprint.get("/follows/<token:token>/stop")
@public
def stop_page(token: str) -> BaseResponse:
    return _stop_page(token)


@blueprint.post("/follows/<token:token>/stop")
@public
def stop(token: str) -> BaseResponse:
    """Also what a mail program sends by itself; it is answered without a redirect, as RFC 8058 asks."""
    with transaction() as session:
        confirming.stop(session, follow_of_token(session, token, to_change=True) or abort(404))
    return _stop_page(token)


@blueprint.get("/follows/<id:subscriber_id>/<token:token>")
@public
def page(subscriber_id: int, token: str) -> BaseResponse:
    """The private page of an address. All that is done from there is as private."""
    session = db.session()
    subscriber = _subscriber(session, subscriber_id, token)
    titles = {row.id: row for row in session.scalars(_articles_of(subscriber))}
    found = render_template(
        "following/page.html", subscriber=subscriber, articles=titles, offered=threads_to_follow(session, subscriber)
    )
    return keep_private(make_response(found))


@blueprint.post("/follows/<id:subscriber_id>/<token:token>/confirm")
@public
def confirm(subscriber_id: int, token: str) -> BaseResponse:
    with transaction() as session:
        subscriber = _subscriber(session, subscriber_id, token, to_change=True)
        chosen = as_id(request.form.get("follow"))
        # What is gone by now was stopped, or replaced by another choice, as the page then shows.
        for one in subscriber.follows:
            if one.id == chosen:
                confirming.confirm(session, one)
    return _back(subscriber_id, token)


@blueprint.post("/follows/<id:subscriber_id>/<token:token>/threads")
@public
def add_thread(subscriber_id: int, token: str) -> BaseResponse:
    with transaction() as session:
        subscriber = _subscriber(session, subscriber_id, token, to_change=True)
        chosen = as_id(request.form.get("article")) or 0
        article = listings_by_id(session, [chosen]).get(chosen)
        if article is None or article.comments == "off" or subscriber.confirmed_at is None:
            abort(404)
        confirming.follow_at_once(session, subscriber, FollowKind.THREAD, article.id)
    return _back(subscriber_id, token)


@blueprint.post("/follows/<id:subscriber_id>/<token:token>/newsletter")
@public
def add_newsletter(subscriber_id: int, token: str) -> BaseResponse:
    with transaction() as session:
        subscriber = _subscriber(session, subscriber_id, token, to_change=True)
        if subscriber.confirmed_at is None:
            abort(404)
        confirming.follow_at_once(session, subscriber, FollowKind.NEWSLETTER)
    return _back(subscriber_id, token)


@blueprint.get("/follows/<id:subscriber_id>/<token:token>/download")
@public
def download(subscriber_id: int, token: str) -> BaseResponse:
    session = db.session()
    subscriber = _subscriber(session, subscriber_id, token)
    response = make_response(json.dumps(download_of(session, subscriber), ensure_ascii=False, indent=2) + "\n")
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{subscriber.id}.json"'
    return keep_private(response)


@blueprint.get("/follows/<id:subscriber_id>/<token:token>/end")
@public
def end_page(subscriber_id: int, token: str) -> BaseResponse:
    """Asks whether all letters are to stop, or the address to be erased."""
    subscriber = _subscriber(db.session(), subscriber_id, token)
    return keep_private(make_response(render_template("following/end.html", subscriber=subscriber)))


@blueprint.post("/follows/<id:subscriber_id>/<token:token>/end")
@public
def end(subscriber_id: int, token: str) -> BaseResponse:
    with transaction() as session:
        subscriber = _subscriber(session, subscriber_id, token, to_change=True)
        if "erase" in request.form:
            confirming.erase(session, subscriber)
        else:
            confirming.stop_all(session, subscriber)
    return _back(subscriber_id, token)


def _subscriber(session: Session, subscriber_id: int, token: str, *, to_change: bool = False) -> Subscriber:
    return subscriber_of_token(session, subscriber_id, token, to_change=to_change) or abort(404)


def _with_thread(session: Session, slug: str) -> Listing:
    """An article that shows comments."""
    article = listing(session, slug) or forward(session, slug)
    return article if article.comments != "off" else abort(404)


def _articles_of(subscriber: Subscriber) -> sa.Select[Article]:
    return sa.select(Article).where(Article.id.in_({one.article_id for one in subscriber.follows}))


def _thread_page(slug: str, form: FollowForm, status: int = 200, problem: str | None = None) -> Response:
    depends_on(LISTS)
    article = _with_thread(db.session(), slug)
    action = url_for("following.follow_thread", slug=slug)
    page = render_template("following/form.html", form=form, action=action, article=article, problem=problem)
    return make_response(page, status)


def _comment_page(token: str, form: FollowForm, status: int, problem: str | None = None) -> Response:
    """The short page that gives back what was typed on a receipt."""
    session = db.session()
    comment = comment_of_receipt(session, token) or abort(404)
    page = render_template(
        "following/form.html",
        form=form,
        action=url_for("following.follow_comment", token=token),
        article=session.get_one(Article, comment.article_id),
        back_url=url_for("receipts.receipt", token=token),
        problem=problem,
    )
    return keep_private(make_response(page, status))


def _stop_page(token: str) -> BaseResponse:
    session = db.session()
    follow = follow_of_token(session, token) or abort(404)
    article = session.get_one(Article, follow.article_id) if follow.article_id else None
    return keep_private(make_response(render_template("following/stop.html", follow=follow, article=article)))


def _back(subscriber_id: int, token: str) -> BaseResponse:
    return keep_private(redirect(url_for("following.page", subscriber_id=subscriber_id, token=token), 303))
