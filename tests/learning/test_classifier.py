"""The model by itself."""

from __future__ import annotations

import math

import pytest

from app.learning import classifier
from app.learning.classifier import (
    STRENGTH,
    Corpus,
    margin_of,
    mcc,
    probability,
    pull_to_forget,
    pull_to_learn,
    train,
)
from app.learning.features import Vector, read, vector
from tests.learning.conftest import lessons

CORPUS = [(vector(read(example)), spam) for _, example, spam in lessons(60)]


def trained(corpus: Corpus) -> tuple[dict[int, float], int]:
    """The weights that are not 0, and how many passes it took."""
    passes: list[int] = []
    weights = train(corpus, passes.append)
    return {key: weight for key, weight in enumerate(weights) if weight}, passes[-1]


def moved(weights: dict[int, float], made: Vector, pull: float) -> dict[int, float]:
    changed = dict(weights)
    for value, keys in made.parts:
        for key in keys:
            changed[key] = changed.get(key, 0.0) + pull * value
    return changed


def test_at_the_end_each_example_pulls_with_the_probability_of_the_other_label() -> None:
    """The condition that holds at the optimum of regularized logistic regression, and nowhere else."""
    weights, _passes = trained(CORPUS)
    expected: dict[int, float] = {}
    for made, spam in CORPUS:
        sign = 1 if spam else -1
        expected = moved(expected, made, sign * STRENGTH * probability(-sign * margin_of(made, weights)))
    assert weights == pytest.approx(expected, abs=0.01)


def test_training_ends_when_nothing_changes_any_more() -> None:
    _weights, passes = trained(CORPUS)
    assert 1 < passes < classifier.PASSES


def test_training_comes_to_the_same_weights_each_time() -> None:
    assert trained(CORPUS) == trained(CORPUS)


def test_a_text_labelled_both_ways_is_judged_as_undecided() -> None:
    made = CORPUS[0][0]
    weights, _passes = trained([(made, True), (made, False)])
    assert probability(margin_of(made, weights)) == pytest.approx(0.5, abs=0.02)


def test_what_was_seen_more_often_counts_more() -> None:
    made = CORPUS[0][0]
    weights, _passes = trained([(made, True)] * 3 + [(made, False)])
    assert 0.6 < probability(margin_of(made, weights)) <= 0.75


def test_one_step_teaches_what_training_on_that_example_alone_does() -> None:
    made, _spam = CORPUS[0]
    weights, _passes = trained([(made, True)])
    assert moved({}, made, pull_to_learn(0.0, made.square, spam=True)) == pytest.approx(weights, abs=1e-4)


@pytest.mark.parametrize("spam", [True, False])
def test_a_step_taken_back_leaves_the_weights_as_they_were(spam: bool) -> None:
    weights, _passes = trained(CORPUS)
    made = vector(read(next(lessons(1, first=99))[1]))
    margin = margin_of(made, weights)
    learned = moved(weights, made, pull_to_learn(margin, made.square, spam))
    assert (margin_of(made, learned) > margin) is spam
    back = moved(learned, made, pull_to_forget(margin_of(made, learned), spam))
    assert margin_of(made, back) == pytest.approx(margin, abs=1e-6)


def test_what_the_model_is_sure_of_already_moves_it_little() -> None:
    assert pull_to_learn(20.0, 10.0, spam=True) < 1e-6
    assert pull_to_learn(-20.0, 1.0, spam=True) > 0.9 * STRENGTH


@pytest.mark.parametrize(("margin", "expected"), [(0, 0.5), (math.log(3), 0.75), (800, 1.0), (-800, 0.0), (-1e9, 0.0)])
def test_a_margin_is_a_probability(margin: float, expected: float) -> None:
    assert probability(margin) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("right_spam", "right_ham", "ham_as_spam", "spam_as_ham", "expected"),
    [(10, 10, 0, 0, 1.0), (0, 0, 10, 10, -1.0), (5, 5, 5, 5, 0.0), (90, 4, 1, 5, 0.5693), (10, 0, 10, 0, 0.0)],
)
def test_the_matthews_correlation_coefficient(
    right_spam: int, right_ham: int, ham_as_spam: int, spam_as_ham: int, expected: float
) -> None:
    judged = (
        [(True, True)] * right_spam
        + [(False, False)] * right_ham
        + [(True, False)] * ham_as_spam
        + [(False, True)] * spam_as_ham
    )
    assert mcc(judged) == pytest.approx(expected, abs=1e-3)
