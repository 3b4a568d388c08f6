"""What came in and what was decided, in numbers: days for the dashboard, months for the public report.

A comment counts where it was received, and once in each stretch of time in which it was decided on, by the last
decision there that was not undone. Erased comments count like all others, editors' own do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.comments.models import Comment, Report, ReportOutcome, Status
from app.core import clock
from app.core.days import beginning_of, day_of, month_after, month_of, today
from app.moderation.models import Appeal, Decision, Outcome, ReportMonth

REPORT = "report"
"""The revision subject of the report's closed months."""

CLOSED_AFTER = timedelta(days=7)
"""So long after its end a month is closed: until then an undo still changes it."""


@dataclass(frozen=True)
class RuleCount:
    """Rejections under one house rule, as it read then."""

    rule: int
    title: str
    count: int


@dataclass
class Flow:
    """What came in and was decided in one stretch of time.

    Of `published` and `spam`, `published_unread` and `spam_unread` came in then and were put there by screening alone.
    """

    received: int = 0
    published: int = 0
    published_unread: int = 0
    rejected: int = 0
    rejected_by_rule: list[RuleCount] = field(default_factory=list)
    spam: int = 0
    spam_unread: int = 0
    returned: int = 0


@dataclass(frozen=True)
class Month:
    """A month of the report. `median_seconds` is the time from a comment's arrival to the first decision on it."""

    month: date
    is_closed: bool
    flow: Flow
    median_seconds: int | None
    appeals: int
    appeals_upheld: int
    appeals_dismissed: int
    reports: int
    reports_kept: int
    reports_removed: int

    def as_figures(self) -> dict[str, Any]:
        """As plain values: what is kept of a closed month, and what the report's JSON says."""
        return {
            "month": key_of(self.month),
            "is_closed": self.is_closed,
            **asdict(self.flow),
            "median_seconds": self.median_seconds,
            **{name: getattr(self, name) for name in _OBJECTIONS},
        }


# Not IS NULL, for which SQLite would take the index of editors, and with it go through all comments there are.
_BY_READER = sa.func.coalesce(Comment.editor_id, 0) == 0
_OBJECTIONS = ("appeals", "appeals_upheld", "appeals_dismissed", "reports", "reports_kept", "reports_removed")


def key_of(month: date) -> str:
    return f"{month:%Y-%m}"


def months(session: Session) -> list[Month]:
    """The report's months, the newest first: the closed ones as they were kept, the last two counted now if they are
    not closed. One that is older and not closed yet is left out until it is."""
    kept = {row.month: _from_figures(row.figures) for row in session.scalars(sa.select(ReportMonth))}
    first = first_month(session)
    this = month_of(today())
    is_open = [month for month in (month_after(this, -1), this) if key_of(month) not in kept]
    counted = [count_month(session, month) for month in is_open if first is not None and month >= first]
    return sorted([*kept.values(), *counted], key=lambda one: one.month, reverse=True)


def first_month(session: Session) -> date | None:
    """The month of the first comment."""
    first = session.scalar(sa.select(sa.func.min(Comment.created_at)))
    return month_of(day_of(first)) if first else None


def months_to_close(session: Session) -> list[date]:
    """The months that are over for so long that they are closed, and are not yet; the oldest first."""
    month = first_month(session)
    kept = set(session.scalars(sa.select(ReportMonth.month)))
    found = []
    while month is not None and beginning_of(month_after(month)) + CLOSED_AFTER <= clock.now():
        found += [month] if key_of(month) not in kept else []
        month = month_after(month)
    return found


def count_month(session: Session, month: date, *, is_closed: bool = False) -> Month:
    """Counts a month along indexes on time."""
    since, before = beginning_of(month), beginning_of(month_after(month))
    [flow] = flows(session, [since, before])
    objections = session.execute(_objections(since, before)).one()
    return Month(month, is_closed, flow, _median_seconds(session, since, before), *objections)


def flows(session: Session, bounds: Sequence[datetime]) -> list[Flow]:
    """One for each stretch of time from a bound to the next."""
    found = [Flow() for _ in bounds[1:]]
    for number, status, is_unread, count in session.execute(_received(bounds)):
        flow = found[number]
        flow.received += count
        if is_unread and status is Status.PUBLISHED:
            flow.published += count
            flow.published_unread += count
        elif is_unread and status is Status.SPAM:
            flow.spam += count
            flow.spam_unread += count
    for number, status, rule, title, count in session.execute(_decided(bounds)):
        flow = found[number]
        name = status.value
        setattr(flow, name, getattr(flow, name) + count)
        if status is Status.REJECTED and rule is not None:
            flow.rejected_by_rule.append(RuleCount(rule, title or "", count))
    return found


