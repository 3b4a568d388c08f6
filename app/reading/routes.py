"""The front page, an article with its thread and form, the questions, and a comment's own address."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles.catalogue import lead as chosen_lead
from app.articles.corrections import correction, newest_corrections
from app.articles.forwarding import forward
from app.articles.models import CORRECTIONS, LISTS, State, article_subject
from app.articles.queries import newest, questions
from app.articles.sharing import shared_article
from app.articles.stories import live_story, story_of, withdrawn
from app.comments.models import ID_WIDTH, LEVELS, PICKS
from app.comments.places import slug_of
from app.comments.queries import newest_picks
from app.comments.threads import Order
from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import allow_frames, as_id, cacheable, keep_private, kept_file, public, settings
from app.media.cards import card_png
from app.reading.frames import preview_page, story_frame
from app.reading.slots import Asked, slots
from app.syndication.cards import card_of
from app.syndication.structured import site_json_ld

blueprint = Blueprint("reading", __name__, template_folder="templates")

FRONT_PAGE = 20
"""Articles on the front page, the lead among them."""
CORRECTIONS_PAGE = 20


@blueprint.get("/")
@public
@cacheable()
def front() -> BaseResponse:
    session = db.session()
    rows = newest(session, FRONT_PAGE + 1)
    lead = chosen_lead(session) or (rows[0] if rows else None)
    rest = [row for row in rows if lead and row.id != lead.id]
    picks = newest_picks(session)
    shown = rest[: FRONT_PAGE - 1]
    depends_on(LISTS, PICKS)
    depends_on(*(article_subject(row.id) for row in (lead, *shown) if row))
    depends_on(*(article_subject(pick.article_id) for pick in picks))
    page = render_template(
        "reading/front.html",
        lead=lead,
        rest=shown,
        picks=picks,
        has_older=len(rest) > len(shown),
        json_ld=site_json_ld(settings()),
    )
    return make_response(page)


@blueprint.get("/articles/<slug:slug>")
@public
@cacheable("from", "order", "comment")
def article(slug: str) -> BaseResponse:
    session = db.session()
    asked = _asked(request.args)
    frame = story_frame(session, slug)
    if frame is None and (gone := withdrawn(session, slug)):
        return make_response(render_template("reading/withdrawn.html", withdrawn=gone), 410)
    frame = frame or forward(session, slug)
    if frame.frame_hosts:
        allow_frames(frame.frame_hosts)
    return make_response(frame.filled(slots(session, frame, asked)))


@blueprint.get("/articles/<slug:slug>/card.png")
@public
def card(slug: str) -> BaseResponse:
    """What other sites show of a link to the article; `v` in the query only tells them of a new one."""
    session = db.session()
    story = live_story(session, slug) or forward(session, slug)
    session.rollback()
    shown = card_of(story)
    return kept_file(card_png(shown), "image/png", shown.key, "public, max-age=3600")


@blueprint.get("/drafts/<token:token>")
@public
def draft(token: str) -> BaseResponse:
    """An article that is not out yet, for whoever has its private link."""
    session = db.session()
    found = shared_article(session, token) or abort(404)
    if found.state in {State.LIVE, State.WITHDRAWN}:
        return keep_private(redirect(found.url, 302))
    words = _("This is a private preview. It may still change; please pass it on to nobody.")
    return keep_private(make_response(preview_page(session, story_of(session, found), words)))


@blueprint.get("/faq")
@public
@cacheable()
def faq() -> BaseResponse:
    groups = [SimpleNamespace(article=row, entries=entries) for row, entries in questions(db.session())]
    depends_on(LISTS)
    return make_response(render_template("reading/faq.html", groups=groups))


@blueprint.get("/corrections")
@public
@cacheable("before")
def corrections() -> BaseResponse:
    session = db.session()
    before = None
    if text := request.args.get("before"):
        before = correction(session, as_id(text) or abort(404)) or abort(404)
    rows = newest_corrections(session, CORRECTIONS_PAGE + 1, before)
    older = rows[CORRECTIONS_PAGE - 1].correction.id if len(rows) > CORRECTIONS_PAGE else None
    rows = rows[:CORRECTIONS_PAGE]
    depends_on(LISTS, CORRECTIONS, *(article_subject(row.article.id) for row in rows))
    page = render_template(
        "reading/corrections.html",
        rows=rows,
        older_url=url_for("reading.corrections", before=older) if older else None,
        is_first=before is None,
    )
    return make_response(page)


@blueprint.get("/comments/<id:comment_id>")
@public
def permalink(comment_id: int) -> BaseResponse:
    """Leads to the page of the thread on which the comment stands, which is found when that page is made."""
    slug = slug_of(db.session(), comment_id) or abort(404)
    return redirect(url_for("reading.article", slug=slug, comment=comment_id, _anchor=f"comment-{comment_id}"), 302)


def _asked(query: Mapping[str, str]) -> Asked:
    """Which part of a thread is meant; what is none is no such page."""
    try:
        order = Order(query.get("order") or Order.OLDEST)
    except ValueError:
        abort(404)
    comment_id = None
    if text := query.get("comment"):
        comment_id = as_id(text) or abort(404)
    return Asked(order, _start(query.get("from")), comment_id)


def _start(text: str | None) -> str:
    """A path in a thread out of the query."""
    if not text:
        return ""
    widths = {ID_WIDTH * level for level in range(1, LEVELS + 1)}
    if len(text) not in widths or not set(text) <= set("0123456789abcdef"):
        abort(404)
    return text
