"""Corrections without a comment, and taking back what an article says beside its text."""

from __future__ import annotations

import re

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import correcting, questions
from app.articles.corrections import correction, newest_corrections
from app.articles.models import FaqEntry
from app.articles.owed import CorrectionMade
from app.articles.queries import Listing, listing, listings_by_id, newest
from app.core.db import db, transaction
from app.core.web import Permission, as_id, as_slug, requires, takes_files
from app.media.adding import PictureForm, take_in
from app.media.queries import ImageGone
from app.moderation.admin import blueprint
from app.moderation.forms import CorrectionForm

PAGE = 20
"""Corrections on one page, and newest articles that are suggested."""


@blueprint.get("/corrections")
@requires(Permission.MODERATE)
def corrections() -> BaseResponse:
    return _list()


@blueprint.route("/corrections/new", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@takes_files
def new_correction() -> BaseResponse:
    asked = request.args.get("article", "")
    slug = _slug_in(asked)
    form, picture = CorrectionForm(), PictureForm()
    is_complete = form.is_submitted() and take_in(picture, form.text, logged_in().actor)
    if is_complete and form.validate() and _is_corrected(slug, form):
        flash(_("The correction stands in the article and among all corrections."))
        return redirect(url_for("moderation.corrections"), 303)
    found = listing(db.session(), slug)
    if found is None:
        return _list(asked or None)
    page = render_template("moderation/new_correction.html", form=form, picture=picture, article=found)
    return make_response(page, 422 if form.errors or picture.errors else 200)


def _is_corrected(slug: str, form: CorrectionForm) -> bool:
    text, markup, images = form.text.data or "", form.text.markup, form.text.images
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    try:
        with transaction() as session:
            article = listing(session, slug) or abort(404)
            correcting.correct(session, article.id, actor=logged_in().actor, text=text, markup=markup, images=images)
    except ImageGone as gone:
        form.text.miss(str(gone))
        return False
    return True


@blueprint.route("/corrections/<id:correction_id>/remove", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def remove_correction(correction_id: int) -> BaseResponse:
    if request.method == "POST":
        with transaction() as session:
            gone = correcting.withdraw(session, correction_id, actor=logged_in().actor)
        flash(_("The correction is withdrawn.") if gone else _("Someone had taken it out already."))
        return redirect(_back_to(None), 303)
    row = correction(db.session(), correction_id) or abort(404)
    return _removal(row.article, row.correction, back_url=_back_to(None))


@blueprint.route("/questions/<id:entry_id>/remove", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def remove_question(entry_id: int) -> BaseResponse:
    if request.method == "POST":
        with transaction() as session:
            gone = questions.withdraw(session, entry_id, actor=logged_in().actor)
        flash(_("The question is taken out of the article.") if gone else _("Someone had taken it out already."))
        return redirect(_back_to(gone.asked_in_id if gone else None), 303)
    session = db.session()
    entry = session.get(FaqEntry, entry_id) or abort(404)
    article = listings_by_id(session, [entry.article_id]).get(entry.article_id) or abort(404)
    return _removal(article, entry, question=entry.question, back_url=_back_to(entry.asked_in_id))


def _removal(article: Listing, entry: FaqEntry | CorrectionMade, *, question: str = "", back_url: str) -> Response:
    """The page that asks whether to take a correction back or, with `question`, an answered question out."""
    page = render_template("moderation/remove.html", article=article, entry=entry, question=question, back_url=back_url)
    return make_response(page)


def _back_to(comment_id: int | None) -> str:
    """The comment that something came of, or the list of corrections."""
    if comment_id is None:
        return url_for("moderation.corrections")
    return url_for("moderation.comment", comment_id=comment_id)


def _slug_in(address: str) -> str:
    """The last part of an article's address, which may be whole or that part alone."""
    return as_slug(re.split("[?#]", address)[0].rstrip("/").rpartition("/")[2])


def _list(not_found: str | None = None) -> Response:
    """All corrections, and a field for the article to correct; `not_found` is what stood in it and named none."""
    session = db.session()
    before = None
    if text := request.args.get("before"):
        before = correction(session, as_id(text) or abort(404)) or abort(404)
    rows = newest_corrections(session, PAGE + 1, before)
    older = url_for("moderation.corrections", before=rows[PAGE - 1].correction.id) if len(rows) > PAGE else None
    page = render_template(
        "moderation/corrections.html",
        rows=rows[:PAGE],
        older_url=older,
        articles=newest(session, PAGE),
        not_found=not_found,
    )
    return make_response(page, 200 if not_found is None else 404)
