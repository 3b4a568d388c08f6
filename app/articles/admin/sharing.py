"""Private links to articles that are not out yet."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import sharing
from app.articles.admin import blueprint
from app.articles.closing import NoSuchArticle
from app.core.db import transaction
from app.core.web import Permission, absolute, requires


@blueprint.post("/articles/<id:article_id>/share")
@requires(Permission.WRITE)
def share(article_id: int) -> BaseResponse:
    """The page that shows the link is the only place where it ever stands."""
    edit_url = url_for("articles.edit", article_id=article_id)
    is_ending = request.form.get("do") == "stop"
    try:
        with transaction() as session:
            if is_ending:
                sharing.stop_sharing(session, logged_in(), article_id)
            else:
                link = absolute(url_for("reading.draft", token=sharing.share(session, logged_in(), article_id)))
    except NoSuchArticle:
        abort(404)
    if is_ending:
        flash(_("The private link leads nowhere any more."))
        return redirect(edit_url, 303)
    return make_response(render_template("articles/shared.html", link=link, edit_url=edit_url))
