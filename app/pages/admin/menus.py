"""The form in which an editor puts links into the menus."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles.catalogue import all_tags
from app.core.db import db, transaction
from app.core.web import Permission, requires
from app.pages.admin import blueprint
from app.pages.forms import MenusForm, menus_form, posted_menus
from app.pages.menus import ChangedMeanwhile, change_menus, seen_as
from app.pages.models import PageState
from app.pages.queries import all_pages, menus, menus_as_they_came

TAGS_OFFERED = 100
"""Of which the form gives the addresses."""


@blueprint.route("/menu", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
def menu() -> BaseResponse:
    if request.method == "GET":
        return _page(menus_form(menus(db.session())))
    form, asked = posted_menus(), request.form.get("do", "save")
    if asked == "came":
        return _page(menus_form(menus_as_they_came(), seen=form.seen.data))
    if asked == "stay" or form.rearrange(asked):
        return _page(form)
    wanted = form.menus_for(db.session())
    if wanted is None:
        return _page(form, 422)
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    try:
        with transaction() as session:
            change_menus(session, logged_in(), wanted, form.seen.data or "")
    except ChangedMeanwhile:
        form.seen.data = seen_as(menus(db.session()))
        return _page(form, 409)
    flash(_("The menus are saved, and on every page."))
    return redirect(url_for("standing.menu"), 303)


def _page(form: MenusForm, status: int = 200) -> Response:
    session = db.session()
    offered = [(page.url, page.title) for page in all_pages(session) if page.state is PageState.LIVE]
    offered += [(tag.url, tag.name) for tag in all_tags(session)[:TAGS_OFFERED]]
    page = render_template(
        "pages/menu.html",
        form=form,
        problems=form.problems(),
        offered=offered,
        now=menus(session) if status == 409 else None,
        is_wrong=status >= 400,
    )
    return make_response(page, status)
