"""Choosing what leads the front page."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import leading
from app.articles.admin import blueprint
from app.articles.closing import NoSuchArticle
from app.core.db import transaction
from app.core.web import Permission, requires


@blueprint.post("/articles/<id:article_id>/lead")
@requires(Permission.WRITE)
def lead(article_id: int) -> BaseResponse:
    stops = request.form.get("do") == "stop"
    try:
        with transaction() as session:
            change = leading.stop_leading if stops else leading.lead_with
            article = change(session, logged_in(), article_id)
    except NoSuchArticle:
        abort(404)
    if stops:
        flash(_("The newest article leads the front page."))
    else:
        flash(_("“%(title)s” leads the front page as long as it is live.", title=article.title))
    return redirect(url_for("articles.edit", article_id=article_id), 303)
