"""What an editor does to a comment beside deciding on it: answering, editing, picking, locking, taking it up."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.articles.owed import taken_up
from app.core.db import db, transaction
from app.core.forms import single_line
from app.core.markup import plain_text
from app.core.web import Permission, requires, takes_files
from app.media.adding import PictureForm, take_in
from app.media.queries import ImageGone
from app.moderation import decisions, marking, taking_up
from app.moderation.admin import answers, blueprint
from app.moderation.decisions import NoSuchComment, Overtaken
from app.moderation.forms import AnswerForm, CorrectionForm, EditForm, ReplyForm
from app.moderation.rows import queue_row
from app.moderation.taking_up import TakenUpAlready, images_beside


@blueprint.route("/comments/<id:comment_id>/reply", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def reply(comment_id: int) -> BaseResponse:
    form = ReplyForm()
    if not form.validate_on_submit():
        return _page("moderation/reply.html", comment_id, form)
    try:
        with transaction() as session:
            text, html = form.body.data or "", form.body.html
            decisions.reply(session, logged_in(), comment_id, _seen(), text=text, html=html)
    except NoSuchComment:
        abort(404)
    except Overtaken:
        return _page("moderation/reply.html", comment_id, form, is_overtaken=True)
    answers.notice(_("Your reply is published."))
    return redirect(url_for("moderation.queue"), 303)


@blueprint.route("/comments/<id:comment_id>/edit", methods=["GET", "POST"])
@requires(Permission.MODERATE)
def edit(comment_id: int) -> BaseResponse:
    form = EditForm()
    if not form.validate_on_submit():
        return _page("moderation/edit.html", comment_id, form)
    try:
        with transaction() as session:
            marking.edit(session, logged_in(), comment_id, _seen(), text=form.body.data or "", html=form.body.html)
    except NoSuchComment:
        abort(404)
    except Overtaken:
        return _page("moderation/edit.html", comment_id, form, is_overtaken=True)
    return _done(comment_id, _("Changed. The comment is marked as edited by an editor."))


@blueprint.post("/comments/<id:comment_id>/feature")
@requires(Permission.MODERATE)
def feature(comment_id: int) -> BaseResponse:
    on = "on" in request.form
    try:
        with transaction() as session:
            marking.pick(session, logged_in(), comment_id, on=on)
    except NoSuchComment:
        abort(404)
    except Overtaken:
        return _done(comment_id, _("It is not published, so it can be no editor’s pick."))
    return _done(comment_id, _("It is an editor’s pick now.") if on else _("It is no editor’s pick any more."))


@blueprint.post("/comments/<id:comment_id>/lock")
@requires(Permission.MODERATE)
def lock(comment_id: int) -> BaseResponse:
    on = "on" in request.form
    try:
        with transaction() as session:
            marking.lock(session, logged_in(), comment_id, on=on)
    except NoSuchComment:
        abort(404)
    except Overtaken:
        return _done(comment_id, _("It is not published, so nobody can reply to it anyway."))
    if on:
        return _done(comment_id, _("It and what stands below it take no more replies."))
    return _done(comment_id, _("It and what stands below it take replies again."))


@blueprint.route("/comments/<id:comment_id>/faq", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@takes_files
def into_faq(comment_id: int) -> BaseResponse:
    form, picture, editor = AnswerForm(), PictureForm(), logged_in()
    if form.is_submitted() and not take_in(picture, form.answer, editor.actor):
        return _page("moderation/into_faq.html", comment_id, form, picture)
    form.answer.shown = images_beside(db.session(), comment_id)
    if not form.validate_on_submit():
        return _page("moderation/into_faq.html", comment_id, form, picture)
    question, answer = form.question.data or "", form.answer
    text, markup, images = answer.data or "", answer.markup, answer.images
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    try:
        with transaction() as session:
            taking_up.answer(
                session, editor, comment_id, _seen(), question=question, text=text, markup=markup, images=images
            )
    except NoSuchComment:
        abort(404)
    except ImageGone as gone:
        answer.miss(str(gone))
        return _page("moderation/into_faq.html", comment_id, form, picture)
    except (Overtaken, TakenUpAlready):
        return _page("moderation/into_faq.html", comment_id, form, picture, is_overtaken=True)
    return _done(comment_id, _("The question stands in the article, with your answer."))


@blueprint.route("/comments/<id:comment_id>/correction", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@takes_files
def into_correction(comment_id: int) -> BaseResponse:
    form, picture, editor = CorrectionForm(), PictureForm(), logged_in()
    if form.is_submitted() and not take_in(picture, form.text, editor.actor):
        return _page("moderation/into_correction.html", comment_id, form, picture)
    if not form.validate_on_submit():
        return _page("moderation/into_correction.html", comment_id, form, picture)
    text, markup, images = form.text.data or "", form.text.markup, form.text.images
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    try:
        with transaction() as session:
            taking_up.correct(session, editor, comment_id, _seen(), text=text, markup=markup, images=images)
    except NoSuchComment:
        abort(404)
    except ImageGone as gone:
        form.text.miss(str(gone))
        return _page("moderation/into_correction.html", comment_id, form, picture)
    except (Overtaken, TakenUpAlready):
        return _page("moderation/into_correction.html", comment_id, form, picture, is_overtaken=True)
    return _done(comment_id, _("The correction stands in the article and among all corrections."))


def _seen() -> str:
    return request.form.get("seen", "")


def _page(
    template: str,
    comment_id: int,
    form: ReplyForm | EditForm | AnswerForm | CorrectionForm,
    picture: PictureForm | None = None,
    *,
    is_overtaken: bool = False,
) -> Response:
    """The comment with the form below it; `is_overtaken` tells that it no longer stands as the form had it."""
    session = db.session()
    row = queue_row(session, comment_id) or abort(404)
    if request.method == "GET" and isinstance(form, EditForm):
        form.body.data = row.comment.source
    if request.method == "GET" and isinstance(form, AnswerForm):
        form.question.data = single_line(plain_text(row.comment.html))
    is_wrong = bool(form.errors or (picture and picture.errors))
    page = render_template(
        template,
        row=row,
        form=form,
        picture=picture,
        # Only who has been told of the change may go over it.
        seen=_seen() if is_wrong or (picture and picture.added) else row.seen,
        is_overtaken=is_overtaken,
        taken_up=taken_up(session, comment_id),
    )
    return make_response(page, 409 if is_overtaken else 422 if is_wrong else 200)


def _done(comment_id: int, message: str) -> BaseResponse:
    flash(message)
    return redirect(url_for("moderation.comment", comment_id=comment_id), 303)
