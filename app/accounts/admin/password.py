"""The password of whoever is logged in, which guards what a borrowed session must not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response
from flask_babel import gettext as _

from app.accounts import logging_in, passwords
from app.accounts.forms import OwnPasswordForm, PasswordForm, ProfileForm
from app.accounts.guard import logged_in
from app.accounts.models import Editor
from app.core.addresses import client_address_hash
from app.core.db import db, transaction
from app.core.errors import retry_later

Form = TypeVar("Form", ProfileForm, PasswordForm, OwnPasswordForm)


def refused(form: Form, page: Callable[[Form, int], Response]) -> Response | None:
    """The page with the error, if what the form holds is not the editor's password; the same limit as for a log-in."""
    editor = logged_in()
    address_hash = client_address_hash()
    try:
        with transaction() as session:
            logging_in.count_try(session, editor.email, address_hash)
    except logging_in.TooManyTries as refusal:
        form.current_password.errors = [_("Too many tries. Wait a quarter of an hour.")]
        return retry_later(page(form, 429), refusal.seconds)
    stored = db.session.get_one(Editor, editor.editor_id).password_hash
    db.session.rollback()
    if not passwords.matches(stored, form.current_password.data or ""):
        form.current_password.errors = [_("That is not your password.")]
        return page(form, 422)
    with transaction() as session:
        logging_in.forgive_tries(session, editor.email, address_hash)
    return None
