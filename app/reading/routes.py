"""The front page, an article with its thread and form, the questions, and a comment's own address."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.articles.models import LISTS, article_subject
from app.articles.queries import listing, listings_by_id, live_story, newest, questions, related_to
from app.comments.forms import blank_form
from app.comments.models import ID_WIDTH, LEVELS
from app.comments.queries import page_start, published_comment, thread_page
from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import absolute, allow_frames, as_slug, cacheable, public, settings
from app.syndication.structured import article_json_ld

blueprint = Blueprint("reading", __name__, template_folder="templates")

FRONT_PAGE = 20
"""Articles on one page of the list."""


@blueprint.get("/")
@public
@cacheable("before")
def front() -> BaseResponse:
    session = db.session()
    before = None
    if slug := request.args.get("before"):
        before = listing(session, as_slug(slug)) or abort(404)
    rows = newest(session, FRONT_PAGE + 1, before)
    older = url_for("reading.front", before=rows[FRONT_PAGE - 1].slug) if len(rows) > FRONT_PAGE else None
    rows = rows[:FRONT_PAGE]
    depends_on(LISTS, *(article_subject(row.id) for row in rows))
    lead = rows[0] if rows and before is None else None
    page = render_template(
        "reading/front.html", lead=lead, rest=rows[1:] if lead else rows, older_url=older, is_first=before is None
    )
    return make_response(page)


@blueprint.get("/articles/<slug:slug>")
@public
@cacheable("from")
def article(slug: str) -> BaseResponse:
    session = db.session()
    found = live_story(session, slug) or abort(404)
    related = related_to(session, found)
    depends_on(LISTS, article_subject(found.id), *(article_subject(row.id) for row in related))
    thread = thread_page(session, found.id, _start(request.args.get("from")))
    if found.frame_hosts:
        allow_frames(found.frame_hosts)
    page = render_template(
        "reading/article.html",
        article=found,
        canonical=absolute(found.url),
        thread=thread.items,
        next_url=_thread_url(slug, thread.next),
        previous_url=_thread_url(slug, thread.previous),
        is_first=not request.args.get("from"),
        related=related,
        form=blank_form(),
        form_action=url_for("comments.send", slug=slug),
        json_ld=article_json_ld(found, settings()),
    )
    return make_response(page)


@blueprint.get("/faq")
@public
@cacheable()
def faq() -> BaseResponse:
    groups = [SimpleNamespace(article=row, entries=entries) for row, entries in questions(db.session())]
    depends_on(LISTS)
    return make_response(render_template("reading/faq.html", groups=groups))


@blueprint.get("/comments/<id:comment_id>")
@public
def permalink(comment_id: int) -> BaseResponse:
    """Leads to the page of the thread on which the comment stands."""
    session = db.session()
    comment = published_comment(session, comment_id) or abort(404)
    row = listings_by_id(session, [comment.article_id]).get(comment.article_id) or abort(404)
    start = page_start(session, comment) or None
    url = url_for("reading.article", slug=row.slug, _anchor=comment.anchor, **{"from": start})  # type: ignore[arg-type]
    return redirect(url, 302)


def _start(text: str | None) -> str:
    """A path in a thread out of the query; what is none is no such page."""
    if not text:
        return ""
    widths = {ID_WIDTH * level for level in range(1, LEVELS + 1)}
    if len(text) not in widths or not set(text) <= set("0123456789abcdef"):
        abort(404)
    return text


def _thread_url(slug: str, start: str | None) -> str | None:
    if start is None:
        return None
    return url_for("reading.article", slug=slug, _anchor="comments", **{"from": start or None})  # type: ignore[arg-type]
