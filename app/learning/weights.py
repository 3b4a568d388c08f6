"""Reading and moving the weights of one generation, in the caller's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.learning.classifier import margin_of, pull_to_forget, pull_to_learn
from app.learning.features import Vector

_MOVE = sa.text(
    "INSERT INTO filter_weights (generation, key, weight) VALUES (:generation, :key, :change)"
    " ON CONFLICT (generation, key) DO UPDATE SET weight = filter_weights.weight + :change"
)
# Some hundred keys as one parameter: as many parameters take the driver longer than the database takes to look them up.
_WEIGHTS_BY_DIALECT = {
    "sqlite": (
        sa.text(
            "SELECT key, weight FROM filter_weights"
            " WHERE generation = :generation AND key IN (SELECT value FROM json_each(:keys))"
        ),
        "[{}]",
    ),
    "postgresql": (
        sa.text(
            "SELECT key, weight FROM filter_weights"
            " WHERE generation = :generation AND key = ANY (CAST(:keys AS integer[]))"
        ),
        "{{{}}}",
    ),
}


def weights_of(session: Session, generation: int, vector: Vector) -> dict[int, float]:
    """The weights of the features that have one."""
    query, as_list = _WEIGHTS_BY_DIALECT[session.get_bind().dialect.name]
    keys = as_list.format(",".join(str(key) for _, part in vector.parts for key in part))
    rows = session.connection().execute(query, {"generation": generation, "keys": keys})
    return {row[0]: row[1] for row in rows}


def learn_into(session: Session, generation: int, vector: Vector, spam: bool) -> float:
    """Teaches one example and returns the margin that it had before."""
    margin = margin_of(vector, weights_of(session, generation, vector))
    _move(session, generation, vector, pull_to_learn(margin, vector.square, spam))
    return margin


def forget_from(session: Session, generation: int, vector: Vector, spam: bool) -> None:
    """Takes the lesson of one example back."""
    margin = margin_of(vector, weights_of(session, generation, vector))
    _move(session, generation, vector, pull_to_forget(margin, spam))


def _move(session: Session, generation: int, vector: Vector, pull: float) -> None:
    # In the order of the keys, so that two transactions that touch the same rows wait instead of locking each other up.
    changes = sorted((key, pull * value) for value, keys in vector.parts for key in keys)
    rows = [{"generation": generation, "key": key, "change": change} for key, change in changes]
    session.connection().execute(_MOVE, rows)
