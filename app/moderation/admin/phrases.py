"""Banned and suspect phrases at the desk."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.markup import normalise
from app.core.web import Permission, as_id, requires
from app.moderation import phrases as phrase_list
from app.moderation.admin import blueprint
from app.moderation.forms import PhrasesForm
from app.moderation.models import Verdict

TRIED_LIMIT = 5_000
"""Characters of a text that the phrases are tried on."""


@blueprint.route("/phrases", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def phrases() -> BaseResponse:
    form = PhrasesForm()
    if not form.validate_on_submit():
        return _page(form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            added = phrase_list.add(session, logged_in(), form.lines(), Verdict(form.verdict.data))
    except phrase_list.TooManyPhrases:
        form.texts.errors = [_("There can be %(limit)s phrases in all.", limit=phrase_list.PHRASES_LIMIT)]
        return _page(form, 422)
    flash(ngettext("%(num)d phrase added.", "%(num)d phrases added.", added))
    return redirect(url_for("moderation.phrases"), 303)


@blueprint.post("/phrases/remove")
@requires(Permission.SETTINGS)
def remove_phrases() -> BaseResponse:
    ids = {phrase_id for text in request.form.getlist("ids") if (phrase_id := as_id(text))}
    with transaction() as session:
        removed = phrase_list.remove(session, logged_in(), ids)
    flash(ngettext("%(num)d phrase removed.", "%(num)d phrases removed.", removed))
    return redirect(url_for("moderation.phrases"), 303)


@blueprint.post("/phrases/try")
@requires(Permission.SETTINGS)
def try_phrases() -> BaseResponse:
    """Says what of a text the phrases find; nothing is kept of it."""
    text = normalise(request.form.get("text", ""))[:TRIED_LIMIT]
    found = phrase_list.find(phrase_list.known_phrases(db.session()), text)
    return _page(PhrasesForm(formdata=None), tried=text, found=found)


def _page(
    form: PhrasesForm, status: int = 200, tried: str | None = None, found: list[tuple[str, Verdict]] | None = None
) -> Response:
    listed = phrase_list.listed_phrases(db.session())
    page = render_template(
        "moderation/phrases.html",
        form=form,
        groups=[
            (_("Banned: to the spam tab"), [phrase for phrase in listed if phrase.verdict is Verdict.SPAM]),
            (_("Suspect: held for an editor"), [phrase for phrase in listed if phrase.verdict is Verdict.HOLD]),
        ],
        tried=tried,
        found=found,
    )
    return make_response(page, status)
