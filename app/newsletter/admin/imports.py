"""Files of addresses: read, looked at, taken in."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.web import Permission, requires, takes_files
from app.newsletter import importing
from app.newsletter.admin.subscribers import blueprint
from app.newsletter.forms import ImportForm
from app.newsletter.models import Import
from app.newsletter.tables import Flaw


@blueprint.get("/newsletter/imports/new")
@requires(Permission.WRITE)
def new_import() -> BaseResponse:
    return _form(ImportForm(formdata=None))


@blueprint.post("/newsletter/imports/new")
@requires(Permission.WRITE)
@takes_files
def start_import() -> BaseResponse:
    form = ImportForm()
    if not form.validate():
        return _form(form, 422)
    content, proof = form.content, form.proof.data or ""
    with transaction() as session:
        number = importing.start(session, logged_in(), file_name=form.file_name, proof=proof, content=content)
    if len(content) <= importing.READ_AT_ONCE:
        importing.read(number)
    return redirect(url_for("subscribers.show_import", import_id=number), 303)


@blueprint.get("/newsletter/imports/<id:import_id>")
@requires(Permission.WRITE)
def show_import(import_id: int) -> str:
    found = db.session.get(Import, import_id) or abort(404)
    return render_template("newsletter/import.html", file=found, flaws=_flaws())


@blueprint.post("/newsletter/imports/<id:import_id>/take")
@requires(Permission.WRITE)
def take_import(import_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            importing.take(session, logged_in(), import_id)
    except importing.NoSuchImport:
        flash(_("That file was taken in or deleted already."))
    return redirect(url_for("subscribers.show_import", import_id=import_id), 303)


@blueprint.post("/newsletter/imports/<id:import_id>/discard")
@requires(Permission.WRITE)
def discard_import(import_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            importing.discard(session, import_id)
        flash(_("The file is deleted. Nobody was subscribed by it."))
    except importing.NoSuchImport:
        flash(_("That file was taken in or deleted already."))
    return redirect(url_for("subscribers.index"), 303)


def _form(form: ImportForm, status: int = 200) -> Response:
    return make_response(render_template("newsletter/import_form.html", form=form), status)


def _flaws() -> dict[str, str]:
    return {
        Flaw.NO_ADDRESS: _("no address that mail can go to"),
        Flaw.NO_PROOF: _("nothing proves that this reader asked for it"),
        Flaw.NO_STATUS: _("a status that means nothing here"),
        Flaw.REPEATED: _("the same address as on an earlier line"),
    }
