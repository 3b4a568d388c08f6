"""The newsletter's public page, and asking for it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.articles.models import LISTS
from app.articles.queries import ends_with_next_publication
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.revisions import depends_on
from app.core.web import as_slug, cacheable, keep_private, public
from app.following.asking import TooMany
from app.following.forms import FollowForm
from app.following.refusing import in_words, retry
from app.newsletter.models import ISSUES
from app.newsletter.overview import live_articles, public_issue, public_issues
from app.newsletter.subscribing import subscribe, wording
from app.site.models import SITE

blueprint = Blueprint("newsletter", __name__, template_folder="templates")

ISSUES_PAGE = 20
NEWEST_ISSUES = 3
"""Issues on one page of the list, and below the form."""


@blueprint.get("/newsletter")
@public
@cacheable()
def page() -> BaseResponse:
    depends_on(SITE, ISSUES)
    return _page(FollowForm(formdata=None))


@blueprint.post("/newsletter")
@public
def ask() -> BaseResponse:
    """Also where the form under each article leads, which says which article that is."""
    form = FollowForm()
    if not form.validate():
        return keep_private(_page(form, 422))
    slug = as_slug(request.form.get("article", ""))
    after = redirect(url_for("following.asked", article=slug or None), 303)
    if form.is_a_program_s:
        return after
    asked_on = f"/articles/{slug}" if slug else url_for("newsletter.page")
    sender_hash = client_address_hash()
    try:
        with transaction() as session:
            subscribe(session, form.email.data or "", sender_hash=sender_hash, asked_on=asked_on)
    except TooMany as refusal:
        return keep_private(retry(refusal, _page(form, 429, in_words(refusal))))
    return after


@blueprint.get("/newsletter/issues")
@public
@cacheable("before")
def issues() -> BaseResponse:
    """Those that were sent, on the web."""
    session = db.session()
    depends_on(ISSUES)
    before = None
    if slug := request.args.get("before"):
        before = public_issue(session, as_slug(slug)) or abort(404)
    found = public_issues(session, ISSUES_PAGE + 1, before)
    older = url_for("newsletter.issues", before=found[ISSUES_PAGE - 1].slug) if len(found) > ISSUES_PAGE else None
    newest = url_for("newsletter.issues") if before else None
    page = render_template("newsletter/archive.html", issues=found[:ISSUES_PAGE], older_url=older, newest_url=newest)
    return make_response(page)


@blueprint.get("/newsletter/<slug:slug>")
@public
@cacheable()
def issue(slug: str) -> BaseResponse:
    """An issue with those of its articles that can be read today."""
    session = db.session()
    depends_on(ISSUES, LISTS)
    found = public_issue(session, slug) or abort(404)
    articles = live_articles(session, found.articles)
    if len(articles) < len(found.articles):
        ends_with_next_publication(session)
    return make_response(render_template("newsletter/web_issue.html", issue=found, articles=articles))


def _page(form: FollowForm, status: int = 200, problem: str | None = None) -> Response:
    page = render_template(
        "newsletter/page.html",
        form=form,
        wording=wording(),
        article=as_slug(request.form.get("article", "")),
        problem=problem,
        issues=public_issues(db.session(), NEWEST_ISSUES),
    )
    return make_response(page, status)
