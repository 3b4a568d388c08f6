"""An editor's account page."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import editing, logging_in, passwords
from app.accounts.admin.password import refused
from app.accounts.forms import DigestForm, PasswordForm, ProfileForm
from app.accounts.guard import logged_in
from app.accounts.models import Editor
from app.accounts.queries import failed_tries, sessions_of
from app.accounts.routes import blueprint
from app.core.db import db, transaction
from app.core.web import Permission, requires, settings
from app.mail.queries import mail_state


@blueprint.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> BaseResponse:
    return _page()


@blueprint.post("/account/profile")
@requires(Permission.OWN_ACCOUNT)
def change_profile() -> BaseResponse:
    form = ProfileForm()
    if form.validate() and (refusal := refused(form, _page)) is not None:
        return refusal
    if form.errors:
        return _page(form, 422)
    try:
        with transaction() as session:
            editor = session.get_one(Editor, logged_in().editor_id)
            editing.change_profile(session, editor, name=form.name.data or "", email=form.email.data or "")
    except editing.AccountError as error:
        form.email.errors = [str(error)]
        return _page(form, 422)
    flash(_("Saved."))
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/password")
@requires(Permission.OWN_ACCOUNT)
def change_password() -> BaseResponse:
    form = PasswordForm()
    identity = logged_in()
    if form.validate() and (refusal := refused(form, _page)) is not None:
        return refusal
    if form.errors:
        return _page(form, 422)
    password_hash = passwords.hash_password(form.new_password.data or "")
    with transaction() as session:
        editor = session.get_one(Editor, identity.editor_id)
        editing.change_password(session, editor, password_hash, keep_session=identity.session_id)
    flash(_("Your password is changed, and your other sessions have ended."))
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/digest")
@requires(Permission.OWN_ACCOUNT)
def change_digest() -> BaseResponse:
    form = DigestForm()
    if not form.validate():
        return _page(form, 422)
    with transaction() as session:
        editing.set_digest_hours(session, logged_in().editor_id, form.chosen())
    flash(_("Saved."))
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/sessions/<id:session_id>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: int) -> BaseResponse:
    with transaction() as session:
        logging_in.end_session(session, logged_in().editor_id, session_id)
    return redirect(url_for("accounts.account"), 303)


def _page(filled: ProfileForm | PasswordForm | DigestForm | None = None, status: int = 200) -> Response:
    """The account page; `filled` is the form that was sent, with its errors."""
    identity = logged_in()
    session = db.session()
    profile = filled if isinstance(filled, ProfileForm) else None
    password = filled if isinstance(filled, PasswordForm) else None
    digest = filled if isinstance(filled, DigestForm) else None
    editor = session.get_one(Editor, identity.editor_id)
    page = render_template(
        "accounts/account.html",
        editor=editor,
        profile_form=profile or ProfileForm(formdata=None, name=identity.name, email=identity.email),
        password_form=password or PasswordForm(formdata=None),
        digest_form=digest or DigestForm(formdata=None, hours=", ".join(map(str, editor.digest_hours))),
        time_zone=settings().time_zone,
        sessions=sessions_of(session, identity.editor_id),
        current_session_id=identity.session_id,
        failed_logins=failed_tries(session, identity.email),
        mail=mail_state(session),
    )
    return make_response(page, status)
