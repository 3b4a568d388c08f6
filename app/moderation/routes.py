"""The public report on moderation."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, render_template
from flask_babel import format_date

from app.core import clock
from app.core.db import db
from app.core.revisions import depends_on, ends_at
from app.core.web import cacheable, public
from app.moderation.charts import chart_of
from app.moderation.statistics import REPORT, Month, months

blueprint = Blueprint("report", __name__, template_folder="templates")
"""Beside the blueprint `moderation`, all of whose pages stand at the desk."""

HOLDS = timedelta(minutes=10)
"""How long a made report is shown: counting the months that are not closed is not done at every comment."""

MONTHS = 12
"""On the page; the JSON holds all."""


@blueprint.get("/moderation-report")
@public
@cacheable()
def page() -> Response:
    known = _months()
    shown = known[:MONTHS]
    made = render_template(
        "moderation/report.html",
        months=shown,
        is_cut=len(known) > len(shown),
        rules=_rules(shown),
        chart=chart_of([(_short(one), one.flow) for one in reversed(shown)]),
        as_of=clock.now(),
    )
    return make_response(made)


@blueprint.get("/moderation-report.json")
@public
@cacheable()
def figures() -> Response:
    known = _months()
    return jsonify(as_of=clock.now().isoformat(timespec="seconds"), months=[one.as_figures() for one in known])


def _months() -> list[Month]:
    depends_on(REPORT)
    ends_at(clock.now() + HOLDS)
    return months(db.session())


def _short(one: Month) -> str:
    return str(format_date(one.month, "MMM"))


def _rules(shown: list[Month]) -> dict[int, str]:
    """The house rules that were named, by number, as they read when last named."""
    named = {count.rule: count.title for one in reversed(shown) for count in one.flow.rejected_by_rule}
    return dict(sorted(named.items()))
