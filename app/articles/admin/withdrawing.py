"""Withdrawing an article, and publishing it again."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import withdrawing
from app.articles.admin import blueprint
from app.articles.closing import NoSuchArticle
from app.articles.forms import WithdrawalForm
from app.articles.models import Article, State
from app.core.db import db, transaction
from app.core.web import Permission, requires


@blueprint.route("/articles/<id:article_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.WRITE)
def withdraw(article_id: int) -> BaseResponse:
    form = WithdrawalForm()
    if not form.validate_on_submit():
        article = db.session.get(Article, article_id) or abort(404)
        if article.state is not State.LIVE:
            flash(_("Readers can’t see “%(title)s”, so there is nothing to withdraw.", title=article.title))
            return redirect(url_for("articles.edit", article_id=article_id), 303)
        page = render_template("articles/withdraw.html", form=form, article=article)
        return make_response(page, 422 if form.errors else 200)
    try:
        with transaction() as session:
            article = withdrawing.withdraw(session, logged_in(), article_id, form.reason.data or "")
    except NoSuchArticle:
        abort(404)
    except withdrawing.NotInThatState:
        flash(_("Someone had withdrawn the article already."))
    else:
        flash(_("“%(title)s” is withdrawn. In its place readers read why.", title=article.title))
    return redirect(url_for("articles.edit", article_id=article_id), 303)


@blueprint.post("/articles/<id:article_id>/republish")
@requires(Permission.WRITE)
def republish(article_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            article = withdrawing.republish(session, logged_in(), article_id)
    except NoSuchArticle:
        abort(404)
    except withdrawing.NotInThatState:
        flash(_("The article is not withdrawn."))
    else:
        said = {
            State.LIVE: _("“%(title)s” is live again, with its comments.", title=article.title),
            State.SCHEDULED: _("“%(title)s” is scheduled again.", title=article.title),
            State.DRAFT: _("“%(title)s” bears no date, so it is a draft now.", title=article.title),
        }
        flash(said[article.state])
    return redirect(url_for("articles.edit", article_id=article_id), 303)
