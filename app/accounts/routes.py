"""Logging in and out, and the page on which a link leads to an account."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import editing, guard, logging_in, passwords
from app.accounts.forms import LoginForm, ResetForm, WelcomeForm
from app.accounts.models import AccountLink, Editor, LinkPurpose
from app.accounts.queries import editor_by_email, open_link
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import error_page, retry_later
from app.core.web import Permission, public, requires

blueprint = Blueprint("accounts", __name__, template_folder="templates")


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> BaseResponse:
    form = LoginForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return redirect(guard.safe_next(form.next.data), 303) if guard.current_editor() else guard.login_page(form)
    try:
        guard.csrf.protect()
    except CSRFError:
        return guard.login_page(form, _("This page had been open for too long. Log in once more."), 400)
    if not form.validate():
        return guard.login_page(form, status=422)
    try:
        editor = _check_password(form)
    except logging_in.TooManyTries as refusal:
        minutes = -(-refusal.seconds // 60)
        problem = _("Too many tries from here. The next one is possible in %(minutes)d min.", minutes=minutes)
        return retry_later(guard.login_page(form, problem, 429), refusal.seconds)
    if editor is None or not _log_in(editor):
        return guard.login_page(form, _("E-mail and password do not go together."), 422)
    return _go_on(form)


@blueprint.post("/logout")
@requires(Permission.OWN_ACCOUNT)
def logout() -> BaseResponse:
    editor = guard.logged_in()
    with transaction() as db_session:
        logging_in.end_session(db_session, editor.editor_id, editor.session_id)
    session.clear()
    return redirect(url_for("accounts.login"), 303)


@blueprint.route("/welcome/<token:token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> BaseResponse:
    link = open_link(db.session(), token)
    db.session.close()
    if link is None:
        return _link_is_void()
    is_reset = link.purpose is LinkPurpose.RESET
    form = ResetForm() if is_reset else WelcomeForm(email=link.email)
    status = 200
    if form.validate_on_submit():
        try:
            editor = _accept(token, form)
        except editing.AccountError as error:
            cast(WelcomeForm, form).email.errors = [str(error)]
        else:
            if editor is None:
                return _link_is_void()
            _log_in(editor)
            return redirect(url_for("moderation.queue"), 303)
    if form.errors:
        status = 422
    page = render_template(
        "accounts/welcome.html", form=form, purpose="reset" if is_reset else "invite", invited_email=link.email
    )
    return make_response(page, status)


def _check_password(form: LoginForm) -> Editor | None:
    email = form.email.data or ""
    with transaction() as db_session:
        logging_in.count_try(db_session, email, client_address_hash())
    editor = editor_by_email(db.session(), email)
    db.session.close()
    known_hash = editor.password_hash if editor and editor.disabled_at is None else None
    return editor if passwords.matches(known_hash, form.password.data or "") else None


def _log_in(editor: Editor) -> bool:
    """Whether it could be done: the editor may have been disabled this moment."""
    address_hash = client_address_hash()
    with transaction() as db_session:
        fresh = db_session.scalar(sa.select(Editor).where(Editor.id == editor.id, Editor.disabled_at.is_(None)))
        if fresh is None:
            return False
        token = logging_in.start_session(db_session, fresh, address_hash, request.user_agent.string)
    session.clear()
    # Flask-WTF keeps a request's token here; this one went with the session that is cleared.
    g.pop("csrf_token", None)
    session.permanent = True
    session["token"] = token
    return True


def _go_on(form: LoginForm) -> BaseResponse:
    if form.carried.data and (page := guard.resume_page(form.carried.data)):
        return page
    return redirect(guard.safe_next(form.next.data), 303)


def _accept(token: str, form: WelcomeForm | ResetForm) -> Editor | None:
    password_hash = passwords.hash_password(form.password.data or "")
    with transaction() as db_session:
        link: AccountLink | None = open_link(db_session, token, to_spend=True)
        if link is None:
            return None
        name, email = ("", "") if isinstance(form, ResetForm) else (form.name.data or "", form.email.data or "")
        return editing.accept(db_session, link, name=name, email=email, password_hash=password_hash)


def _link_is_void() -> Response:
    return error_page(
        410,
        _("This link is no longer good"),
        _("It was used, replaced by a newer one, or is more than 24 hours old. Ask for a new one."),
    )