def _received(bounds: Sequence[datetime]) -> sa.Select[int, Status, bool, int]:
    return (
        sa.select(
            _stretch(Comment.created_at, bounds),
            Comment.status,
            Comment.decided_at.is_(None).label("is_unread"),
            sa.func.count(),
        )
        .where(_BY_READER, *_within(Comment.created_at, bounds[0], bounds[-1]))
        .group_by("stretch", Comment.status, "is_unread")
    )


def _decided(bounds: Sequence[datetime]) -> sa.Select[Any]:
    made = (*_within(Decision.at, bounds[0], bounds[-1]), Decision.undone_at.is_(None))
    stretch = _stretch(Decision.at, bounds)
    newest = sa.func.max(Decision.id).label("newest")
    last = sa.select(stretch, newest).where(*made).group_by("stretch", Decision.comment_id).subquery()
    return (
        sa.select(last.c.stretch, Decision.to_status, Decision.rule_number, Decision.rule_title, sa.func.count())
        .join(last, last.c.newest == Decision.id)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(_BY_READER)
        .group_by(last.c.stretch, Decision.to_status, Decision.rule_number, Decision.rule_title)
        .order_by(last.c.stretch, Decision.rule_number, Decision.rule_title)
    )


def _median_seconds(session: Session, since: datetime, before: datetime) -> int | None:
    """Of the first decisions on comments that had waited for one, with screening's spam."""
    earlier = aliased(Decision)
    is_first = ~sa.exists().where(
        earlier.comment_id == Decision.comment_id, earlier.id < Decision.id, earlier.undone_at.is_(None)
    )
    wait = sa.extract("epoch", Decision.at) - sa.extract("epoch", Comment.created_at)
    waits = (
        sa.select(
            wait.label("wait"),
            sa.func.row_number().over(order_by=wait).label("place"),
            sa.func.count().over().label("number"),
        )
        .join(Comment, Comment.id == Decision.comment_id)
        .where(*_within(Decision.at, since, before), Decision.undone_at.is_(None), is_first)
        .where(Decision.from_status.in_([Status.PENDING, Status.SPAM]), _BY_READER)
        .subquery()
    )
    middle = waits.c.place.in_([(waits.c.number + 1) // 2, (waits.c.number + 2) // 2])
    median = session.scalar(sa.select(sa.func.avg(waits.c.wait)).where(middle))
    return None if median is None else round(median)


def _objections(since: datetime, before: datetime) -> sa.Select[int, int, int, int, int, int]:
    """The numbers of _OBJECTIONS: those that came in, and those that were settled, in that time."""

    def number(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).where(*conditions).scalar_subquery()

    appeals, reports = _within(Appeal.decided_at, since, before), _within(Report.decided_at, since, before)
    return sa.select(
        number(*_within(Appeal.created_at, since, before)),
        number(*appeals, Appeal.outcome == Outcome.UPHELD),
        number(*appeals, Appeal.outcome == Outcome.DISMISSED),
        number(*_within(Report.created_at, since, before)),
        number(*reports, Report.outcome == ReportOutcome.KEPT),
        number(*reports, Report.outcome == ReportOutcome.REMOVED),
    )


def _within(column: InstrumentedAttribute[Any], since: datetime, before: datetime) -> list[sa.ColumnElement[bool]]:
    return [column >= since, column < before]


def _stretch(column: InstrumentedAttribute[datetime], bounds: Sequence[datetime]) -> sa.Label[int]:
    """The number of the stretch of time, of those between the bounds."""
    return sa.case(*((column < bound, number) for number, bound in enumerate(bounds[1:]))).label("stretch")


def _from_figures(figures: dict[str, Any]) -> Month:
    flow = {name: value for name, value in figures.items() if name in Flow.__dataclass_fields__}
    rules = [RuleCount(**one) for one in figures["rejected_by_rule"]]
    return Month(
        date.fromisoformat(f"{figures['month']}-01"),
        figures["is_closed"],
        Flow(**{**flow, "rejected_by_rule": rules}),
        figures["median_seconds"],
        *(figures[name] for name in _OBJECTIONS),
    )
