"""Puts load on one server with wrk and says what each answer cost."""

import itertools
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import cpu_seconds, find_program

SCRIPT = Path(__file__).with_name("wrk.lua")
NUMBERS_PER_RUN = 200_000
_starts = itertools.count(1_000_000, NUMBERS_PER_RUN)


@dataclass(frozen=True)
class Post:
    """A comment to post: `{n}` in the body becomes a number that no other post of this run has."""

    url: str
    content_type: str
    body: str


@dataclass(frozen=True)
class Load:
    """How hard wrk presses: its threads, its connections (kept alive), the seconds of one sample."""

    connections: int = 64
    threads: int = 2
    seconds: float = 5
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """What one run of wrk saw, and the CPU that the server's processes spent on it."""

    requests: int
    seconds: float
    bytes_per_answer: float
    failures: int
    bad_statuses: int
    p50_ms: float
    p99_ms: float
    cpu_ms: float

    @property
    def rate(self) -> float:
        """Answers a second that were not errors; a failed or refused request counts for nothing."""
        return (self.requests - self.bad_statuses) / self.seconds

    @property
    def errors(self) -> int:
        return self.failures + self.bad_statuses


def get(url: str, load: Load, pids: Callable[[], Sequence[int]]) -> Sample:
    return _run(url, load, pids, {})


def post(target: Post, load: Load, pids: Callable[[], Sequence[int]]) -> Sample:
    start = str(next(_starts))
    return _run(
        target.url,
        load,
        pids,
        {"BENCH_BODY": target.body, "BENCH_TYPE": target.content_type, "BENCH_START": start},
    )


def _run(url: str, load: Load, pids: Callable[[], Sequence[int]], extra: Mapping[str, str]) -> Sample:
    command = [find_program("wrk", "wrk"), f"-t{load.threads}", f"-c{load.connections}"]
    command += [f"-d{load.seconds:g}s", "--timeout", "10s", "-s", str(SCRIPT)]
    for name, value in load.headers.items():
        command += ["-H", f"{name}: {value}"]
    before = cpu_seconds(pids())
    done = subprocess.run([*command, url], env={**os.environ, **extra}, capture_output=True, text=True, check=True)
    spent = cpu_seconds(pids()) - before
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    answers = max(1, seen["requests"])
    return Sample(
        requests=seen["requests"],
        seconds=seen["microseconds"] / 1e6,
        bytes_per_answer=seen["bytes"] / answers,
        failures=seen["failures"],
        bad_statuses=seen["bad_statuses"],
        p50_ms=seen["p50"] / 1000,
        p99_ms=seen["p99"] / 1000,
        cpu_ms=1000 * spent / answers,
    )
