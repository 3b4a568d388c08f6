"""What a figure is, how its rounds are taken in turn, and the table they make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, TypeVar

from bench.load import Sample
from bench.processes import NotInstalledError

Seen = TypeVar("Seen")
NOTABLE_SHARE = 0.05


@dataclass(frozen=True)
class Settings:
    """How long `make bench` takes its time: rounds of each contender, seconds of each sample."""

    rounds: int = 5
    seconds: float = 5


@dataclass(frozen=True)
class Reading:
    """A figure's value in each round, and what else was seen; versions of what it was measured beside."""

    values: Sequence[float]
    detail: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One row of the table: what is to be reached, and the function that measures it."""

    name: str
    title: str
    measure: Callable[[Settings], Reading]
    least: float
    goal: float | None = None
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True)
class Row:
    """A figure with its reading, or with the one line that says why there is none: not installed, or failed."""

    figure: Figure
    reading: Reading | None
    reason: str = ""
    failed: bool = False

    @property
    def value(self) -> float:
        return median(self.reading.values) if self.reading else float("nan")

    @property
    def falls_short(self) -> bool:
        return self.failed or self.verdict == "missed"

    @property
    def verdict(self) -> str:
        if self.reading is None:
            return f"failed: {self.reason}" if self.failed else f"left out: {self.reason}"
        if self.figure.goal is not None and self._reaches(self.figure.goal):
            return "goal"
        return "least" if self._reaches(self.figure.least) else "missed"

    def cells(self) -> list[str]:
        """Title, least, goal, measured, spread and verdict, ready to print."""
        figure = self.figure
        goal = "" if figure.goal is None else _number(figure.goal, figure.unit)
        head = [figure.title, _number(figure.least, figure.unit), goal]
        if self.reading is None:
            return [*head, "", "", self.verdict]
        low, high = (_number(edge, "") for edge in (min(self.reading.values), max(self.reading.values)))
        return [*head, _number(self.value, figure.unit), f"{low} to {high}", self.verdict]

    def _reaches(self, mark: float) -> bool:
        return self.value >= mark if self.figure.better == "higher" else self.value <= mark


def take(figure: Figure, settings: Settings) -> Row:
    """Measures one figure; whatever keeps it from being measured becomes its row's reason."""
    try:
        return Row(figure, figure.measure(settings))
    except NotInstalledError as missing:
        return Row(figure, None, str(missing))
    except (RuntimeError, OSError) as error:
        return Row(figure, None, " ".join(str(error).split())[:300], failed=True)


def in_turn(contenders: Mapping[str, Callable[[], Seen]], rounds: int) -> dict[str, list[Seen]]:
    """A B C, A B C, …: what slows the machine for a while meets all alike. One round before warms up."""
    taken: dict[str, list[Seen]] = {name: [] for name in contenders}
    for lap in range(rounds + 1):
        for name, measure in contenders.items():
            sample = measure()
            if lap:
                taken[name].append(sample)
    return taken


def ratios(
    ours: Sequence[Sample], theirs: Sequence[Sample], of: Callable[[Sample], float] = lambda s: s.rate
) -> list[float]:
    """Ours over theirs in each round, the two samples taken one after the other."""
    return [of(mine) / of(other) for mine, other in zip(ours, theirs, strict=True)]


def describe(name: str, samples: Sequence[Sample]) -> str:
    """A contender's medians in a phrase, errors said where there were any."""
    rate, cpu = median(s.rate for s in samples), median(s.cpu_ms for s in samples)
    p99, size = median(s.p99_ms for s in samples), median(s.bytes_per_answer for s in samples)
    errors = sum(s.errors for s in samples)
    text = f"{name} {rate:,.0f}/s, {cpu:.3g} ms CPU, p99 {p99:.3g} ms, {size:,.0f} bytes an answer"
    elsewhere = median(s.elsewhere for s in samples)
    if elsewhere > NOTABLE_SHARE:
        text += f", other programs had {elsewhere:.0%} of the cores"
    return f"{text}, {errors} errors" if errors else text


def compare(ours: str, theirs: str, taken: Mapping[str, Sequence[Sample]]) -> str:
    """Both contenders' medians, and how their CPU an answer compares: wrk shares the cores with them."""
    cpu = median(ratios(taken[theirs], taken[ours], lambda s: s.cpu_ms))
    return f"{describe(ours, taken[ours])}; {describe(theirs, taken[theirs])}; by CPU an answer {cpu:.3g}"


def table(rows: Sequence[Row]) -> str:
    """The rows for a terminal, in columns."""
    lines = [["figure", "least", "goal", "measured", "spread", "verdict"], *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(5)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[5]]) for line in lines
    )


def _number(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.3g}"
    return f"{shown}{unit}" if unit in ("", "×") else f"{shown} {unit}"
