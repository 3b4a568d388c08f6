"""Days and months as the site's zone has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_datetime, gettext

from app.core import clock
from app.core.web import settings


def beginning_of(day: date) -> datetime:
    """The day's first moment, in UTC. Raises OverflowError for a day at the end of all dates."""
    return datetime(day.year, day.month, day.day, tzinfo=_zone()).astimezone(UTC)


def asked_day(text: str, name: str, problems: dict[str, str], days: int = 0) -> datetime | None:
    """The first moment of the day that was typed, or of the one `days` later; None for '' and for what is no day.

    Of the latter it says in `problems`, under `name`, how a day is written.
    """
    if not text:
        return None
    try:
        return beginning_of(date.fromisoformat(text) + timedelta(days=days))
    except (ValueError, OverflowError):
        problems[name] = gettext("Write the date as year, month and day: 2026-11-20.")
        return None


def at_hour(day: date, hour: int) -> datetime:
    """When that hour of the day begins, in UTC.

    When the clocks go forward, one that is left out is the moment of the change; when they go back, one that comes
    twice is the first of the two.
    """
    return datetime.combine(day, time(hour), _zone()).astimezone(UTC)


def as_local(moment: datetime) -> str:
    """The minute by the site's clock, as a field for a date and time takes it: 2026-11-20T09:00."""
    return moment.astimezone(_zone()).strftime("%Y-%m-%dT%H:%M")


def from_local(moment: datetime) -> datetime:
    """A time by the site's clock, in UTC. Raises OverflowError for one at the end of all dates."""
    return moment.replace(tzinfo=_zone()).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The day on which that moment falls."""
    return moment.astimezone(_zone()).date()


def today() -> date:
    return day_of(clock.now())


def today_by_clock(moment: datetime) -> str:
    """09:12 for a time of today, the date with it for any other."""
    return str(format_datetime(moment, "HH:mm" if day_of(moment) == today() else "d MMMM y, HH:mm"))


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(month: date, months: int = 1) -> date:
    """The first day of the month that many months later, or with a number below 0 earlier."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().time_zone)
