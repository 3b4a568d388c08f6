"""Answering at an article's former addresses."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import abort, current_app, redirect, request, url_for
from sqlalchemy.orm import Session

from app.articles.queries import slugs_now
from app.core.web import params_of_page


def forward(session: Session, slug: str) -> NoReturn:
    """Leads to the same page of the article that once had the slug; answers with 404 if none had it.

    Of the query only what the page declares is taken along. The answer is for ever, but the article may be given its
    old address back, so nobody may keep it without asking.
    """
    now = slugs_now(session, [slug]).get(slug) or abort(404)
    endpoint = request.endpoint or ""
    declared = params_of_page(current_app.view_functions[endpoint]) or ()
    given: dict[str, Any] = {name: request.args[name] for name in declared if name in request.args}
    path = url_for(endpoint, **given | (request.view_args or {}) | {"slug": now})
    # 308 has the browser send a form again, as it was; 301 is what old feed readers know, too.
    response = redirect(path, 301 if request.method in {"GET", "HEAD"} else 308)
    response.headers["Cache-Control"] = "no-cache"
    abort(response)
