"""The editors' page on the mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires
from app.mail import posting
from app.mail.queries import SHOWN, letters_given_up, mail_state

blueprint = Blueprint("mail", __name__, template_folder="templates")


@blueprint.get("/mail")
@requires(Permission.MODERATE)
def letters() -> str:
    session = db.session()
    return render_template("mail/letters.html", mail=mail_state(session), given_up=letters_given_up(session))


@blueprint.post("/mail/again")
@requires(Permission.MODERATE)
def again() -> BaseResponse:
    ids = {job_id for text in request.form.getlist("ids")[:SHOWN] if (job_id := as_id(text))}
    with transaction() as session:
        number = posting.try_again(session, ids)
    flash(ngettext("%(num)d e-mail is tried again.", "%(num)d e-mails are tried again.", number))
    return redirect(url_for("mail.letters"), 303)
