"""The queue."""

from __future__ import annotations

from flask import abort, make_response, render_template, request
from flask_babel import format_datetime, format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.editing import use_shortcuts
from app.accounts.guard import logged_in
from app.core.db import db, transaction
from app.core.web import Permission, requires
from app.moderation.admin import answers, blueprint, searches
from app.moderation.lanes import Key, key_from_text
from app.moderation.phases import AGAINST
from app.moderation.queries import last_decision_at, newest_articles
from app.moderation.rows import queue_rows
from app.moderation.searching import LOOK, Found, find


@blueprint.get("/")
@requires(Permission.MODERATE)
def queue() -> BaseResponse:
    session = db.session()
    asked = searches.read(session, request.args)
    found = Found([]) if asked.problems else find(session, asked.search, _after(asked))
    parts = {
        "asked": asked,
        "rows": queue_rows(session, found.ids),
        "desk": answers.the_desk(back=asked.url if answers.is_in_place() else _here()),
        "next_url": asked.url_after(found.next) if found.next else None,
        "looked": _looked(found),
    }
    if answers.is_in_place():
        return make_response(render_template("moderation/_rows.html", **parts))
    tabs = answers.tabs(asked.tab)
    page = render_template(
        "moderation/queue.html",
        **parts,
        tabs=tabs,
        current=next(shown for shown in tabs if shown.is_current),
        articles=newest_articles(session),
        phases=AGAINST,
        last_decision_at=last_decision_at(session),
        notice=answers.take_notice(),
    )
    return make_response(page, 422 if asked.problems else 200)


@blueprint.post("/shortcuts")
@requires(Permission.OWN_ACCOUNT)
def shortcuts() -> BaseResponse:
    with transaction() as session:
        use_shortcuts(session, logged_in().editor_id, on=request.form.get("shortcuts") == "on")
    return answers.go_back()


def _after(asked: searches.Asked) -> Key | None:
    text = request.args.get("after")
    if not text:
        return None
    try:
        return key_from_text(text, asked.search)
    except ValueError:
        abort(404)


def _here() -> str:
    """This page, to come back to."""
    return request.full_path.rstrip("?")


def _looked(found: Found) -> str:
    if found.looked_to is None:
        return ""
    return str(
        _(
            "%(number)s comments were looked at, as far as %(date)s.",
            number=format_decimal(LOOK),
            date=format_datetime(found.looked_to, "d MMMM y, HH:mm"),
        )
    )
