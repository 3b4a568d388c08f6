"""One comment by itself, and an editor's reply to it."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.web import Permission, requires
from app.moderation import decisions
from app.moderation.admin import answers, blueprint
from app.moderation.admin.deciding import comment_page
from app.moderation.forms import ReplyForm


@blueprint.get("/comments/<id:comment_id>")
@requires(Permission.MODERATE)
def comment(comment_id: int) -> BaseResponse:
    return comment_page(comment_id)


@blueprint.route("/comments/<id:comment_id>/reply", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def reply(comment_id: int) -> BaseResponse:
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                decisions.reply(session, logged_in(), comment_id, form.body.data or "", form.body.html)
        except decisions.NoSuchComment:
            abort(404)
        except decisions.Overtaken:
            return _reply_page(comment_id, form, 409)
        answers.notice(_("Your reply is published."))
        return redirect(url_for("moderation.queue"), 303)
    return _reply_page(comment_id, form, 422 if form.errors else 200)


def _reply_page(comment_id: int, form: ReplyForm, status: int) -> Response:
    db.session.rollback()
    return make_response(render_template("moderation/reply.html", row=answers.row_of(comment_id), form=form), status)
