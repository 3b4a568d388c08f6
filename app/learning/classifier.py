"""Logistic regression over sparse features, trained one example at a time in its dual form.

Each example pulls the weights of its features towards its label with a strength between 0 and STRENGTH, and the
weights are the sum of all pulls. At the optimum the strength is STRENGTH times the probability that the model gives to
the other label, so an example that is judged rightly and with certainty hardly pulls at all. Training goes through the
examples until no strength changes any more (Yu, Huang and Lin 2011, "Dual coordinate descent methods for logistic
regression and maximum entropy models"); learning one decision is one step of the same kind, and can be taken back.
"""

from __future__ import annotations

import math
import random
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from app.learning.features import BITS, Vector

STRENGTH = 2.0
"""The reciprocal of how strongly weights are drawn to 0."""
PASSES = 40
"""Through the examples, at most."""
STILL = 0.001
"""A pass in which no strength changes by more than this is the last."""


class Corpus(Protocol):
    """Examples by their place, from 0: each a vector, and whether it is spam."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int) -> tuple[Vector, bool]: ...


def probability(margin: float) -> float:
    """That a text is spam, by the sum of its features' weights."""
    return 1 / (1 + math.exp(-margin)) if margin > -700 else 0.0


def margin_of(vector: Vector, weights: Mapping[int, float]) -> float:
    """The sum of the features' weights, where 0 is as likely spam as not; a feature without a weight counts nothing."""
    return sum(value * sum(weights.get(key, 0.0) for key in keys) for value, keys in vector.parts)


def pull_to_learn(margin: float, square: float, spam: bool) -> float:
    """What to multiply the example's values with and add to the weights, so that it has been learned.

    `margin` is the example's, `square` its vector's squared length.
    """
    sign = 1 if spam else -1
    return sign * _strength(0.0, sign * margin, square)


def pull_to_forget(margin: float, spam: bool) -> float:
    """The same for an example that was learned before. Exact if nothing else has been learned since."""
    sign = 1 if spam else -1
    return -sign * STRENGTH * probability(-sign * margin)


def train(corpus: Corpus, progress: Callable[[int], None]) -> array[float]:
    """The weights of all features, by their hash. `progress` is called after each pass with how many there were."""
    weights: array[float] = array("d", bytes(8 << BITS))
    strengths = array("d", bytes(8 * len(corpus)))
    order = list(range(len(corpus)))
    dice = random.Random(len(corpus))  # noqa: S311  (the same order at each training)
    for number in range(1, PASSES + 1):
        dice.shuffle(order)
        change = _pass(corpus, order, weights, strengths)
        progress(number)
        if change < STILL:
            break
    return weights


def _pass(corpus: Corpus, order: list[int], weights: array[float], strengths: array[float]) -> float:
    """Takes one step for each example and returns the greatest change."""
    greatest = 0.0
    weight_of = weights.__getitem__
    for place in order:
        vector, spam = corpus[place]
        sign = 1 if spam else -1
        margin = sum([value * sum(map(weight_of, keys)) for value, keys in vector.parts])
        before = strengths[place]
        after = _strength(before, sign * margin, vector.square)
        change = after - before
        greatest = max(greatest, abs(change))
        # What would be lost in the rounding of the last pass is not worth touching a hundred weights.
        if abs(change) < STILL / 10:
            continue
        strengths[place] = after
        for value, keys in vector.parts:
            pull = sign * change * value
            for key in keys:
                weights[key] += pull
    return greatest


def _strength(before: float, margin: float, square: float) -> float:
    """The strength with which the example has to pull, by the margin towards its label with the present one.

    Newton's method on a function that rises everywhere, between bounds that close in.
    """
    low, high = 0.0, STRENGTH
    strength = min(max(before, 0.01), 0.99 * STRENGTH)
    for _ in range(30):
        other = STRENGTH * probability(-(margin + (strength - before) * square))
        excess = strength - other
        if abs(excess) < 1e-9:
            break
        if excess > 0:
            high = strength
        else:
            low = strength
        step = strength - excess / (1 + other * (1 - other / STRENGTH) * square)
        strength = step if low < step < high else (low + high) / 2
    return strength


def mcc(judged: Iterable[tuple[bool, bool]]) -> float:
    """The Matthews correlation coefficient of (called spam, is spam): 1 without a mistake, 0 for chance.

    0 too where one of the kinds, or one of the calls, is missing altogether, since it says nothing then.
    """
    count = Counter(judged)
    both, neither = count[True, True], count[False, False]
    only_called, only_is = count[True, False], count[False, True]
    below = (both + only_called) * (both + only_is) * (neither + only_called) * (neither + only_is)
    return (both * neither - only_called * only_is) / math.sqrt(below) if below else 0.0
