"""One decision on all that match: asked for, confirmed, and watched while it is carried out."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.web import Permission, as_id, requires
from app.moderation import decisions
from app.moderation.admin import answers, blueprint, searches
from app.moderation.admin.reasons import ReasonWanting, as_given, asked_reason, asked_verb, wanting
from app.moderation.bulk import LIMIT, start
from app.moderation.models import Bulk
from app.moderation.queries import newest_comment_id
from app.moderation.searching import everything


@blueprint.get("/bulk")
@requires(Permission.MODERATE)
def bulk() -> BaseResponse:
    if "decision" not in request.args:
        return redirect(url_for("moderation.queue"), 303)
    return _confirmation(newest_comment_id(db.session()))


@blueprint.post("/bulk")
@requires(Permission.MODERATE)
def start_bulk() -> BaseResponse:
    verb = asked_verb()
    newest = as_id(request.form.get("newest")) or abort(400)
    session = db.session()
    asked = _asked()
    comments = everything(session, asked.up_to(newest), LIMIT).comments
    session.rollback()
    try:
        reason = asked_reason(verb)
        if not comments:
            return redirect(asked.url, 303)
        with transaction() as writing:
            work = start(writing, logged_in(), verb, comments, reason)
            bulk_id = work.id
    except (decisions.ReasonMissing, ReasonWanting) as error:
        return _confirmation(newest, wanting(verb, error))
    return redirect(url_for("moderation.progress", bulk_id=bulk_id), 303)


@blueprint.get("/bulk/<id:bulk_id>")
@requires(Permission.MODERATE)
def progress(bulk_id: int) -> BaseResponse:
    work = db.session.get(Bulk, bulk_id) or abort(404)
    template = "moderation/_progress.html" if answers.is_in_place() else "moderation/progress.html"
    page = render_template(
        template,
        work=work,
        heading=answers.verb_and_number(work.verb, work.total),
        sentence=answers.decided_sentence(work.verb, work.done, work.passed_over),
    )
    return make_response(page)


def _asked() -> searches.Asked:
    asked = searches.read(db.session(), request.values)
    return abort(404) if asked.problems or asked.tab.status is None else asked


def _confirmation(newest: int, wants: ReasonWanting | None = None) -> Response:
    verb, asked = asked_verb(), _asked()
    matches = everything(db.session(), asked.up_to(newest), LIMIT)
    number = len(matches.comments)
    page = render_template(
        "moderation/bulk.html",
        verb=verb,
        action=url_for("moderation.start_bulk"),
        carried=[("newest", newest), *asked.arguments.items()],
        number=number,
        cut_at=matches.cut_at,
        heading=answers.verb_and_number(verb, number),
        back_url=asked.url,
        desk=answers.the_desk(),
        **as_given(wants),
    )
    return make_response(page, 422 if wants else 200)
