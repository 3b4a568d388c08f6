"""All issues, and the form in which an editor writes one."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core import clock
from app.core.db import db, transaction
from app.core.web import Permission, absolute, as_id, requires, takes_files
from app.media.adding import PictureForm, empty_picture, take_in
from app.media.queries import ImageGone
from app.newsletter import composing
from app.newsletter.addressing import Edition, render_issue
from app.newsletter.admin import blueprint
from app.newsletter.forms import POINTERS, IssueForm, issue_form
from app.newsletter.models import Issue, IssueState
from app.newsletter.overview import article_of_slug, issues, live_articles, new_articles, pointers, recipients

PAGE = 30
"""Issues on one page of the list."""

_LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
"""A letter brings its styles along, and nothing else."""


@blueprint.get("/newsletter")
@requires(Permission.WRITE)
def index() -> BaseResponse:
    session = db.session()
    before = as_id(request.args["before"]) or abort(404) if "before" in request.args else None
    found = issues(session, PAGE + 1, before)
    older = url_for("issues.index", before=found[PAGE - 1].id) if len(found) > PAGE else None
    page = render_template(
        "newsletter/issues.html",
        issues=found[:PAGE],
        recipients=recipients(session),
        older_url=older,
        newest_url=url_for("issues.index") if before else None,
    )
    return make_response(page)


@blueprint.route("/newsletter/new", methods=["GET", "POST"])
@requires(Permission.WRITE)
@takes_files
def new() -> BaseResponse:
    return _page(IssueForm(formdata=None)) if request.method == "GET" else _posted(None)


@blueprint.route("/newsletter/<id:issue_id>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE)
@takes_files
def edit(issue_id: int) -> BaseResponse:
    issue = db.session.get(Issue, issue_id)
    if request.method == "POST":
        return _posted(issue) if issue else _page(IssueForm(), None, 409, conflict=_deleted())
    if issue is None:
        abort(404)
    if not issue.is_open:
        return redirect(url_for("issues.issue", issue_id=issue_id), 303)
    return _page(issue_form(issue), issue)


@blueprint.post("/newsletter/preview")
@requires(Permission.WRITE)
@takes_files
def preview() -> BaseResponse:
    """What stands in the form as it would be mailed; it is stored nowhere."""
    form = IssueForm()
    if not form.validate():
        return _page(form, status=422, is_preview=True)
    articles = live_articles(db.session(), form.chosen)
    content = form.content([one.id for one in articles])
    edition = render_issue(
        subject=content.subject,
        preheader=content.preheader,
        html=content.html,
        articles=articles,
        date=clock.now(),
    )
    return _as_mailed(edition, request.form.get("do"))


@blueprint.get("/newsletter/<id:issue_id>/letter")
@requires(Permission.WRITE)
def letter(issue_id: int) -> BaseResponse:
    """What is mailed, or would be now."""
    issue = db.session.get(Issue, issue_id) or abort(404)
    return _as_mailed(edition_of(issue), request.args.get("as"))


@blueprint.route("/newsletter/<id:issue_id>/delete", methods=["GET", "POST"])
@requires(Permission.WRITE)
def delete(issue_id: int) -> BaseResponse:
    if request.method == "GET":
        issue = db.session.get(Issue, issue_id) or abort(404)
        return make_response(render_template("newsletter/delete_issue.html", issue=issue))
    try:
        with transaction() as session:
            composing.delete(session, logged_in(), issue_id)
    except composing.NoSuchIssue:
        abort(404)
    except composing.HasLeft:
        flash(_("Only a draft can be deleted."))
        return redirect(url_for("issues.issue", issue_id=issue_id), 303)
    flash(_("The draft is deleted."))
    return redirect(url_for("issues.index"), 303)


def edition_of(issue: Issue) -> Edition:
    """What all letters of the issue say, or would say now."""
    if issue.text_mailed is not None and issue.html_mailed is not None:
        return Edition(issue.subject, issue.text_mailed, issue.html_mailed)
    return render_issue(
        subject=issue.subject,
        preheader=issue.preheader,
        html=issue.html,
        articles=live_articles(db.session(), issue.articles),
        date=issue.send_at or clock.now(),
    )


def addressed_to_nobody(edition: Edition) -> tuple[str, str]:
    """With the public page in the place of the links that are a reader's own."""
    page = absolute(url_for("newsletter.page"))
    return edition.addressed(page, page)


