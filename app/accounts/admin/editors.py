"""Who may write and moderate: inviting, shutting out, letting in again."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import editing, telling
from app.accounts.admin.password import refused
from app.accounts.forms import InviteForm, OwnPasswordForm
from app.accounts.guard import logged_in
from app.accounts.models import Editor
from app.accounts.queries import all_editors, open_invitations
from app.accounts.routes import blueprint
from app.core.db import db, transaction
from app.core.web import Permission, absolute, requires, settings


@blueprint.get("/editors")
@requires(Permission.SETTINGS)
def editors() -> BaseResponse:
    return _list_page(InviteForm(formdata=None), 200)


@blueprint.post("/editors")
@requires(Permission.SETTINGS)
def invite() -> BaseResponse:
    """The page that shows the link is the only place where it ever stands."""
    form = InviteForm()
    if form.validate() and (refusal := refused(form, _list_page)) is not None:
        return refusal
    if form.errors:
        return _list_page(form, 422)
    email = form.email.data or ""
    with transaction() as session:
        known = next((editor for editor in all_editors(session) if editor.email == email.lower()), None)
        token = None if known else editing.invite(session, email, logged_in().actor)
    if token is None:
        form.email.errors = [_("An editor has that address already. Choose the name above.")]
        return _list_page(form, 422)
    link = absolute(url_for("accounts.welcome", token=token))
    return make_response(render_template("accounts/invited.html", link=link, email=email))


@blueprint.post("/editors/invitations/<id:invitation_id>/take-back")
@requires(Permission.SETTINGS)
def take_back(invitation_id: int) -> BaseResponse:
    with transaction() as session:
        editing.take_back(session, invitation_id, logged_in().actor)
    flash(_("The link leads nowhere any more."))
    return redirect(url_for("accounts.editors"), 303)


@blueprint.get("/editors/<id:editor_id>")
@requires(Permission.SETTINGS)
def editor(editor_id: int) -> BaseResponse:
    return _editor_page(editor_id, OwnPasswordForm(formdata=None), 200)


@blueprint.post("/editors/<id:editor_id>/link")
@requires(Permission.SETTINGS)
def mail_link(editor_id: int) -> BaseResponse:
    """Mailed to that editor and shown to no other, so that nobody acts in another's name."""
    with transaction() as session:
        other = _other(session, editor_id)
        telling.mail_link(session, other, logged_in().actor)
        email = other.email
    if settings().mail_server:
        flash(_("A link is on its way to %(email)s. It is good for 24 hours.", email=email))
    else:
        flash(
            _(
                "No mail server is set: the letter to %(email)s lies in the folder outbox of the installation.",
                email=email,
            )
        )
    return redirect(url_for("accounts.editors"), 303)


@blueprint.post("/editors/<id:editor_id>/shut-out")
@requires(Permission.SETTINGS)
def shut_out(editor_id: int) -> BaseResponse:
    form = OwnPasswordForm()

    def page(form: OwnPasswordForm, status: int) -> Response:
        return _editor_page(editor_id, form, status)

    if form.validate() and (refusal := refused(form, page)) is not None:
        return refusal
    if form.errors:
        return page(form, 422)
    with transaction() as session:
        name = editing.disable(session, _other(session, editor_id).email, logged_in().actor).name
    flash(_("%(name)s can no longer log in.", name=name))
    return redirect(url_for("accounts.editors"), 303)


def _other(session: Session, editor_id: int) -> Editor:
    """Any editor but the one who is logged in: nobody shuts out themselves, so one is always left."""
    found = session.get(Editor, editor_id)
    if found is None or editor_id == logged_in().editor_id:
        abort(404)
    return found


def _list_page(form: InviteForm, status: int) -> Response:
    session = db.session()
    page = render_template(
        "accounts/editors.html",
        form=form,
        editors=all_editors(session),
        invitations=open_invitations(session),
        own_id=logged_in().editor_id,
    )
    return make_response(page, status)


def _editor_page(editor_id: int, form: OwnPasswordForm, status: int) -> Response:
    page = render_template("accounts/editor.html", form=form, editor=_other(db.session(), editor_id))
    return make_response(page, status)
