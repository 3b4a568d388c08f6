"""Making the model anew from all examples, beside the one that goes on judging and learning meanwhile.

The new model is written as a generation of its own, a few rows at a time, and what was learned or taken back since the
beginning is taken in before one short transaction makes it the one that judges. A retraining that dies leaves rows that
nobody reads, and the next one clears them away.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from time import sleep

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.learning.classifier import PASSES, train
from app.learning.corpus import DiskCorpus
from app.learning.features import Example, Vector, read, unpacked, vector
from app.learning.models import FilterChange, FilterState, FilterWeight, state_for_update
from app.learning.weights import forget_from, learn_into

LEASE = timedelta(minutes=5)
"""How long a retraining that gives no sign of life is taken to be running."""
SIGN_OF_LIFE = timedelta(minutes=1)
ROWS = 1_000
"""Weights in one transaction: a few milliseconds, for which others who write wait."""
PAUSE_SECONDS = 0.01
"""Between two transactions, so that those who wait for the lock come to write: they look for it each millisecond."""
CHANGES = 10
"""Taken in at once: each costs as much as learning one decision."""
NEGLIGIBLE = 0.002
"""A weight nearer to 0 is not kept. A hundred of them, all on one side, would move a probability by a twentieth."""
READING = 10
"""How many passes reading the examples takes as long as, about; for the progress."""

Lesson = tuple[int, Example, bool]
"""The caller's number for the text, the text, and whether it is spam."""


class AlreadyRetraining(Exception):
    """Another process is at it."""


class Overtaken(Exception):
    """This retraining was silent for so long that another one has begun."""


