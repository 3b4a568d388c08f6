"""`python -m bench.learning`: what the filter costs on 100,000 decisions, in one process, on an empty database.

On SQLite in a temporary folder, or on the database that DATABASE_URL names, which has to be empty.
"""

import argparse
import itertools
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Self

import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from app.config import Config
from app.core.db import db, transaction
from app.core.revisions import bump
from app.learning.features import Example, read, vector
from app.learning.judging import judge
from app.learning.retraining import Lesson, retrain
from app.learning.training import learn

ROUNDS = 200
SPAM = 0.1
MISTAKES = 0.02
"""The share of decisions that say the opposite, which makes the model remember more."""


class Texts:
    """Made-up comments: words as frequent as in a language, a few that spam alone has, and some links."""

    def __init__(self) -> None:
        self.dice = random.Random(100)
        letters = "etaoinshrdlucmfwypvbgk"
        self.words = list({"".join(self.dice.choices(letters, k=self.dice.randint(2, 9))) for _ in range(40_000)})
        self.weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def text(self, characters: int, *, spam: bool = False) -> str:
        made = ""
        while len(made) < characters:
            made += " ".join(self.dice.choices(self.words, cum_weights=self.weights, k=12)).capitalize() + ". "
        if spam:
            shop = self.dice.randint(1, 500)
            made = f"Buy {self.words[-shop]} now! {made[:-40]} https://shop-{shop}.example/{len(made)}"
        return made[:characters]

    def lessons(self, number: int) -> Iterator[Lesson]:
        for key in range(number):
            spam = self.dice.random() < SPAM
            label = spam is not (self.dice.random() < MISTAKES)
            yield key, Example(self.text(self.dice.randint(80, 400), spam=spam), "A Reader"), label


class Neighbour:
    """Another process of the site, which writes now and then and notes how long each time took."""

    def __init__(self, config: Config) -> None:
        self.ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self.process = multiprocessing.get_context("spawn").Process(target=_write_now_and_then, args=(config, theirs))

    def __enter__(self) -> Self:
        self.process.start()
        self.ours.recv()
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.join()

    def waits(self) -> list[float]:
        """The milliseconds of each transaction since the last question."""
        self.ours.send("how long")
        times: list[float] = self.ours.recv()
        return times


def _write_now_and_then(config: Config, theirs: Connection) -> None:
    with create_app(config).app_context():
        theirs.send("ready")
        times: list[float] = []
        while True:
            if theirs.poll(0.005):
                theirs.recv()
                theirs.send(times)
                times = []
            began = time.perf_counter()
            with suppress(sa.exc.OperationalError), transaction() as session:
                bump(session, "bench")
            times.append(1000 * (time.perf_counter() - began))


class Watch:
    """How long this process's transactions hold what they lock, in milliseconds of the clock and of the CPU."""

    def __init__(self) -> None:
        self.began = (0.0, 0.0)
        self.clock: list[float] = []
        self.cpu: list[float] = []
        sa.event.listen(db.engine, "begin", self._begin)
        sa.event.listen(db.engine, "commit", self._commit)

    def _begin(self, _connection: sa.Connection) -> None:
        self.began = time.perf_counter(), time.process_time()

    def _commit(self, connection: sa.Connection) -> None:
        # The event comes before the commit, which belongs to it.
        connection.connection.driver_connection.commit()  # type: ignore[union-attr]
        self.clock.append(1000 * (time.perf_counter() - self.began[0]))
        self.cpu.append(1000 * (time.process_time() - self.began[1]))


def milliseconds(what: Callable[[Example], object], examples: list[Example]) -> str:
    """Medians of the CPU's time, which other work on the machine changes little, and of the clock's; and 95%."""
    clock, cpu = [], []
    for example in examples:
        began = time.perf_counter(), time.process_time()
        what(example)
        clock.append(1000 * (time.perf_counter() - began[0]))
        cpu.append(1000 * (time.process_time() - began[1]))
    return f"{median(cpu):.2f} | {median(clock):.2f} | {sorted(clock)[int(0.95 * len(clock))]:.2f}"


def read_only(example: Example) -> None:
    vector(read(example))


def judge_once(example: Example) -> None:
    judge(db.session(), example)
    db.session.rollback()


def learn_once(key: int, example: Example) -> None:
    with transaction() as session:
        learn(session, key, example, spam=key % 10 == 0)


def measure(number: int, config: Config) -> None:
    texts, watch = Texts(), Watch()
    with Neighbour(config) as neighbour:
        time.sleep(2)
        alone = neighbour.waits()
        began = time.perf_counter()
        retrain(lambda: texts.lessons(number), number, lambda _done, _total: None)
        took = time.perf_counter() - began
        beside = neighbour.waits()
    rows = db.session.scalar(sa.text("SELECT count(*) FROM filter_weights"))
    db.session.rollback()
    print(f"Retraining on {number:,} decisions: {took:.0f} s, making them up included; {rows:,} weights;")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB of memory.")
    print(f"Its own transactions: {spread(watch.clock)}; CPU {spread(watch.cpu)}.")
    print(f"Another process's transactions: {spread(alone)} before, {spread(beside)} meanwhile.\n")
    short = [Example(texts.text(200), "A Reader") for _ in range(ROUNDS)]
    long = [Example(texts.text(5000), "A Reader") for _ in range(ROUNDS)]
    print("| ms | CPU | median | 95% |\n| --- | ---: | ---: | ---: |")
    key = itertools.count(number)
    for name, examples in (("200 characters", short), ("5,000 characters", long)):
        print(f"| reading {name} | {milliseconds(read_only, examples)} |")
        print(f"| judging {name} | {milliseconds(judge_once, examples)} |")
        print(f"| learning {name} | {milliseconds(lambda example: learn_once(next(key), example), examples)} |")


def spread(times: list[float]) -> str:
    times = sorted(times)
    return f"median {median(times):.1f}, 99% {times[int(0.99 * len(times))]:.1f}, longest {times[-1]:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=100_000, help="how many to learn first (100,000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bench.db"
        config = Config(instance_path=Path(folder), database_url=url)
        with create_app(config).app_context():
            upgrade()
            measure(options.decisions, config)


if __name__ == "__main__":
    main()
