"""The pages that list articles: of a tag, an author, a series, a month; and what leads to these."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import NoReturn

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles import catalogue
from app.articles.content import YEARS
from app.articles.models import LISTS, article_subject
from app.articles.naming import tag_slug, tag_url
from app.articles.queries import Listing, listing
from app.core.db import db
from app.core.links import host_of
from app.core.revisions import depends_on
from app.core.web import absolute, as_slug, cacheable, public, settings
from app.reading.routes import blueprint
from app.syndication.feeds import atom_url

PAGE = 20
"""Articles on one page of a list."""


@blueprint.get("/tags")
@public
@cacheable()
def tags() -> BaseResponse:
    found = catalogue.all_tags(db.session())
    depends_on(LISTS)
    return make_response(render_template("reading/tags.html", tags=found, canonical=absolute(url_for("reading.tags"))))


@blueprint.get("/authors")
@public
@cacheable()
def authors() -> BaseResponse:
    found = catalogue.all_authors(db.session())
    depends_on(LISTS)
    page = render_template("reading/authors.html", authors=found, canonical=absolute(url_for("reading.authors")))
    return make_response(page)


@blueprint.get("/tags/<tag>")
@public
@cacheable("before")
def tag(tag: str) -> BaseResponse:
    session = db.session()
    slug = tag_slug(tag)
    name = catalogue.tag_name(session, slug) or abort(404)
    if slug != tag:
        _lead_to(tag_url(slug))
    rows = catalogue.newest_with_tag(session, slug, PAGE + 1, _begun("before"))
    description = _("The articles of %(site)s on %(subject)s.", site=settings().site_name, subject=name)
    feed = atom_url(tag_url(slug))
    all_url = url_for("reading.tags")
    return _list(
        rows, tag_url(slug), kind=_("Subject"), all_url=all_url, title=name, description=description, feed=feed
    )


@blueprint.get("/authors/<slug:slug>")
@public
@cacheable("before")
def author(slug: str) -> BaseResponse:
    session = db.session()
    one = catalogue.author(session, slug) or abort(404)
    rows = catalogue.newest_by(session, one.id, PAGE + 1, _begun("before"))
    description = _("The articles of %(name)s in %(site)s.", name=one.name, site=settings().site_name)
    return _list(
        rows,
        one.url,
        kind=_("Author"),
        all_url=url_for("reading.authors"),
        title=one.name,
        description=description,
        about=one,
        link_host=host_of(one.link or ""),
        feed=atom_url(one.url),
    )


@blueprint.get("/series/<slug:slug>")
@public
@cacheable("after")
def series(slug: str) -> BaseResponse:
    session = db.session()
    one = catalogue.series(session, slug) or abort(404)
    rows = catalogue.parts_of(session, one.id, PAGE + 1, _begun("after"))
    description = _("A series of %(site)s: %(name)s.", site=settings().site_name, name=one.name)
    return _list(rows, one.url, by="after", kind=_("Series"), title=one.name, description=description, about=one)


@blueprint.get("/archive")
@public
@cacheable()
def archive() -> BaseResponse:
    session = db.session()
    months, has_authors = catalogue.months(session), bool(catalogue.all_authors(session))
    depends_on(LISTS)
    years = [(year, list(group)) for year, group in groupby(months, lambda one: one.month.year)]
    canonical = absolute(url_for("reading.archive"))
    return make_response(
        render_template("reading/archive.html", years=years, has_authors=has_authors, canonical=canonical)
    )


@blueprint.get("/archive/<month:month>")
@public
@cacheable("before")
def month(month: date) -> BaseResponse:
    if month.year not in YEARS:
        abort(404)
    rows = catalogue.newest_in_month(db.session(), month, PAGE + 1, _begun("before"))
    path, all_url = url_for("reading.month", month=month), url_for("reading.archive")
    return _list(rows, path, kind=_("Archive"), all_url=all_url, first_day=month)


def _list(rows: list[Listing], path: str, *, by: str = "before", **shown: object) -> BaseResponse:
    """A page of the list at the path, whose rows go one beyond the page if there are more.

    `by` is the parameter that names where a page begins: `before` for the newest first, `after` for a series, in its
    order. What has nothing live is no page: nobody is to learn from it what is still to come.
    """
    if not rows:
        abort(404)
    has_more = len(rows) > PAGE
    rows = rows[:PAGE]
    depends_on(LISTS, *(article_subject(row.id) for row in rows))
    page = render_template(
        "reading/list.html",
        rows=rows,
        by=by,
        first_url=path if request.args.get(by) else None,
        next_url=f"{path}?{by}={rows[-1].slug}" if has_more else None,
        canonical=absolute(path),
        **shown,
    )
    return make_response(page)


def _begun(by: str) -> Listing | None:
    """The article beyond which the page begins."""
    slug = request.args.get(by)
    return (listing(db.session(), as_slug(slug)) or abort(404)) if slug else None


def _lead_to(path: str) -> NoReturn:
    response = redirect(path, 301)
    response.headers["Cache-Control"] = "no-cache"
    abort(response)
