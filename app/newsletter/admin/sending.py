"""The page of one issue: testing it, sending it, and how far that is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.accounts.queries import Identity
from app.core.db import db, transaction
from app.core.tokens import new_token
from app.core.web import Permission, as_id, requires, settings
from app.mail.letters import Letter
from app.mail.posting import post
from app.newsletter import scheduling, sending
from app.newsletter.admin import blueprint
from app.newsletter.admin.writing import addressed_to_nobody, edition_of
from app.newsletter.composing import NoSuchIssue
from app.newsletter.forms import ScheduleForm, TestLetterForm, schedule_form
from app.newsletter.models import Issue, IssueState
from app.newsletter.overview import pointers, recipients, setback

Verb = Callable[[Session, Identity, int], Issue]

ACTS: dict[str, Verb] = {
    "send": scheduling.send_now,
    "unschedule": scheduling.unschedule,
    "pause": scheduling.pause,
    "resume": scheduling.resume,
    "cancel": scheduling.cancel,
}


@blueprint.get("/newsletter/<id:issue_id>")
@requires(Permission.WRITE)
def issue(issue_id: int) -> BaseResponse:
    return _page(issue_id)


@blueprint.post("/newsletter/<id:issue_id>/test")
@requires(Permission.WRITE)
def test(issue_id: int) -> BaseResponse:
    form = TestLetterForm()
    if not form.validate():
        return _page(issue_id, 422, test_form=form)
    edition = edition_of(db.session.get(Issue, issue_id) or abort(404))
    text, html = addressed_to_nobody(edition)
    db.session.rollback()  # What was read for the letter.
    subject = _("Test: %(subject)s", subject=edition.subject)
    letter = Letter(to=form.to.data or "", subject=subject, text=text, html=html, key=f"test {new_token()}")
    with transaction() as session:
        post(session, letter)
    flash(_("A test is on its way to %(address)s.", address=letter.to))
    return redirect(url_for("issues.issue", issue_id=issue_id), 303)


@blueprint.post("/newsletter/<id:issue_id>/schedule")
@requires(Permission.WRITE)
def schedule(issue_id: int) -> BaseResponse:
    form = ScheduleForm()
    if not form.validate():
        return _page(issue_id, 422, schedule_form=form)
    return _done(issue_id, partial(scheduling.schedule, send_at=form.moment))


@blueprint.post("/newsletter/<id:issue_id>/schedule-with")
@requires(Permission.WRITE)
def schedule_with(issue_id: int) -> BaseResponse:
    article_id = as_id(request.form.get("article")) or abort(400)
    return _done(issue_id, partial(scheduling.schedule_with, article_id=article_id))


@blueprint.post("/newsletter/<id:issue_id>/act")
@requires(Permission.WRITE)
def act(issue_id: int) -> BaseResponse:
    return _done(issue_id, ACTS.get(request.form.get("do", "")) or abort(400))


def _done(issue_id: int, verb: Verb) -> BaseResponse:
    try:
        with transaction() as session:
            verb(session, logged_in(), issue_id)
    except NoSuchIssue:
        abort(404)
    except sending.NothingToSend:
        return _page(issue_id, 409, problem=_("It has no text, and no article that it points to can be read."))
    except sending.NobodyToSendTo:
        return _page(issue_id, 409, problem=_("Nobody has subscribed yet, so there is nobody to send it to."))
    except sending.ImagesNotReady:
        problem = _("Its pictures are still being made smaller, so that they load quickly. Send it in a few seconds.")
        return _page(issue_id, 409, problem=problem)
    except scheduling.NotPossible:
        return _page(issue_id, 409, problem=_("That cannot be done any more: see below where the issue stands."))
    return redirect(url_for("issues.issue", issue_id=issue_id), 303)


def _page(issue_id: int, status: int = 200, **shown: object) -> Response:
    session = db.session()
    issue = session.get(Issue, issue_id) or abort(404)
    is_in_place = request.headers.get("HX-Request") == "true"
    given = {
        "issue": issue,
        "setback": setback(session, issue) if issue.state is IssueState.SENDING else None,
        "a_minute": settings().newsletter_per_minute,
        "test_form": TestLetterForm(formdata=None, data={"to": logged_in().email}),
        "schedule_form": schedule_form(issue),
        "is_wrong": status >= 400,
        **shown,
    }
    if issue.is_open:
        given["pointers"] = pointers(session, issue.articles)
        given["recipients"] = recipients(session)
    page = render_template("newsletter/_progress.html" if is_in_place else "newsletter/issue.html", **given)
    return make_response(page, status)
