"""A filter, texts to teach it, and short ways to ask it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db, transaction
from app.learning.features import Example
from app.learning.judging import Judgement, Record, judge, track_record
from app.learning.models import FilterState, FilterTrial, FilterWeight
from app.learning.retraining import Lesson, retrain
from app.learning.training import learn, unlearn

PLACES = ["harbour", "library", "school", "market", "bridge", "station", "museum", "swimming pool"]
WARES = ["garden chairs", "running shoes", "wristwatches", "vitamins", "lottery tips", "phone cases"]
HAM = [
    "The {place} was closed again on Sunday, and nobody at the town hall could say why.",
    "I grew up beside the {place} and remember when the ferry still stopped there.",
    "Does anybody know how much the council pays for the {place} each winter?",
    "A fair account, but the figures for the {place} leave out the repairs of last spring.",
    "My daughter walks past the {place} every morning; the crossing there is dangerous.",
]
SPAM = [
    "Check out my shop for cheap {ware}! Visit https://shop-{number}.example/today now!!!",
    "Best {ware} online, free delivery, order now at www.best-{number}.example",
    "Hello friends, I earned 900 dollars in a week selling {ware}, click here: http://earn-{number}.example",
    "FOLLOW MY PAGE and win {ware}!!! Subscribe to my channel please",
    "Do you need {ware}? Contact me on WhatsApp +44 7700 900{number}",
]


def ham(number: int) -> Example:
    dice = random.Random(number)
    return Example(dice.choice(HAM).format(place=dice.choice(PLACES)) + f" Letter {number}.", "Ann Reader")


def spam(number: int) -> Example:
    dice = random.Random(number)
    return Example(dice.choice(SPAM).format(ware=dice.choice(WARES), number=100 + number % 900), "Best Deals")


def lessons(number: int, first: int = 1) -> Iterator[Lesson]:
    """Texts of both kinds in turn, numbered from `first`."""
    for key in range(first, first + number):
        is_spam = key % 2 == 0
        yield key, spam(key) if is_spam else ham(key), is_spam


class Filter:
    """The filter of one site. Each call is a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def learn(self, key: int, example: Example, is_spam: bool) -> None:
        with self.app.app_context(), transaction() as session:
            learn(session, key, example, is_spam)

    def learn_all(self, taught: Iterable[Lesson]) -> None:
        with self.app.app_context(), transaction() as session:
            for lesson in taught:
                learn(session, *lesson)

    def unlearn(self, key: int, example: Example) -> None:
        with self.app.app_context(), transaction() as session:
            unlearn(session, key, example)

    def retrain(self, taught: Iterable[Lesson]) -> int:
        with self.app.app_context():
            return retrain(lambda: taught, 100, lambda _done, _total: None)

    def judge(self, example: Example) -> Judgement:
        with self.app.app_context():
            return judge(db.session(), example)

    def probability(self, example: Example) -> float:
        probability = self.judge(example).probability
        assert probability is not None
        return probability

    def reasons(self, example: Example) -> dict[str, float]:
        return {reason.label: reason.weight for reason in self.judge(example).reasons}

    def record(self) -> Record | None:
        with self.app.app_context():
            return track_record(db.session())

    def state(self) -> FilterState:
        with self.app.app_context():
            return db.session.get_one(FilterState, 1)

    def weights(self, generation: int | None = None) -> dict[int, float]:
        with self.app.app_context():
            wanted = self.state().generation if generation is None else generation
            rows = db.session.execute(
                sa.select(FilterWeight.key, FilterWeight.weight).where(FilterWeight.generation == wanted)
            )
            return {row.key: row.weight for row in rows}

    def generations(self) -> set[int]:
        """Those of which there are weights."""
        with self.app.app_context():
            return set(db.session.scalars(sa.select(FilterWeight.generation).distinct()))

    def trials(self) -> dict[int, float | None]:
        with self.app.app_context():
            rows = db.session.execute(sa.select(FilterTrial.key, FilterTrial.probability))
            return {row.key: row.probability for row in rows}


@pytest.fixture
def fresh(app: Flask) -> Filter:
    """A filter that has learned nothing."""
    return Filter(app)


@pytest.fixture
def taught(fresh: Filter) -> Filter:
    """A filter that has learned 30 of each kind, by number from 1 to 60."""
    fresh.learn_all(lessons(60))
    return fresh
