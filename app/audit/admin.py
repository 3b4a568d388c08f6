"""The record, browsed at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.audit.queries import Search, actors, entries, entry, head, verbs
from app.core.days import asked_day
from app.core.db import db
from app.core.web import Permission, as_id, requires

blueprint = Blueprint("audit", __name__, template_folder="templates")

PAGE = 100
FIELDS = ("actor", "verb", "subject", "from", "to")
PAGES_OF_SUBJECTS = {
    "article": ("articles.edit", "article_id"),
    "comment": ("moderation.comment", "comment_id"),
    "image": ("media.image", "image_id"),
    "page": ("standing.edit", "page_id"),
}
"""The endpoint, and its parameter, that shows a subject of that kind."""


@dataclass(frozen=True)
class Asked:
    """What the form holds, as typed; `problems` are sentences, by the field they belong to."""

    typed: dict[str, str]
    search: Search
    problems: dict[str, str]


@blueprint.get("/audit", endpoint="entries")
@requires(Permission.MODERATE)
def audit_entries() -> BaseResponse:
    session = db.session()
    asked = _asked()
    after = None
    if text := request.args.get("after"):
        after = entry(session, as_id(text) or abort(404)) or abort(404)
    rows = [] if asked.problems else entries(session, asked.search, PAGE + 1, after)
    older = _url(asked, after=rows[PAGE - 1].id) if len(rows) > PAGE else None
    page = render_template(
        "audit/entries.html",
        asked=asked,
        rows=rows[:PAGE],
        older_url=older,
        newest_url=_url(asked) if after else None,
        head=head(session),
        actors=actors(session),
        verbs=verbs(session),
    )
    return make_response(page, 422 if asked.problems else 200)


@blueprint.app_template_filter("page_of_subject")
def page_of_subject(subject: str) -> str | None:
    """Where the thing is shown that an entry is about, if there is such a page."""
    kind, _colon, number = subject.partition(":")
    if kind not in PAGES_OF_SUBJECTS or as_id(number) is None:
        return None
    endpoint, parameter = PAGES_OF_SUBJECTS[kind]
    return url_for(endpoint, **{parameter: int(number)})  # type: ignore[arg-type]


def _asked() -> Asked:
    typed = {name: request.args.get(name, "").strip() for name in FIELDS}
    problems: dict[str, str] = {}
    search = Search(
        typed["actor"],
        typed["verb"],
        typed["subject"],
        since=asked_day(typed["from"], "from", problems),
        before=asked_day(typed["to"], "to", problems, days=1),
    )
    return Asked(typed, search, problems)


def _url(asked: Asked, **more: int) -> str:
    return url_for("audit.entries", **{name: value for name, value in asked.typed.items() if value}, **more)  # type: ignore[arg-type]
