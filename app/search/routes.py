"""The page on which readers look for something, and how browsers learn of it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import begin_snapshot, db
from app.core.forms import single_line, too_long
from app.core.web import absolute, cacheable, public
from app.search.queries import PAGE, Found, Key, Kind, find, key_as_text, key_from_text
from app.search.terms import QUERY_LIMIT, Query, parse

FEW = 4
"""Hits of each kind where all kinds are shown."""

blueprint = Blueprint("search", __name__, template_folder="templates")


@blueprint.get("/search")
@public
def search() -> BaseResponse:
    """Kept by no cache: what strangers make up to look for would push out what readers ask for again and again."""
    text = single_line(request.args.get("q")) or ""
    kind, after = _asked(request.args.get("kind"), request.args.get("after"))
    is_too_long = len(text) > QUERY_LIMIT
    query = parse("" if is_too_long else text)
    page = render_template(
        "search/search.html",
        text=text,
        kind=kind,
        kinds=list(Kind),
        found=_found(query, kind, after) if query.clauses else {},
        is_first=after is None,
        problem=too_long(len(text), QUERY_LIMIT) if is_too_long else "",
        is_asked=bool(query.clauses),
        older=_older,
    )
    response = make_response(page, 400 if is_too_long else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/opensearch.xml")
@public
@cacheable()
def description() -> BaseResponse:
    """What a browser needs to offer this site among its search engines (OpenSearch 1.1)."""
    text = render_template("search/opensearch.xml", address=absolute(url_for("search.search")))
    return Response(text, mimetype="application/opensearchdescription+xml")


def _asked(kind: str | None, after: str | None) -> tuple[Kind | None, Key | None]:
    """What is none is no such page."""
    try:
        wanted = Kind(kind) if kind else None
        return wanted, key_from_text(after, wanted) if wanted and after else None
    except ValueError:
        abort(404)


def _found(query: Query, kind: Kind | None, after: Key | None) -> dict[Kind, Found]:
    begin_snapshot()
    if kind:
        return {kind: find(db.session(), kind, query, PAGE, after)}
    return {each: find(db.session(), each, query, FEW) for each in Kind}


def _older(text: str, kind: Kind, found: Found) -> str:
    return url_for("search.search", q=text, kind=kind, after=key_as_text(found.next) if found.next else None)
