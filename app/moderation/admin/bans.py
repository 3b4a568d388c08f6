"""Bans: made from a comment, listed, lifted."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.accounts.queries import all_editors
from app.comments import banning
from app.comments.models import Comment
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires
from app.moderation import decisions
from app.moderation.admin import blueprint
from app.moderation.forms import BanForm


@blueprint.route("/comments/<id:comment_id>/ban", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def ban(comment_id: int) -> BaseResponse:
    form = BanForm()
    if not form.validate_on_submit():
        return _ban_page(comment_id, form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            made = banning.ban(
                session,
                logged_in(),
                decisions.locked(session, comment_id),
                by_address="address" in (form.whom.data or []),
                by_email="email" in (form.whom.data or []),
                days=banning.Days(int(form.days.data)),
                reason=form.reason.data or "",
            )
    except decisions.NoSuchComment:
        abort(404)
    except banning.NothingToBan:
        form.whom.errors = [_("Choose what is banned.")]
        return _ban_page(comment_id, form, 422)
    until = format_datetime(made[0].until, "d MMMM y, HH:mm")
    flash(_("Banned until %(until)s. Whoever it is reads why, and until when.", until=until))
    return redirect(url_for("moderation.bans"), 303)


@blueprint.route("/bans", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def bans() -> BaseResponse:
    if request.method == "POST":
        return _lift()
    session = db.session()
    page = render_template(
        "moderation/bans.html",
        bans=banning.standing_bans(session),
        editors={editor.id: editor.name for editor in all_editors(session)},
    )
    return make_response(page)


def _lift() -> BaseResponse:
    ban_id = as_id(request.form.get("ban")) or abort(400)
    with transaction() as session:
        is_lifted = banning.lift(session, logged_in(), ban_id)
    flash(_("The ban is lifted.") if is_lifted else _("That ban had been lifted already."))
    return redirect(url_for("moderation.bans"), 303)


def _ban_page(comment_id: int, form: BanForm, status: int) -> Response:
    db.session.rollback()
    comment = db.session.get(Comment, comment_id) or abort(404)
    form.offer(has_address=comment.address_hash is not None, email=comment.email)
    page = render_template("moderation/ban.html", comment=comment, form=form, can_ban=bool(form.whom.choices))
    return make_response(page, status)
