"""A page beside the articles, for readers."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import allow_frames, cacheable, public
from app.pages.models import PAGES
from app.pages.queries import live_page, slug_now

blueprint = Blueprint("pages", __name__, template_folder="templates")


@blueprint.get("/<slug:slug>")
@public
@cacheable()
def page(slug: str) -> BaseResponse:
    session = db.session()
    depends_on(PAGES)
    found = live_page(session, slug)
    if found is None:
        response = redirect(url_for("pages.page", slug=slug_now(session, slug) or abort(404)), 301)
        # For ever, but the page may be given its old address back.
        response.headers["Cache-Control"] = "no-cache"
        return response
    if found.frame_hosts:
        allow_frames(found.frame_hosts)
    return make_response(render_template("pages/page.html", page=found))
