"""All articles, and which of them take comments."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import closing
from app.articles.admin import blueprint
from app.articles.autosaving import unsaved_texts
from app.articles.models import CommentsState, State
from app.articles.overview import row, rows
from app.core.db import db, transaction
from app.core.markup import normalise
from app.core.web import Permission, as_id, requires

PAGE = 30
"""Articles on one page of the list."""


@blueprint.get("/articles")
@requires(Permission.WRITE)
def index() -> BaseResponse:
    session = db.session()
    words = normalise(request.args.get("words", "")).strip()
    state = request.args.get("state", "")
    if state and state not in list(State):
        abort(404)
    before = None
    if text := request.args.get("before"):
        before = row(session, as_id(text) or abort(404)) or abort(404)
    found = rows(session, State(state) if state else None, words, PAGE + 1, before)
    asked: dict[str, Any] = {"state": state or None, "words": words or None}
    older = url_for("articles.index", **asked, before=found[PAGE - 1].id) if len(found) > PAGE else None
    page = render_template(
        "articles/index.html",
        rows=found[:PAGE],
        older_url=older,
        newest_url=url_for("articles.index", **asked) if before else None,
        comments_states=_comments_states(),
        tabs=[
            (url_for("articles.index", state=one, words=words or None), name, (one or "") == state)
            for one, name in _tabs()
        ],
        state=state,
        words=words,
        unsaved=[] if state or words or before else unsaved_texts(session, logged_in()),
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
    return redirect(url_for("articles.index"), 303)


def _tabs() -> list[tuple[str | None, str]]:
    return [
        (None, _("All")),
        (State.DRAFT, _("Drafts")),
        (State.SCHEDULED, _("Scheduled")),
        (State.LIVE, _("Live")),
        (State.WITHDRAWN, _("Withdrawn")),
    ]


def _comments_states() -> dict[CommentsState, str]:
    return {
        CommentsState.OPEN: _("Open"),
        CommentsState.CLOSED: _("Closed"),
        CommentsState.OFF: _("Off"),
    }
