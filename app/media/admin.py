"""The newsroom's images, at the desk."""

from __future__ import annotations

from flask import Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import DESK, logged_in
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires, takes_files
from app.media import keeping
from app.media.forms import DescriptionForm, ImageForm
from app.media.models import Image, figure_lines
from app.media.queries import newest_images
from app.media.routes import blueprint

PAGE = 30
"""Images on one page of the list."""


@blueprint.get(f"{DESK}/images")
@requires(Permission.WRITE)
def index() -> BaseResponse:
    return _list(ImageForm(formdata=None))


@blueprint.post(f"{DESK}/images")
@requires(Permission.WRITE)
@takes_files
def upload() -> BaseResponse:
    """From the form or, for a script that accepts JSON, with the lines that show the picture in an article."""
    form = ImageForm()
    is_script = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    if not form.validate():
        if is_script:
            return make_response(jsonify(error=" ".join(str(error) for field in form for error in field.errors)), 422)
        return _list(form, 422)
    alt, credit = form.alt.data or "", form.credit.data or ""
    with form.given() as given, transaction() as session:
        image, is_new = keeping.add(session, logged_in().actor, given)
    if is_script:
        return jsonify(name=image.name, alt=alt, markdown=figure_lines(image.name, alt, credit))
    said = _("“%(name)s” is added.") if is_new else _("This picture is here already, as “%(name)s”.")
    flash(said % {"name": image.name})
    return redirect(url_for("media.image", image_id=image.id), 303)


@blueprint.route(f"{DESK}/images/<id:image_id>", methods=["GET", "POST"])
@requires(Permission.WRITE)
def image(image_id: int) -> BaseResponse:
    form = DescriptionForm()
    if not form.validate_on_submit():
        found = db.session.get(Image, image_id) or abort(404)
        return _one(found, form if form.errors else DescriptionForm(formdata=None, obj=found))
    try:
        with transaction() as session:
            keeping.describe(
                session, logged_in().actor, image_id, alt=form.alt.data or "", credit=form.credit.data or ""
            )
    except keeping.NoSuchImage:
        abort(404)
    flash(_("Saved. Texts that show the picture keep what they say of it."))
    return redirect(url_for("media.image", image_id=image_id), 303)


@blueprint.post(f"{DESK}/images/<id:image_id>/delete")
@requires(Permission.WRITE)
def delete(image_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            gone = keeping.delete(session, logged_in().actor, image_id)
    except keeping.NoSuchImage:
        abort(404)
    except keeping.IsShown:
        found = db.session.get(Image, image_id) or abort(404)
        return _one(found, DescriptionForm(formdata=None, obj=found), is_refused=True)
    flash(_("“%(name)s” is deleted, with its files.", name=gone.name))
    return redirect(url_for("media.index"), 303)


def _list(form: ImageForm, status: int = 200) -> Response:
    session = db.session()
    before = None
    if text := request.args.get("before"):
        before = session.get(Image, as_id(text) or abort(404)) or abort(404)
    rows = newest_images(session, PAGE + 1, before)
    page = render_template(
        "media/images.html",
        form=form,
        images=rows[:PAGE],
        older_url=url_for("media.index", before=rows[PAGE - 1].id) if len(rows) > PAGE else None,
        newest_url=url_for("media.index") if before else None,
    )
    return make_response(page, status)


def _one(found: Image, form: DescriptionForm, *, is_refused: bool = False) -> Response:
    page = render_template(
        "media/image.html",
        image=found,
        form=form,
        lines=figure_lines(found.name, found.alt, found.credit),
        uses=keeping.uses_of(db.session(), found),
        is_refused=is_refused,
    )
    return make_response(page, 409 if is_refused else 422 if form.errors else 200)