def retrain(examples: Callable[[], Iterable[Lesson]], expected: int, progress: Callable[[int, int], None]) -> int:
    """Makes the model anew and returns how many examples it has learned.

    `examples` is called once and read to its end; it may hold no transaction open while it yields. `expected` is about
    how many there are. `progress` is called with what is done and what there is to do, in units of no meaning.
    Raises AlreadyRetraining, or Overtaken.
    """
    run = _Run(_begin())
    try:
        _clear()
        with DiskCorpus() as corpus:
            for number in _fill(corpus, examples()):
                run.goes_on()
                progress(min(READING * number // max(expected, 1), READING), READING + PASSES)
            weights = train(corpus, lambda number: _after_pass(run, number, progress))
            _write(run, weights)
            _switch(run, corpus)
            learned = len(corpus)
    except BaseException:
        db.session.rollback()
        run.give_up()
        raise
    _clear()
    progress(READING + PASSES, READING + PASSES)
    return learned


class _Run:
    """The retraining's own claim to the state."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.seen: datetime = clock.now()

    def goes_on(self) -> None:
        """Gives a sign of life, if the last was long ago."""
        if clock.now() - self.seen >= SIGN_OF_LIFE:
            with transaction() as session:
                self.claimed(session)

    def claimed(self, session: Session) -> FilterState:
        """The state, locked, with a sign of life. Raises Overtaken."""
        state = state_for_update(session)
        if state.retraining != self.generation:
            raise Overtaken
        self.seen = clock.now()
        state.retraining_until = self.seen + LEASE
        return state

    def give_up(self) -> None:
        with transaction() as session:
            state = state_for_update(session)
            if state.retraining == self.generation:
                state.retraining = state.retraining_until = None


def _begin() -> int:
    with transaction() as session:
        state = state_for_update(session)
        now = clock.now()
        if state.retraining is not None and state.retraining_until is not None and state.retraining_until > now:
            raise AlreadyRetraining
        state.retraining = max(state.generation, state.retraining or 0) + 1
        state.retraining_until = now + LEASE
        session.execute(sa.delete(FilterChange))
        return state.retraining


def _fill(corpus: DiskCorpus, lessons: Iterable[Lesson]) -> Iterator[int]:
    """Adds the examples, and yields how many there are now and then."""
    for key, example, spam in lessons:
        corpus.add(key, vector(read(example)), spam)
        if len(corpus) % 500 == 0:
            yield len(corpus)
    db.session.rollback()


def _after_pass(run: _Run, number: int, progress: Callable[[int, int], None]) -> None:
    run.goes_on()
    progress(READING + number, READING + PASSES)


def _write(run: _Run, weights: array[float]) -> None:
    # Now, or it comes by itself in the middle of a transaction and takes ten times as long as that.
    gc.collect()
    rows = (
        {"generation": run.generation, "key": key, "weight": weight}
        for key, weight in enumerate(weights)
        if abs(weight) > NEGLIGIBLE
    )
    while chunk := list(islice(rows, ROWS)):
        with transaction() as session:
            run.claimed(session)
            session.execute(sa.insert(FilterWeight), chunk)
        sleep(PAUSE_SECONDS)
    with transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            # Or it knows nothing of the new generation for a minute, and reads all of it for each judgement.
            session.execute(sa.text("ANALYZE filter_weights"))


def _switch(run: _Run, corpus: DiskCorpus) -> None:
    """Takes in what was learned meanwhile, then lets the new model judge."""
    news = _News(corpus)
    while True:
        with transaction() as session:
            state = run.claimed(session)
            changes = session.scalars(sa.select(FilterChange).order_by(FilterChange.id).limit(CHANGES)).all()
            for change in changes:
                news.take_in(session, run.generation, change)
                session.delete(change)
            if len(changes) < CHANGES:
                state.generation = run.generation
                state.ham, state.spam = news.ham, news.spam
                state.retraining = state.retraining_until = None
                return


class _News:
    """What the new model knows by now: the corpus, and what has been taken in since."""

    def __init__(self, corpus: DiskCorpus) -> None:
        self.corpus = corpus
        self.taken_in: dict[int, tuple[Vector, bool] | None] = {}
        self.spam = sum(corpus.spam)
        self.ham = len(corpus) - self.spam

    def take_in(self, session: Session, generation: int, change: FilterChange) -> None:
        """Makes the model know of the change's text what the change says, whatever it knew of it.

        The corpus may hold the change already: it was read while others went on deciding.
        """
        known = self.taken_in[change.key] if change.key in self.taken_in else self.corpus.find(change.key)
        wanted = (unpacked(change.vector), change.spam) if change.learned else None
        if known is not None and known != wanted:
            forget_from(session, generation, *known)
            self._count(known[1], -1)
        if wanted is not None and known != wanted:
            learn_into(session, generation, *wanted)
            self._count(wanted[1], 1)
        self.taken_in[change.key] = wanted

    def _count(self, spam: bool, change: int) -> None:
        if spam:
            self.spam += change
        else:
            self.ham += change


def _clear() -> None:
    """Deletes, in small steps, the weights of all generations but the one that judges and the one being made."""
    while (stale := _stale_generation()) is not None:
        left = True
        while left:
            with transaction() as session:
                left = _delete_some(session, stale)
            sleep(PAUSE_SECONDS)


def _stale_generation() -> int | None:
    session = db.session()
    state = session.scalars(sa.select(FilterState).execution_options(populate_existing=True)).one()
    kept = [number for number in (state.generation, state.retraining) if number is not None]
    stale = session.scalar(sa.select(FilterWeight.generation).where(FilterWeight.generation.not_in(kept)).limit(1))
    session.rollback()
    return stale


def _delete_some(session: Session, generation: int) -> bool:
    """Deletes some of its weights, and tells whether there may be more."""
    weights = FilterWeight.generation == generation
    keys = sa.select(FilterWeight.key).where(weights).order_by(FilterWeight.key)
    last = session.scalar(keys.offset(ROWS - 1).limit(1))
    if last is not None:
        weights = sa.and_(weights, FilterWeight.key <= last)
    session.execute(sa.delete(FilterWeight).where(weights))
    return last is not None
