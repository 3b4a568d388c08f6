"""The page to which a link in a mail leads: what it asks, and what it has come to."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.models import Editor
from app.core.db import db, transaction
from app.core.web import keep_private, public
from app.moderation import decisions, links
from app.moderation.admin.answers import row_of
from app.moderation.admin.reasons import ReasonWanting, as_given, asked_reason, wanting
from app.moderation.rows import QueueRow
from app.site.queries import house_rules

blueprint = Blueprint("desk_links", __name__, template_folder="../templates")
"""Beside the blueprint `moderation`: the link is all that its pages ask for, and no cookie is looked at."""


@blueprint.get("/desk-links/<token:token>")
@public
def ask(token: str) -> BaseResponse:
    return _page(token, request.args.get("act", ""))


@blueprint.post("/desk-links/<token:token>")
@public
def act(token: str) -> BaseResponse:
    verb = request.form.get("decision", "")
    if verb not in links.ACTS:
        abort(400)
    try:
        reason = asked_reason(verb)
        with transaction() as session:
            links.decide(session, token, verb, request.form.get("seen", ""), reason)
    except links.NoSuchLink:
        abort(404)
    except links.Closed:
        return _page(token, verb, 410)
    except decisions.Overtaken:
        return _page(token, verb, 409)
    except (decisions.ReasonMissing, ReasonWanting) as error:
        return _page(token, verb, 422, wanting(verb, error))
    return keep_private(redirect(url_for("desk_links.ask", token=token), 303))


def _page(token: str, verb: str, status: int = 200, wants: ReasonWanting | None = None) -> Response:
    """Asks whether to do what `verb` says; or says why nothing can be done with the link."""
    session = db.session()
    try:
        link = links.link_of(session, token)
    except links.NoSuchLink:
        abort(404)
    row = row_of(link.comment_id)
    fate = links.fate(link)
    if fate is not None or row.is_appealed or row.comment.erased_at or not links.is_about(link, row.comment):
        page = render_template("moderation/link_closed.html", link=link, fate=fate, row=row)
        return keep_private(make_response(page, _status_of(fate, status)))
    acts = _acts(row)
    page = render_template(
        "moderation/link.html",
        link=link,
        token=token,
        row=row,
        acts=acts,
        verb=verb if verb in acts else acts[0],
        editor=session.get_one(Editor, link.editor_id),
        is_late=status == 409,
        rules=house_rules(session),
        **as_given(wants),
    )
    return keep_private(make_response(page, status))


def _acts(row: QueueRow) -> list[str]:
    """What can be decided, the mildest first."""
    return [verb for verb in links.ACTS if verb in row.verbs or (verb == "publish" and row.reports)]


def _status_of(fate: links.Fate | None, status: int) -> int:
    """Only of a link that has just been used is it no surprise that it is closed."""
    return status if fate in {None, links.Fate.SPENT} else 410
