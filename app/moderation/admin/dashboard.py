"""What waits, and what was done."""

from __future__ import annotations

from datetime import date

from flask import render_template
from flask_babel import format_date

from app.core.db import db
from app.core.web import Permission, requires
from app.learning.judging import ENOUGH, ENOUGH_TRIALS
from app.mail.queries import mail_state
from app.moderation.admin import blueprint
from app.moderation.charts import chart_of
from app.moderation.overview import decisions_by_editor, filter_report, last_days, what_waits
from app.moderation.queries import COUNT_LIMIT


@blueprint.get("/today")
@requires(Permission.MODERATE)
def dashboard() -> str:
    session = db.session()
    days = last_days(session)
    return render_template(
        "moderation/dashboard.html",
        waits=what_waits(session),
        count_limit=COUNT_LIMIT,
        mail=mail_state(session),
        days=days,
        unread=sum(flow.published_unread for _day, flow in days),
        chart=chart_of([(_label(day), flow) for day, flow in days]),
        editors=decisions_by_editor(session),
        filter=filter_report(session),
        enough=ENOUGH,
        enough_trials=ENOUGH_TRIALS,
    )


def _label(day: date) -> str:
    """Mondays are named; there is no room for every day."""
    return str(format_date(day, "d MMM")) if day.weekday() == 0 else ""
