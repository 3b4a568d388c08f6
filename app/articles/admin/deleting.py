"""Deleting an article that was never live, or a sample."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import deleting
from app.articles.admin import blueprint
from app.articles.closing import NoSuchArticle
from app.articles.models import Article
from app.articles.writing import ChangedMeanwhile
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires


@blueprint.route("/articles/<id:article_id>/delete", methods=["GET", "POST"])
@requires(Permission.WRITE)
def delete(article_id: int) -> BaseResponse:
    if request.method == "GET":
        article = db.session.get(Article, article_id) or abort(404)
        try:
            deleting.check(db.session(), article)
        except (deleting.WasLive, deleting.HasComments) as refusal:
            return _refused(article_id, refusal)
        return make_response(render_template("articles/delete.html", article=article))
    try:
        with transaction() as session:
            title = deleting.delete(session, logged_in(), article_id, as_id(request.form.get("seen")) or 0)
    except NoSuchArticle:
        abort(404)
    except (deleting.WasLive, deleting.HasComments) as refusal:
        return _refused(article_id, refusal)
    except ChangedMeanwhile:
        flash(_("It was changed while you looked at it, so it is still here. This is how it stands now."))
        return redirect(url_for("articles.edit", article_id=article_id), 303)
    flash(_("“%(title)s” is deleted.", title=title))
    return redirect(url_for("articles.index"), 303)


def _refused(article_id: int, refusal: Exception) -> BaseResponse:
    if isinstance(refusal, deleting.HasComments):
        flash(_("There are comments on this article, so it is not deleted. While it is live it can be withdrawn."))
    else:
        flash(_("Readers have seen this article, so it is not deleted. While it is live it can be withdrawn."))
    return redirect(url_for("articles.edit", article_id=article_id), 303)
