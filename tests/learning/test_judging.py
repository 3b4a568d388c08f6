"""What the filter says of a text, and what it says of itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.db import db, transaction
from app.learning.features import Example
from app.learning.judging import Record
from app.learning.models import FilterTrial
from tests.learning.conftest import Filter, ham, lessons, spam


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def add_trials(app: Flask, outcomes: Sequence[tuple[float | None, bool]], first: int = 1000) -> None:
    with app.app_context(), transaction() as session:
        for key, (probability, is_spam) in enumerate(outcomes, first):
            session.add(FilterTrial(key=key, at=clock.now(), probability=probability, spam=is_spam))
            session.flush()


def test_a_new_filter_abstains(fresh: Filter) -> None:
    judgement = fresh.judge(spam(1))
    assert (judgement.probability, judgement.ham, judgement.spam, judgement.reasons) == (None, 0, 0, ())


@pytest.mark.parametrize("few", ["ham", "spam"])
def test_it_abstains_until_it_has_seen_twenty_of_each(fresh: Filter, few: str) -> None:
    taught = {"ham": list(range(1, 60, 2)), "spam": list(range(2, 61, 2))}
    last = taught[few][19]
    taught[few] = taught[few][:19]
    for key in itertools.chain(*taught.values()):
        fresh.learn(key, spam(key) if key % 2 == 0 else ham(key), key % 2 == 0)
    judgement = fresh.judge(spam(99))
    assert judgement.probability is None
    assert sorted([judgement.ham, judgement.spam]) == [19, 30]
    fresh.learn(last, spam(last) if few == "spam" else ham(last), few == "spam")
    assert fresh.judge(spam(99)).probability is not None


def test_it_tells_new_spam_from_new_ham(taught: Filter) -> None:
    assert min(taught.probability(spam(number)) for number in range(100, 140)) > 0.9
    assert max(taught.probability(ham(number)) for number in range(100, 140)) < 0.1


def test_it_gives_the_things_that_weighed_most_in_words(taught: Filter) -> None:
    reasons = taught.reasons(Example("Order cheap wristwatches now at https://wrist.example/!", "Ann Reader"))
    assert reasons["a link"] > 0
    assert reasons["a link"] > reasons.get("the word “now”", 0)
    assert 0 < len(reasons) <= 8
    weights = [abs(weight) for weight in reasons.values()]
    assert weights == sorted(weights, reverse=True)


def test_what_speaks_against_spam_weighs_below_zero(taught: Filter) -> None:
    reasons = taught.reasons(ham(200))
    assert reasons["no sign of advertising"] < 0


def test_links_are_named_by_their_site(fresh: Filter) -> None:
    fresh.learn_all((key, Example("See https://bad.example/page", ""), True) for key in range(1, 22))
    fresh.learn_all((key, Example("See https://good.example/page", ""), False) for key in range(22, 43))
    reasons = fresh.reasons(Example("https://bad.example"))
    assert reasons["a link to bad.example"] > 0
    assert fresh.reasons(Example("https://good.example"))["a link to good.example"] < 0


def test_words_that_stand_together_are_named_together(fresh: Filter) -> None:
    fresh.learn_all((key, Example("red herring", ""), True) for key in range(1, 22))
    fresh.learn_all((key, Example(text, ""), False) for key, text in enumerate(["red", "herring"] * 11, 22))
    assert fresh.reasons(Example("a red herring"))["the words “red herring”"] > 0


def test_the_reasons_are_parts_of_the_judgement(taught: Filter) -> None:
    """All weights together make the probability, so what is named cannot have weighed something else."""
    reasons = taught.reasons(Example("bridge"))
    assert sum(reasons.values()) < 0
    assert taught.probability(Example("bridge")) < 0.5


def test_judging_asks_the_database_twice_however_long_the_text(taught: Filter) -> None:
    with statements(taught.app) as asked:
        taught.judge(Example("Some words about the harbour. " * 160))
    assert len([one for one in asked if one.startswith("SELECT")]) == 2


def test_every_process_judges_alike(taught: Filter, app_with: Callable[..., Flask]) -> None:
    other = Filter(app_with())
    assert other.probability(spam(300)) == taught.probability(spam(300))
    taught.learn(301, spam(300), False)
    assert other.probability(spam(300)) == taught.probability(spam(300)) < 0.9


def test_what_it_would_have_said_is_noted_before_it_learns(taught: Filter) -> None:
    expected = taught.probability(spam(400))
    taught.learn(400, spam(400), False)
    assert taught.trials()[400] == expected > taught.probability(spam(400))


def test_while_it_abstains_it_notes_that_it_would_have_said_nothing(fresh: Filter) -> None:
    fresh.learn_all(lessons(40))
    assert set(fresh.trials().values()) == {None}
    fresh.learn(41, ham(41), False)
    assert fresh.trials()[41] is not None


def test_its_record_begins_with_two_hundred_decisions(fresh: Filter) -> None:
    add_trials(fresh.app, [(None, True)] * 50 + [(0.9, True)] * 100 + [(0.1, False)] * 99)
    assert fresh.record() is None
    add_trials(fresh.app, [(0.1, False)], first=5000)
    assert fresh.record() == Record(right=200, ham_as_spam=0, spam_as_ham=0, mcc=1.0)


def test_its_record_counts_each_kind_of_mistake(fresh: Filter) -> None:
    add_trials(fresh.app, [(0.9, True)] * 90 + [(0.49, True)] * 10 + [(0.1, False)] * 95 + [(0.5, False)] * 5)
    record = fresh.record()
    assert record is not None
    assert (record.right, record.ham_as_spam, record.spam_as_ham) == (185, 5, 10)
    assert record.mcc == pytest.approx(0.851, abs=0.001)


def test_its_record_is_of_the_last_thousand_decisions(fresh: Filter) -> None:
    add_trials(fresh.app, [(0.9, False)] * 10 + [(0.9, True), (0.1, False)] * 500)
    assert fresh.record() == Record(right=1000, ham_as_spam=0, spam_as_ham=0, mcc=1.0)
