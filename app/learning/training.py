"""Learning from one decision, and taking one back."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.learning.classifier import probability
from app.learning.features import Example, Vector, read, vector
from app.learning.judging import abstains
from app.learning.models import FilterChange, FilterState, FilterTrial, state_for_update
from app.learning.weights import forget_from, learn_into


def learn(session: Session, key: int, example: Example, spam: bool) -> None:
    """Notes what the filter would have said of the example, then teaches it what it is.

    `key` is the caller's number for the text; what was learned under it before is taken back.
    """
    state = state_for_update(session)
    made = vector(read(example))
    _take_back(session, state, key, made)
    margin = learn_into(session, state.generation, made, spam)
    trial = FilterTrial(
        key=key,
        at=clock.now(),
        probability=None if abstains(state.ham, state.spam) else probability(margin),
        spam=spam,
    )
    session.add(trial)
    _count(state, spam, 1)
    _note_change(session, state, key, made, spam=spam, learned=True)
    session.flush()


def unlearn(session: Session, key: int, example: Example) -> None:
    """Takes back what was learned under the key, at once and nearly; the next retraining makes it exact.

    What the filter knows from a retraining alone stays until the next one.
    """
    state = state_for_update(session)
    _take_back(session, state, key, vector(read(example)))
    session.flush()


def _take_back(session: Session, state: FilterState, key: int, made: Vector) -> None:
    trial = session.scalar(sa.select(FilterTrial).where(FilterTrial.key == key))
    if trial is None:
        return
    forget_from(session, state.generation, made, trial.spam)
    _count(state, trial.spam, -1)
    _note_change(session, state, key, made, spam=trial.spam, learned=False)
    session.delete(trial)
    session.flush()


def _count(state: FilterState, spam: bool, change: int) -> None:
    # A retraining counts anew, and may have left out what is taken back now.
    if spam:
        state.spam = max(0, state.spam + change)
    else:
        state.ham = max(0, state.ham + change)


def _note_change(session: Session, state: FilterState, key: int, made: Vector, *, spam: bool, learned: bool) -> None:
    if state.retraining is not None:
        session.add(FilterChange(key=key, spam=spam, learned=learned, vector=made.packed()))
