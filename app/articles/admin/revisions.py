"""What an article said after each change: two revisions side by side, and the way back to one."""

from __future__ import annotations

from flask import abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles.admin import blueprint
from app.articles.comparing import compared
from app.articles.history import Kept, revision, revisions_of
from app.articles.models import Article, ArticleRevision
from app.core.db import db
from app.core.web import Permission, as_id, requires

PAGE = 50
"""Revisions on one page."""


@blueprint.get("/articles/<id:article_id>/revisions")
@requires(Permission.WRITE)
def revisions(article_id: int) -> BaseResponse:
    session = db.session()
    article = session.get(Article, article_id) or abort(404)
    before = as_id(request.args.get("before"))
    rows = revisions_of(session, article_id, PAGE + 1, before)
    newest = rows[0].number if rows else 0
    to = _asked(article, "to", newest)
    earlier = _asked(article, "from", max(1, (to.number if to else newest) - 1))
    older = (
        url_for("articles.revisions", article_id=article_id, before=rows[PAGE - 1].number) if len(rows) > PAGE else None
    )
    page = render_template(
        "articles/revisions.html",
        article=article,
        rows=[(row, _what(row)) for row in rows[:PAGE]],
        earlier=earlier,
        to=to,
        pairs=[(one, None) for one in compared(earlier.content, to.content)] if earlier and to else [],
        older_url=older,
        is_first=before is None,
    )
    return make_response(page)


def _asked(article: Article, name: str, otherwise: int) -> ArticleRevision | None:
    """The revision that the query names; None where there is none at all."""
    if text := request.args.get(name):
        return revision(db.session(), article.id, as_id(text) or abort(404)) or abort(404)
    return revision(db.session(), article.id, otherwise)


def _what(row: Kept) -> str:
    if row.verb.startswith("restore "):
        return str(_("Revision %(number)s brought back", number=row.verb.removeprefix("restore ")))
    said = {
        "load": _("Loaded from a file"),
        "write": _("Written"),
        "save": _("Changed"),
        "name author": _("Its author named"),
        "answer": _("A reader’s question answered"),
        "withdraw answer": _("A question taken out"),
    }
    return str(said[row.verb])
