"""The geometry of a chart of subscribers: a bar for each month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.newsletter.queries import Month

WIDTH = 400
HEIGHT = 160
_TOP, _FOOT = 16, 22
_FILL = 0.7
"""Of the room that it has, what a bar takes."""


@dataclass(frozen=True)
class Bar:
    month: date
    total: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


def bars_of(months: Sequence[Month]) -> list[Bar]:
    """From left to right; the highest reaches the top."""
    most = max((one.total for one in months), default=0) or 1
    room = WIDTH / max(len(months), 1)
    bars = []
    for number, one in enumerate(months):
        height = round((HEIGHT - _TOP - _FOOT) * max(one.total, 0) / most, 1)
        x, y = round((number + (1 - _FILL) / 2) * room, 1), round(HEIGHT - _FOOT - height, 1)
        bars.append(Bar(one.first, one.total, x, y, round(room * _FILL, 1), height))
    return bars
