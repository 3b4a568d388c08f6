"""Where an article is, and was."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import closing, moving
from app.articles.admin import blueprint
from app.articles.forms import SlugForm
from app.articles.models import Article
from app.articles.queries import former_slugs
from app.core.db import db, transaction
from app.core.web import Permission, absolute, requires


@blueprint.route("/articles/<id:article_id>/address", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def address(article_id: int) -> BaseResponse:
    form = SlugForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                article = moving.rename(session, logged_in(), article_id, form.slug.data or "")
        except closing.NoSuchArticle:
            abort(404)
        except moving.SlugTaken:
            form.slug.errors = [_("Another article has this address, or had it.")]
        else:
            flash(_("“%(title)s” is at %(url)s.", title=article.title, url=absolute(article.url)))
            return redirect(url_for("articles.index"), 303)
    article = db.session().get(Article, article_id) or abort(404)
    if request.method == "GET":
        form.slug.data = article.slug
    page = render_template(
        "articles/address.html", form=form, article=article, former=former_slugs(db.session(), article_id)
    )
    return make_response(page, 422 if form.errors else 200)
