"""What an editor has written and not saved: kept by the form's script, opened again, dropped."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import autosaving
from app.articles.admin import blueprint
from app.articles.forms import sent_article, sent_form_name
from app.core.db import transaction
from app.core.web import Permission, as_id, requires


@blueprint.post("/articles/unsaved")
@requires(Permission.WRITE)
def keep_unsaved() -> tuple[dict[str, object], int]:
    """Answers the script with words for its editor, and the number by which the next keeping knows of this one."""
    name = sent_form_name() or abort(400)
    article_id, fields = as_id(request.args.get("article")), sent_article()
    try:
        with transaction() as session:
            kept = autosaving.keep(session, logged_in(), article_id, name, fields)
    except autosaving.GoesOnElsewhere:
        said = _("This text goes on in another window. What you write here is not kept by itself; Save keeps it.")
        return {"said": said}, 409
    said = _("Not saved yet. Kept for you at %(time)s.", time=format_time(kept.at, "HH:mm:ss"))
    return {"said": said, "version": kept.version}, 200


@blueprint.post("/articles/unsaved/<id:unsaved_id>/drop")
@requires(Permission.WRITE)
def drop_unsaved(unsaved_id: int) -> BaseResponse:
    with transaction() as session:
        kept = autosaving.drop(session, logged_in(), unsaved_id)
    if kept is None:
        flash(_("It was saved or dropped already."))
        return redirect(url_for("articles.index"), 303)
    flash(_("Your unsaved text is dropped."))
    if kept.article_id is None:
        return redirect(url_for("articles.index"), 303)
    return redirect(url_for("articles.edit", article_id=kept.article_id), 303)
