"""Who writes, and which series there are."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles import describing
from app.articles.admin import blueprint
from app.articles.describing import Kind
from app.articles.describing_forms import DescriptionForm, filled_form, form_of
from app.articles.forms import add_error
from app.articles.models import Author, Described, Series
from app.articles.overview import described
from app.core.db import db, transaction
from app.core.web import Permission, requires

ENDPOINTS: dict[Kind, str] = {Author: "author", Series: "series"}
"""What the pages of each kind are called."""


@blueprint.get("/authors")
@requires(Permission.WRITE)
def authors() -> BaseResponse:
    return _list(Author)


@blueprint.get("/series")
@requires(Permission.WRITE)
def all_series() -> BaseResponse:
    return _list(Series)


@blueprint.route("/authors/new", methods=["GET", "POST"])
@requires(Permission.WRITE)
def new_author() -> BaseResponse:
    return _new(Author)


@blueprint.route("/series/new", methods=["GET", "POST"])
@requires(Permission.WRITE)
def new_series() -> BaseResponse:
    return _new(Series)


@blueprint.route("/authors/<id:one_id>", methods=["GET", "POST"])
@requires(Permission.WRITE)
def author(one_id: int) -> BaseResponse:
    return _edit(Author, one_id)


@blueprint.route("/series/<id:one_id>", methods=["GET", "POST"])
@requires(Permission.WRITE)
def series(one_id: int) -> BaseResponse:
    return _edit(Series, one_id)


@blueprint.route("/authors/<id:one_id>/delete", methods=["GET", "POST"])
@requires(Permission.WRITE)
def delete_author(one_id: int) -> BaseResponse:
    return _delete(Author, one_id)


@blueprint.route("/series/<id:one_id>/delete", methods=["GET", "POST"])
@requires(Permission.WRITE)
def delete_series(one_id: int) -> BaseResponse:
    return _delete(Series, one_id)


@blueprint.post("/authors/<id:one_id>/adopt")
@requires(Permission.WRITE)
def adopt(one_id: int) -> BaseResponse:
    try:
        with transaction() as session:
            number = describing.adopt(session, one_id, actor=logged_in().actor)
    except describing.NoSuchOne:
        abort(404)
    flash(ngettext("%(num)s article is this author’s now.", "%(num)s articles are this author’s now.", number))
    return redirect(url_for("articles.author", one_id=one_id), 303)


def _list(kind: Kind) -> Response:
    rows, urls = described(db.session(), kind), _urls(kind)
    return make_response(render_template("articles/described.html", rows=rows, is_authors=kind is Author, **urls))


def _new(kind: Kind) -> BaseResponse:
    form = form_of(kind)
    if not form.validate_on_submit():
        return _page(kind, form, None, 422 if form.errors else 200)
    said = form.description()
    try:
        with transaction() as session:
            one = describing.create(session, kind, said, actor=logged_in().actor)
    except describing.SlugTaken:
        add_error(form.slug, _("Another one has this address. Choose another."))
        return _page(kind, form, None, 422)
    flash(_("“%(name)s” is saved. Articles can name it now.", name=one.name))
    return redirect(url_for(f"articles.{ENDPOINTS[kind]}", one_id=one.id), 303)


def _edit(kind: Kind, one_id: int) -> BaseResponse:
    one = db.session.get(kind, one_id) or abort(404)
    form = form_of(kind)
    form.slug.data = one.slug
    if not form.validate_on_submit():
        return _page(kind, form if form.errors else filled_form(one), one, 422 if form.errors else 200)
    said = form.description()
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    try:
        with transaction() as session:
            is_changed = describing.save(
                session, kind, one_id, said, seen=form.seen.data or "", actor=logged_in().actor
            )
    except describing.NoSuchOne:
        abort(404)
    except describing.ChangedMeanwhile:
        now = db.session.get(kind, one_id) or abort(404)
        form.seen.data = describing.digest(now)
        return _page(kind, form, now, 409)
    flash(_("“%(name)s” is saved.", name=said.name) if is_changed else _("Nothing was changed, so nothing was saved."))
    return redirect(url_for(f"articles.{ENDPOINTS[kind]}", one_id=one_id), 303)


def _delete(kind: Kind, one_id: int) -> BaseResponse:
    form = form_of(kind)
    if form.is_submitted():
        try:
            with transaction() as session:
                name = describing.delete(session, kind, one_id, actor=logged_in().actor)
        except describing.NoSuchOne:
            abort(404)
        except describing.InUse:
            return redirect(url_for(f"articles.delete_{ENDPOINTS[kind]}", one_id=one_id), 303)
        flash(_("“%(name)s” is deleted.", name=name))
        return redirect(_urls(kind)["list_url"], 303)
    one = db.session.get(kind, one_id) or abort(404)
    page = render_template(
        "articles/delete_described.html", one=one, articles=describing.articles_of(db.session(), one), **_urls(kind)
    )
    return make_response(page)


def _page(kind: Kind, form: DescriptionForm, one: Described | None, status: int) -> Response:
    session = db.session()
    page = render_template(
        "articles/description.html",
        form=form,
        one=one,
        is_author=kind is Author,
        articles=describing.articles_of(session, one) if one else 0,
        to_adopt=describing.to_adopt(session, one) if isinstance(one, Author) else 0,
        delete_url=url_for(f"articles.delete_{ENDPOINTS[kind]}", one_id=one.id) if one else None,
        has_changed=status == 409,
        is_wrong=status >= 400,
        **_urls(kind),
    )
    return make_response(page, status)


def _urls(kind: Kind) -> dict[str, str]:
    names: dict[Kind, str] = {Author: "authors", Series: "all_series"}
    return {
        "list_url": url_for(f"articles.{names[kind]}"),
        "new_url": url_for(f"articles.new_{ENDPOINTS[kind]}"),
        "endpoint": f"articles.{ENDPOINTS[kind]}",
    }
