"""What the filter says of a text, why, and how often it has been right."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.learning.classifier import margin_of, mcc, probability
from app.learning.features import Example, Part, hashed, read, vector
from app.learning.models import FilterState, FilterTrial
from app.learning.reasons import label
from app.learning.weights import weights_of

ENOUGH = 20
"""Examples of each kind that the filter has to have seen before it says anything."""
ENOUGH_TRIALS = 200
TRIALS = 1000
"""The decisions that its record begins with, and the last ones that it goes by."""
REASONS = 8


@dataclass(frozen=True)
class Reason:
    """One thing in a text, in words, and how far it moved the judgement: above 0 towards spam."""

    label: str
    weight: float


@dataclass(frozen=True)
class Judgement:
    """The probability of spam, None while the filter abstains; how many examples it has learned; what weighed most."""

    probability: float | None
    ham: int
    spam: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Record:
    """How the filter would have judged the last decisions before it saw them, with one half as the limit.

    `ham_as_spam` and `spam_as_ham` are what it would have got wrong; `mcc` is the Matthews correlation coefficient,
    1 for no mistake and 0 for no better than chance.
    """

    right: int
    ham_as_spam: int
    spam_as_ham: int
    mcc: float


_STATE = sa.select(FilterState.generation, FilterState.ham, FilterState.spam).where(FilterState.id == 1)


def abstains(ham: int, spam: int) -> bool:
    """Whether the filter says nothing yet, by the examples of each kind that it has seen."""
    return min(ham, spam) < ENOUGH


def judge(session: Session, example: Example) -> Judgement:
    state = session.connection().execute(_STATE).one()
    if abstains(state.ham, state.spam):
        return Judgement(None, state.ham, state.spam)
    parts = read(example)
    made = vector(parts)
    weights = weights_of(session, state.generation, made)
    return Judgement(probability(margin_of(made, weights)), state.ham, state.spam, tuple(_reasons(parts, weights)))


def track_record(session: Session) -> Record | None:
    """None before 200 decisions that the filter had something to say on."""
    rows = session.execute(
        sa.select(FilterTrial.probability >= 0.5, FilterTrial.spam)
        .where(FilterTrial.probability.is_not(None))
        .order_by(FilterTrial.id.desc())
        .limit(TRIALS)
    ).all()
    if len(rows) < ENOUGH_TRIALS:
        return None
    judged = [(bool(called_spam), spam) for called_spam, spam in rows]
    return Record(
        right=sum(called is spam for called, spam in judged),
        ham_as_spam=judged.count((True, False)),
        spam_as_ham=judged.count((False, True)),
        mcc=mcc(judged),
    )


def _reasons(parts: list[Part], weights: dict[int, float]) -> list[Reason]:
    """What moved the judgement most, each thing said once."""
    moved = [
        (part.value * weights[key], name) for part in parts for name in part.names if (key := hashed(name)) in weights
    ]
    moved.sort(key=lambda one: -abs(one[0]))
    found: dict[str, Reason] = {}
    for weight, name in moved:
        said = label(name)
        if said is not None and said not in found:
            found[said] = Reason(said, weight)
        if len(found) == REASONS:
            break
    return list(found.values())
