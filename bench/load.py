"""Puts load on one server with wrk and says what each answer cost."""

import itertools
import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import busy_seconds, cpu_seconds, find_program

SCRIPT = Path(__file__).with_name("wrk.lua")
NUMBERS_PER_RUN = 200_000
TOLERATED_ERRORS = 0.001
IDLE_SHARE = 0.1
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
    elsewhere: float
    """The share of all cores that neither wrk nor the measured server used: what disturbs the measurement."""

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
    before, wrk_before, busy_before = cpu_seconds(pids()), _children_seconds(), busy_seconds()
    done = subprocess.run([*command, url], env={**os.environ, **extra}, capture_output=True, text=True, check=True)
    spent, by_wrk = cpu_seconds(pids()) - before, _children_seconds() - wrk_before
    others = busy_seconds() - busy_before - spent - by_wrk
    _settle(pids)
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    answers, errors = seen["requests"], seen["failures"] + seen["bad_statuses"]
    # A server that refuses or stalls would look quick, or make the other one look so.
    if errors > answers * TOLERATED_ERRORS or not answers:
        raise RuntimeError(f"{errors:,} of {answers:,} requests to {url} failed")
    return Sample(
        requests=seen["requests"],
        seconds=seen["microseconds"] / 1e6,
        bytes_per_answer=seen["bytes"] / answers,
        failures=seen["failures"],
        bad_statuses=seen["bad_statuses"],
        p50_ms=seen["p50"] / 1000,
        p99_ms=seen["p99"] / 1000,
        cpu_ms=1000 * spent / answers,
        elsewhere=max(0.0, others) / (seen["microseconds"] / 1e6 * (os.cpu_count() or 1)),
    )


def _settle(pids: Callable[[], Sequence[int]], seconds: float = 10) -> None:
    """Lets the server finish what wrk left waiting at its end, which the next sample would pay for."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        before = cpu_seconds(pids())
        time.sleep(0.2)
        if cpu_seconds(pids()) - before <= IDLE_SHARE * 0.2:
            return


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
