"""The geometry of a chart of comments: a stacked bar for each month or day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.moderation.statistics import Flow

WIDTH = 400
HEIGHT = 200
_TOP, _BOTTOM = 12, 26
_DIGIT = 8
"""How wide a digit or comma of a level may be."""
_FILL = 0.7
"""Of the room that it has, what a bar takes."""
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Part:
    """A part of a bar; `kind` is one of published, rejected and spam."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """`received_y` is where the line of what came in crosses it."""

    x: float
    width: float
    middle: float
    label: str
    parts: list[Part]
    received_y: float


@dataclass(frozen=True)
class Chart:
    """`lines` are the levels that are drawn across, each with its number."""

    bars: list[Bar]
    lines: list[tuple[float, int]]
    left: int
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = HEIGHT - 6


def chart_of(columns: Sequence[tuple[str, Flow]]) -> Chart:
    """From left to right; a column without a label stands between two that have one."""
    heights = [max(flow.received, flow.published + flow.rejected + flow.spam) for _label, flow in columns]
    top = _round_up(max(heights, default=0))
    left = 12 + _DIGIT * len(f"{top:,}")
    room = (WIDTH - left) / max(len(columns), 1)
    bars = [_bar(left + number * room, room, label, flow, top) for number, (label, flow) in enumerate(columns)]
    levels = [0, top // 2, top] if top % 2 == 0 else [0, top]
    return Chart(bars, [(_y(level, top), level) for level in levels], left)


def _bar(left: float, room: float, label: str, flow: Flow, top: int) -> Bar:
    levels = [0]
    for number in (flow.published, flow.rejected, flow.spam):
        levels.append(levels[-1] + number)
    parts = [
        Part(kind, _y(upper, top), round(_y(lower, top) - _y(upper, top), 1))
        for kind, (lower, upper) in zip(("published", "rejected", "spam"), pairwise(levels), strict=True)
        if upper > lower
    ]
    width = room * _FILL
    x = left + (room - width) / 2
    return Bar(round(x, 1), round(width, 1), round(left + room / 2, 1), label, parts, _y(flow.received, top))


def _y(level: int, top: int) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - level / top), 1)


def _round_up(number: int) -> int:
    """The next number that is easily read: 1, 2 or 5 with noughts behind it; 2 at least."""
    power = int("1" + "0" * (len(str(number)) - 1))
    return max(2, next(step * power for step in _STEPS if step * power >= number))
