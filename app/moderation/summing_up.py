"""Closing a month of the public report."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import one_at_a_time
from app.core.revisions import bump
from app.moderation.models import ReportMonth
from app.moderation.statistics import REPORT, Month, key_of


def close(session: Session, month: Month) -> None:
    """Keeps a month's figures for good; one that is kept already stays as it is."""
    one_at_a_time(session, REPORT)
    if session.get(ReportMonth, key_of(month.month)) is None:
        session.add(ReportMonth(month=key_of(month.month), closed_at=clock.now(), figures=month.as_figures()))
        bump(session, REPORT)
