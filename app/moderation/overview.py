"""What an editor wants to know before the queue: what waits, the last 30 days, and how the filter did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Editor
from app.comments.models import Comment, ProposedEdit, Status
from app.core import clock
from app.core.days import beginning_of, today
from app.learning.judging import ENOUGH, TRIALS, Record, track_record
from app.learning.models import FilterState, FilterTrial
from app.moderation.models import Appeal, Decision
from app.moderation.queries import counts, edits_waiting
from app.moderation.statistics import Flow, flows
from app.moderation.tabs import Tab

DAYS = 30
MISTAKES = 10


@dataclass(frozen=True)
class Waiting:
    """How many wait in a tab, and since when the first of them does."""

    tab: Tab
    count: int
    since: datetime | None


@dataclass(frozen=True)
class WhatWaits:
    """`median` is how long half of the pending comments have waited, or longer."""

    pending: Waiting
    reported: Waiting
    appeals: Waiting
    median: timedelta | None


class EditorsDecisions(NamedTuple):
    name: str
    published: int
    rejected: int
    spam: int
    returned: int


class Mistake(NamedTuple):
    """A decision before which the filter would have said otherwise, with one half as the limit."""

    comment_id: int
    author: str
    at: datetime
    probability: float
    spam: bool


@dataclass(frozen=True)
class FilterReport:
    """What the filter has learned, its record once it has one, and its last mistakes."""

    ham: int
    spam: int
    abstains: bool
    record: Record | None
    mistakes: Sequence[Mistake]


def what_waits(session: Session) -> WhatWaits:
    numbers, edits = counts(session)
    pending = sa.select(Comment.status_at).where(Comment.status == Status.PENDING).order_by(Comment.status_at)
    reported = sa.select(sa.func.min(Comment.reported_at)).where(Comment.report_rank.is_not(None))
    appealed = sa.select(sa.func.min(Appeal.created_at)).where(Appeal.outcome.is_(None))
    new_text = edits_waiting().with_only_columns(sa.func.min(ProposedEdit.created_at))
    middle = pending.offset(max(numbers[Tab.PENDING] - edits - 1, 0) // 2).limit(1)
    first, half, first_text, first_reported, first_appealed = session.execute(
        sa.select(
            pending.limit(1).scalar_subquery(),
            middle.scalar_subquery(),
            new_text.scalar_subquery(),
            reported.scalar_subquery(),
            appealed.scalar_subquery(),
        )
    ).one()
    return WhatWaits(
        Waiting(Tab.PENDING, numbers[Tab.PENDING], min((one for one in (first, first_text) if one), default=None)),
        Waiting(Tab.REPORTED, numbers[Tab.REPORTED], first_reported),
        Waiting(Tab.APPEALS, numbers[Tab.APPEALS], first_appealed),
        None if half is None else clock.now() - half,
    )


def last_days(session: Session) -> list[tuple[date, Flow]]:
    """The last 30 days, the present one last."""
    days = [today() - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    bounds = [beginning_of(day) for day in [*days, today() + timedelta(days=1)]]
    return list(zip(days, flows(session, bounds), strict=True))


def decisions_by_editor(session: Session) -> list[EditorsDecisions]:
    """In the last 30 days, without those that were undone; who decided most stands first."""
    verbs = (Status.PUBLISHED, Status.REJECTED, Status.SPAM, Status.RETURNED)
    numbers = (sa.func.sum(sa.case((Decision.to_status == verb, 1), else_=0)) for verb in verbs)
    query = (
        sa.select(Editor.name, *numbers)
        .join(Editor, Editor.id == Decision.editor_id)
        .where(Decision.at >= beginning_of(today() - timedelta(days=DAYS - 1)), Decision.undone_at.is_(None))
        .group_by(Editor.id, Editor.name)
        .order_by(sa.func.count().desc(), Editor.id)
    )
    return [EditorsDecisions(*row) for row in session.execute(query)]


def filter_report(session: Session) -> FilterReport:
    state = session.get_one(FilterState, 1)
    judged = FilterTrial.probability.is_not(None)
    last = sa.select(FilterTrial).where(judged).order_by(FilterTrial.id.desc()).limit(TRIALS).subquery()
    wrong = (
        sa.select(Comment.id, Comment.author, last.c.at, last.c.probability, last.c.spam)
        .join(last, last.c.key == Comment.id)
        .where((last.c.probability >= 0.5) != last.c.spam)
        .order_by(last.c.id.desc())
        .limit(MISTAKES)
    )
    mistakes = [Mistake(*row) for row in session.execute(wrong)]
    return FilterReport(state.ham, state.spam, min(state.ham, state.spam) < ENOUGH, track_record(session), mistakes)
