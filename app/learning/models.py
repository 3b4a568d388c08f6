"""The filter's tables: its weights, what it has seen, and how it would have judged."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Id, Model


class FilterState(Model):
    """Which model judges, and how many examples of each kind it has learned. One row, made by the migration.

    `retraining` is the generation of the model that is being made beside it, if any, by a process that is taken for
    dead after `retraining_until`.
    """

    __tablename__ = "filter_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[Id]
    generation: Mapped[int]
    ham: Mapped[int]
    spam: Mapped[int]
    retraining: Mapped[int | None]
    retraining_until: Mapped[datetime | None]


class FilterWeight(Model):
    """How far a feature speaks for spam (above 0) or against it in one generation of the model; no row is 0."""

    __tablename__ = "filter_weights"
    # The weights of one comment are looked up by key; without a rowid they lie where the key says.
    __table_args__ = {"sqlite_with_rowid": False}

    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    weight: Mapped[float]


class FilterTrial(Model):
    """One decision that the filter has learned from, and the probability of spam that it would have given before.

    None if it abstained. `key` is the caller's number for the text.
    """

    __tablename__ = "filter_trials"

    id: Mapped[Id]
    key: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    probability: Mapped[float | None]
    spam: Mapped[bool]


class FilterChange(Model):
    """What was learned or taken back while a retraining runs, for its model to take in. No text, only hashes."""

    __tablename__ = "filter_changes"

    id: Mapped[Id]
    key: Mapped[int]
    spam: Mapped[bool]
    learned: Mapped[bool]
    vector: Mapped[bytes]


def state_for_update(session: Session) -> FilterState:
    """The state, locked until the transaction ends, so that whoever learns or switches does so one after the other."""
    query = sa.select(FilterState).where(FilterState.id == 1).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
