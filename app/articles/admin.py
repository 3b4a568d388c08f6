"""Which articles take comments, and where they are, at the desk."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import closing, moving
from app.articles.forms import SlugForm
from app.articles.models import Article, CommentsState
from app.articles.queries import former_slugs, listing, newest
from app.core.db import db, transaction
from app.core.web import Permission, absolute, as_slug, requires

blueprint = Blueprint("articles", __name__, template_folder="templates")

PAGE = 30
"""Articles on one page of the list."""


@blueprint.get("/articles")
@requires(Permission.MODERATE)
def comments() -> BaseResponse:
    session = db.session()
    before = None
    if slug := request.args.get("before"):
        before = listing(session, as_slug(slug)) or abort(404)
    rows = newest(session, PAGE + 1, before)
    older = url_for("articles.comments", before=rows[PAGE - 1].slug) if len(rows) > PAGE else None
    page = render_template(
        "articles/comments.html", rows=rows[:PAGE], older_url=older, is_first=before is None, states=_states()
    )
    return make_response(page)


@blueprint.post("/articles/<id:article_id>/comments")
@requires(Permission.MODERATE)
def comments_state(article_id: int) -> BaseResponse:
    state = request.form.get("state", "")
    if state not in list(CommentsState):
        abort(400)
    try:
        with transaction() as session:
            article = closing.set_comments(session, logged_in(), article_id, CommentsState(state))
    except closing.NoSuchArticle:
        abort(404)
    said = {
        CommentsState.OPEN: _("“%(title)s” takes comments.", title=article.title),
        CommentsState.CLOSED: _("“%(title)s” takes no more comments; those that are there stay.", title=article.title),
        CommentsState.OFF: _("“%(title)s” takes no comments and shows none.", title=article.title),
    }
    flash(said[CommentsState(state)])
    return redirect(url_for("articles.comments"), 303)


@blueprint.route("/articles/<id:article_id>/address", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def address(article_id: int) -> BaseResponse:
    form = SlugForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                article = moving.rename(session, logged_in(), article_id, form.slug.data or "")
        except closing.NoSuchArticle:
            abort(404)
        except moving.SlugTaken:
            form.slug.errors = [_("Another article has this address, or had it.")]
        else:
            flash(_("“%(title)s” is at %(url)s.", title=article.title, url=absolute(article.url)))
            return redirect(url_for("articles.comments"), 303)
    article = db.session().get(Article, article_id) or abort(404)
    if request.method == "GET":
        form.slug.data = article.slug
    page = render_template(
        "articles/address.html", form=form, article=article, former=former_slugs(db.session(), article_id)
    )
    return make_response(page, 422 if form.errors else 200)


def _states() -> dict[CommentsState, str]:
    return {
        CommentsState.OPEN: _("Open"),
        CommentsState.CLOSED: _("Closed"),
        CommentsState.OFF: _("Off"),
    }
