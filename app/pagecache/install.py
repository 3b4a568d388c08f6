"""Putting the page cache in front of the application."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.articles.queries import ends_with_next_publication
from app.core.db import begin_snapshot, db
from app.core.revisions import begin_page, facts
from app.core.web import params_of_page
from app.pagecache.entries import BRIEFLY
from app.pagecache.freshness import freshness_of
from app.pagecache.layer import FACTS, PageCache


def init_app(app: Flask) -> None:
    """To be called before other WSGI layers are put around the application's own."""
    app.before_request(_begin_page)
    app.after_request(_leave_facts)
    with app.app_context():
        freshness = freshness_of(db.engine)
    adapter = app.url_map.bind("")

    @lru_cache(maxsize=1024)
    def params_of(path: str) -> tuple[str, ...] | None:
        try:
            endpoint, _values = adapter.match(path, "GET")
        except HTTPException:
            return None
        return params_of_page(app.view_functions[endpoint])

    layer = PageCache(app.wsgi_app, freshness, params_of)
    app.extensions["page_cache"] = layer
    app.wsgi_app = layer  # type: ignore[method-assign]


def _is_page() -> bool:
    return request.endpoint is not None and params_of_page(current_app.view_functions[request.endpoint]) is not None


def _begin_page() -> None:
    if _is_page():
        begin_page()
        if request.method == "GET":
            begin_snapshot()


def _leave_facts(response: Response) -> Response:
    """Tells the cache, from within the transaction that the page was read in, what the page depends on."""
    if response.status_code != 200 or not _is_page():
        return response
    response.headers.setdefault("Cache-Control", BRIEFLY)
    session = db.session()
    if g.subjects:
        ends_with_next_publication(session)
    request.environ[FACTS] = facts(session)
    return response
