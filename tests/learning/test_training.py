"""Learning from one decision, and taking it back."""

from __future__ import annotations

import pytest

from app.learning.features import Example
from app.learning.models import FilterState
from tests.learning.conftest import Filter, ham, lessons, spam
from tests.learning.test_judging import statements


def counts(state: FilterState) -> tuple[int, int]:
    return state.ham, state.spam


def test_a_decision_counts_at_once(taught: Filter) -> None:
    text = Example("Letters about the old lighthouse")
    before = taught.probability(text)
    taught.learn(100, text, True)
    assert taught.probability(text) > max(before, 0.5)
    assert counts(taught.state()) == (30, 31)


def test_the_very_text_that_was_called_spam_is_spam_when_it_comes_again(taught: Filter) -> None:
    text = ham(500)
    assert taught.probability(text) < 0.1
    taught.learn(500, text, True)
    assert taught.probability(text) > 0.5


def test_a_decision_taken_back_leaves_no_trace(taught: Filter) -> None:
    texts = [spam(number) for number in range(70, 80)] + [ham(number) for number in range(70, 80)]
    before = [taught.probability(text) for text in texts]
    taught.learn(100, ham(70), True)
    assert taught.probability(ham(70)) != pytest.approx(before[10])
    taught.unlearn(100, ham(70))
    assert [taught.probability(text) for text in texts] == pytest.approx(before, abs=1e-6)
    assert counts(taught.state()) == (30, 30)
    assert 100 not in taught.trials()


def test_taking_back_what_was_never_learned_changes_nothing(taught: Filter) -> None:
    before = taught.weights()
    taught.unlearn(999, ham(1))
    assert taught.weights() == before
    assert counts(taught.state()) == (30, 30)


def test_taking_back_twice_is_taking_back_once(taught: Filter) -> None:
    taught.unlearn(2, spam(2))
    before = taught.weights()
    taught.unlearn(2, spam(2))
    assert taught.weights() == before
    assert counts(taught.state()) == (30, 29)


def test_a_new_decision_on_the_same_text_replaces_the_old_one(taught: Filter) -> None:
    taught.learn(1, ham(1), True)
    assert counts(taught.state()) == (29, 31)
    assert len(taught.trials()) == 60


def test_learning_the_same_again_is_learning_it_once(fresh: Filter, taught: Filter) -> None:
    before = taught.probability(spam(2))
    taught.learn(60, spam(60), True)
    assert counts(taught.state()) == (30, 30)
    assert taught.probability(spam(2)) == pytest.approx(before, abs=1e-3)


def test_learning_keeps_to_a_few_statements_however_long_the_text(taught: Filter) -> None:
    with statements(taught.app) as asked:
        taught.learn(100, Example("Some words about the harbour. " * 160), False)
    assert len(asked) <= 10


def test_learning_one_after_the_other_is_nearly_as_good_as_retraining(fresh: Filter) -> None:
    fresh.learn_all(lessons(200))
    judged = [(fresh.probability(example) >= 0.5) is is_spam for _, example, is_spam in lessons(100, first=1001)]
    assert sum(judged) >= 98
