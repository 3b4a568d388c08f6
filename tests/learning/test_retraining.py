"""Making the model anew beside the one that goes on judging and learning."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.config import Config
from app.core.db import db
from app.learning import retraining
from app.learning.features import Example
from app.learning.models import FilterChange
from app.learning.retraining import LEASE, AlreadyRetraining, Lesson, Overtaken, retrain
from tests.conftest import FrozenClock
from tests.learning.conftest import Filter, ham, lessons, spam
from tests.learning.test_judging import statements

TEXTS = [example for _, example, _ in lessons(20, first=901)]
LATE = Example("A lamp post in the fog, and nothing of the sort before", "Late Writer")


def probabilities(of: Filter) -> list[float]:
    return [of.probability(text) for text in TEXTS]


def changes(of: Filter) -> int:
    with of.app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(FilterChange)) or 0


def die_while_writing(config: Config) -> None:
    """Retrains in a process of its own that is killed when the first weights are written."""
    with create_app(config).app_context():
        commits: list[int] = []

        def die_at_the_third(_connection: sa.Connection) -> None:
            commits.append(1)
            if len(commits) == 3:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(db.engine, "commit", die_at_the_third)
        retrain(lambda: lessons(60), 60, lambda _done, _total: None)


def test_a_filter_that_never_learned_one_by_one_can_be_trained_at_once(fresh: Filter) -> None:
    assert fresh.retrain(lessons(60)) == 60
    assert (fresh.state().ham, fresh.state().spam) == (30, 30)
    assert fresh.probability(spam(99)) > 0.9
    assert fresh.probability(ham(99)) < 0.1


def test_retraining_makes_up_for_the_order_in_which_things_were_learned(fresh: Filter) -> None:
    fresh.learn_all(reversed(list(lessons(60))))
    fresh.retrain(lessons(60))
    backwards = probabilities(fresh)
    fresh.retrain(lessons(60))
    assert probabilities(fresh) == backwards


def test_what_was_learned_and_taken_back_is_as_if_never_learned_after_retraining(fresh: Filter) -> None:
    fresh.retrain(lessons(60))
    never = probabilities(fresh)
    fresh.learn(100, ham(50), True)
    fresh.learn(101, spam(51), False)
    fresh.unlearn(100, ham(50))
    fresh.unlearn(101, spam(51))
    fresh.retrain(lessons(60))
    assert probabilities(fresh) == never


def test_a_retraining_on_nothing_abstains_again(taught: Filter) -> None:
    assert taught.retrain([]) == 0
    assert taught.judge(spam(1)).probability is None


def test_the_weights_of_the_old_model_are_cleared_away(taught: Filter) -> None:
    old = taught.state().generation
    taught.retrain(lessons(60))
    assert taught.generations() == {taught.state().generation} != {old}


def test_no_transaction_of_it_writes_more_than_a_thousand_rows(taught: Filter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retraining, "ROWS", 100)
    taught.retrain(lessons(60))
    assert len(taught.weights()) > 500
    with statements(taught.app) as asked:
        taught.retrain(lessons(60))
    writes = [one for one in asked if one.startswith(("INSERT INTO filter_weights", "DELETE FROM filter_weights"))]
    assert len(writes) >= 2 * len(taught.weights()) // 100


def test_the_site_judges_and_learns_while_it_runs(taught: Filter) -> None:
    """Between any two examples another request may come."""
    before = taught.probability(spam(99))

    def examples() -> Iterator[Lesson]:
        yield from lessons(60)
        assert taught.probability(spam(99)) == before
        taught.learn(100, LATE, True)
        assert taught.probability(LATE) > 0.5

    taught.retrain(examples())
    assert taught.probability(LATE) > 0.5
    assert (taught.state().ham, taught.state().spam) == (30, 31)
    assert changes(taught) == 0


def test_what_is_taken_back_while_it_runs_is_not_in_the_new_model(taught: Filter) -> None:
    taught.learn(100, LATE, True)

    def examples() -> Iterator[Lesson]:
        yield from lessons(60)
        yield 100, LATE, True
        assert taught.probability(LATE) > 0.5
        taught.unlearn(100, LATE)

    taught.retrain(examples())
    assert taught.probability(LATE) < 0.5
    assert (taught.state().ham, taught.state().spam) == (30, 30)


def test_what_is_learned_while_it_reads_and_read_as_well_counts_once(taught: Filter) -> None:
    def examples() -> Iterator[Lesson]:
        taught.learn(100, LATE, True)
        yield from lessons(60)
        yield 100, LATE, True

    taught.retrain([*lessons(60), (100, LATE, True)])
    once = taught.probability(LATE)
    taught.retrain(examples())
    assert taught.probability(LATE) == once
    assert (taught.state().ham, taught.state().spam) == (30, 31)


def test_a_decision_that_is_reversed_while_it_runs_is_reversed_in_the_new_model(taught: Filter) -> None:
    def examples() -> Iterator[Lesson]:
        yield from lessons(60)
        yield 100, LATE, True
        taught.learn(100, LATE, True)
        taught.learn(100, LATE, False)

    taught.retrain(examples())
    assert taught.probability(LATE) < 0.5
    assert (taught.state().ham, taught.state().spam) == (31, 30)


def test_more_decisions_than_it_takes_in_at_once_are_all_taken_in(taught: Filter) -> None:
    def examples() -> Iterator[Lesson]:
        yield from lessons(60)
        taught.learn_all(lessons(35, first=1000))

    taught.retrain(examples())
    assert (taught.state().ham, taught.state().spam) == (30 + 17, 30 + 18)
    assert changes(taught) == 0


def test_outside_a_retraining_nothing_is_kept_for_one(taught: Filter) -> None:
    taught.learn(100, LATE, True)
    assert changes(taught) == 0


def test_there_is_one_at_a_time(taught: Filter) -> None:
    def examples() -> Iterator[Lesson]:
        yield from lessons(60)
        with pytest.raises(AlreadyRetraining):
            taught.retrain(lessons(2))

    assert taught.retrain(examples()) == 60
    assert taught.state().spam == 30


def test_one_that_fails_leaves_the_old_model_and_the_way_free(taught: Filter) -> None:
    before = probabilities(taught)

    def examples() -> Iterator[Lesson]:
        yield from lessons(10)
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        taught.retrain(examples())
    assert probabilities(taught) == before
    assert taught.retrain(lessons(60)) == 60


def test_one_that_is_killed_leaves_the_old_model_and_the_next_clears_up(
    taught: Filter, config: Config, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = probabilities(taught)
    child = multiprocessing.get_context("spawn").Process(target=die_while_writing, args=(config,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert len(taught.generations()) == 2
    assert probabilities(taught) == before
    frozen_clock.advance(days=100 * 365)
    taught.learn(100, LATE, True)
    assert taught.retrain(lessons(60)) == 60
    assert taught.generations() == {taught.state().generation}
    assert changes(taught) == 0


def test_one_that_gives_no_sign_of_life_is_followed_by_another_and_stops(
    taught: Filter, frozen_clock: FrozenClock
) -> None:
    def slow() -> Iterator[Lesson]:
        yield from lessons(10)
        frozen_clock.advance(seconds=LEASE.total_seconds())
        assert taught.retrain(lessons(60)) == 60

    with pytest.raises(Overtaken):
        taught.retrain(slow())
    assert (taught.state().ham, taught.state().spam) == (30, 30)
    assert taught.generations() == {taught.state().generation}


def test_a_slow_one_gives_signs_of_life(taught: Filter, frozen_clock: FrozenClock) -> None:
    def slow() -> Iterator[Lesson]:
        for lesson in lessons(3000):
            frozen_clock.advance(seconds=1)
            yield lesson
        state = taught.state()
        assert state.retraining_until is not None
        assert state.retraining_until > frozen_clock() + LEASE / 2

    assert timedelta(seconds=3000) > LEASE
    assert taught.retrain(slow()) == 3000


def test_it_tells_how_far_it_is(app: Flask) -> None:
    told: list[tuple[int, int]] = []
    with app.app_context():
        retrain(lambda: lessons(1200), 1200, lambda done, total: told.append((done, total)))
    done = [one for one, _ in told]
    assert done == sorted(done)
    assert len(set(done)) > 5
    assert len({total for _, total in told}) == 1
    assert told[-1][0] == told[-1][1]