def _as_mailed(edition: Edition, kind: str | None) -> Response:
    text, html = addressed_to_nobody(edition)
    if kind == "text":
        return Response(text, mimetype="text/plain")
    # A browser asks for an icon, which no letter has.
    html = html.replace("<title>", '<link rel="icon" href="data:,"><title>', 1)
    return Response(html, headers={"Content-Security-Policy": _LETTER_POLICY})


def _posted(issue: Issue | None) -> BaseResponse:
    form, asked, picture = IssueForm(), request.form.get("do", "save"), PictureForm()
    if not take_in(picture, form.text, logged_in().actor):
        return _page(form, issue, 422 if picture.errors else 200, picture)
    if form.rearrange(asked) or asked == "stay":
        return _page(form, issue)
    if asked == "gather":
        return _gathered(form, issue)
    if asked == "add":
        return _added(form, issue)
    return _stored(form, issue) if form.validate() else _page(form, issue, 422)


def _stored(form: IssueForm, issue: Issue | None) -> BaseResponse:
    content = form.content([one.id for one in pointers(db.session(), form.chosen)])
    issue_id = issue.id if issue else None
    db.session.rollback()  # What was read for the checks; the transaction reads anew.
    there = None
    try:
        with transaction() as session:
            if issue_id is None:
                saved = composing.create(session, logged_in(), content)
            else:
                saved = composing.save(session, logged_in(), issue_id, content, as_id(form.seen.data) or 0)
    except composing.NoSuchIssue:
        conflict = _deleted()
    except composing.HasLeft:
        conflict = _("Its sending has begun meanwhile, without what you changed. Saved again, yours is a new issue.")
    except ImageGone as gone:
        form.text.miss(str(gone))
        return _page(form, db.session.get(Issue, issue_id) if issue_id else None, 422)
    except composing.ChangedMeanwhile:
        there = db.session.get(Issue, issue_id) or abort(404)
        form.seen.data = str(there.revision)
        conflict = _("Someone has saved this issue while you were writing. Saved again, yours takes its place.")
    else:
        flash(_saved(saved))
        return redirect(url_for("issues.edit", issue_id=saved.id), 303)
    return _page(form, there, 409, conflict=conflict)


def _deleted() -> str:
    return str(_("Someone has deleted this issue. Saved again, yours is a new one."))


def _saved(issue: Issue) -> str:
    if issue.state is IssueState.SCHEDULED:
        return str(_("“%(subject)s” is saved, and stays scheduled.", subject=issue.subject))
    return str(_("“%(subject)s” is saved. Nobody has been sent it yet.", subject=issue.subject))


def _gathered(form: IssueForm, issue: Issue | None) -> Response:
    found = new_articles(db.session(), form.chosen)
    form.choose([*form.chosen, *found])
    said = ngettext("%(num)d article is gathered.", "%(num)d articles are gathered.", len(found))
    if not found:
        said = _("No article is new since the last issue, but for those that are here.")
    return _page(form, issue, gathered=said)


def _added(form: IssueForm, issue: Issue | None) -> Response:
    found = article_of_slug(db.session(), form.slug_to_add)
    if found is None:
        form.add.errors = [*form.add.errors, _("There is no article with that address.")]
        return _page(form, issue, 422)
    form.choose([*(one for one in form.chosen if one != found), found])
    form.add.data = ""
    return _page(form, issue)


def _page(
    form: IssueForm,
    issue: Issue | None = None,
    status: int = 200,
    picture: PictureForm | None = None,
    **shown: object,
) -> Response:
    page = render_template(
        "newsletter/issue_form.html",
        form=form,
        issue=issue,
        picture=picture or empty_picture(),
        pointers=pointers(db.session(), form.chosen),
        most=POINTERS,
        is_wrong=status >= 400,
        **shown,
    )
    return make_response(page, status)
