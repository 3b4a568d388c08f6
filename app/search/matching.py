"""Which rows hold all terms of a query: the one thing in which the databases differ.

Both answer with keys, the highest first, and go no further than they are asked to. SQLite walks along the lists of
FTS5, in the order of the keys. PostgreSQL can only gather what its index finds before the first row is known, so that
comments are asked for by blocks of ids, from the newest down, until there are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.search.models import BLOCK, CommentWords, Words, mark_of, terms_of
from app.search.terms import Term


class Asked(NamedTuple):
    """All terms are in the first so many parts of the text (`level`, from 1), and not all are in fewer parts."""

    words: Words
    level: int
    terms: Sequence[Term]

    @property
    def parts(self) -> Sequence[str]:
        """The columns in which they are. The last one holds what all the others do."""
        names: tuple[str, ...] = self.words.LEVELS
        return names[: self.level] if self.level < len(names) else names[-1:]

    @property
    def fewer(self) -> Sequence[str]:
        """Those in which not all of them are."""
        return self.words.LEVELS[: self.level - 1]


def matches(session: Session, asked: Asked, below: int, limit: int) -> Sequence[int]:
    """Keys below a key, highest first. What is found so may be something that readers do not see, or no longer."""
    connection = session.connection()
    as_text, statement = _DIALECTS[connection.dialect.name]
    given = {"asked": as_text(asked), "below": below, "limit": limit}
    return connection.scalars(statement(asked.words), given).all()


def key_of(words: Words) -> sa.ColumnElement[int]:
    key: sa.ColumnElement[int] = words.__mapper__.primary_key[0]
    return key


# Terms are letters and digits alone, so that nothing in them has to be escaped.


def _fts5(asked: Asked) -> str:
    parts, fewer = asked.parts, asked.fewer
    return f"({_fts5_in(parts, asked)}) NOT ({_fts5_in(fewer, asked)})" if fewer else _fts5_in(parts, asked)


def _fts5_in(parts: Sequence[str], asked: Asked) -> str:
    together = " AND ".join(f'"{term.word}"{" *" if term.is_beginning else ""}' for term in asked.terms)
    # What is anywhere is in the last column, too, and FTS5 does not tell the one that comments have from others.
    return together if parts == asked.words.LEVELS[-1:] else f"{{{' '.join(parts)}}} : ({together})"


def _tsquery(asked: Asked) -> str:
    parts, fewer = asked.parts, asked.fewer
    return f"({_tsquery_in(parts, asked)}) & !({_tsquery_in(fewer, asked)})" if fewer else _tsquery_in(parts, asked)


def _tsquery_in(parts: Sequence[str], asked: Asked) -> str:
    marks = [mark_of(part) for part in parts]
    each = (" | ".join(f"'{mark}{term.word}{'*' * term.is_beginning}'" for mark in marks) for term in asked.terms)
    return " & ".join(f"({either})" for either in each)


@cache
def _fts5_statement(words: Words) -> sa.TextClause:
    index = f"{words.__tablename__}_index"
    return sa.text(
        f"SELECT rowid FROM {index} WHERE {index} MATCH :asked AND rowid < :below"  # noqa: S608
        " ORDER BY rowid DESC LIMIT :limit"
    )


@cache
def _tsvector_statement(words: Words) -> sa.TextClause:
    table, key = words.__tablename__, words.__mapper__.primary_key[0].name
    # In no index's order: PostgreSQL would go along the keys and compute the terms of row after row.
    rest = f" AND {key} < :below ORDER BY {key} + 0 DESC LIMIT :limit"
    found = f"SELECT {key} FROM {table} WHERE ({terms_of(words)}) @@ "  # noqa: S608
    if words is not CommentWords:
        return sa.text(f"{found} CAST(:asked AS tsquery){rest}")
    newest = f"(SELECT max({key}) FROM {table} WHERE {key} < :below)"  # noqa: S608
    return sa.text(
        f"SELECT {key} FROM generate_series({newest} / {BLOCK}, 0, -1) AS block, LATERAL ("  # noqa: S608
        f"{found} (CAST(:asked AS tsquery) && CAST('#' || block AS tsquery)){rest}) AS found LIMIT :limit"
    )


_DIALECTS: dict[str, tuple[Callable[[Asked], str], Callable[[Words], sa.TextClause]]] = {
    "sqlite": (_fts5, _fts5_statement),
    "postgresql": (_tsquery, _tsvector_statement),
}
