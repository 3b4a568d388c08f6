"""Which rows hold all terms of a query: the one thing in which the databases differ.

Both answer with keys, the highest first, and go no further than they are asked to. SQLite walks along the lists of
FTS5, in the order of the keys. PostgreSQL can only gather what its index finds before the first row is known, so that
comments are asked for by blocks of ids, from the newest down, until there are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.search.models import BLOCK, ArticleWords, CommentWords, QuestionWords, mark_of
from app.search.terms import Term

Words = type[ArticleWords] | type[QuestionWords] | type[CommentWords]

Matcher = Callable[[Session, Words, int, Sequence[Term], int, int], Sequence[int]]


def matches(session: Session, words: Words, level: int, terms: Sequence[Term], below: int, limit: int) -> Sequence[int]:
    """Keys below a key, highest first.

    All terms are in the first so many parts of the text (`level`, from 1), and not all are in fewer parts. What is
    found so may be something that readers do not see, or no longer.
    """
    return _MATCHERS[session.get_bind().dialect.name](session, words, level, terms, below, limit)


def key_of(words: Words) -> sa.ColumnElement[int]:
    key: sa.ColumnElement[int] = words.__table__.primary_key.columns[0]
    return key


def _in_fts5(session: Session, words: Words, level: int, terms: Sequence[Term], below: int, limit: int) -> Sequence[int]:
    asked = _fts5(_parts(words, level), terms)
    if level > 1:
        asked = f"({asked}) NOT ({_fts5(_parts(words, level - 1), terms)})"
    given = {"asked": asked, "below": below, "limit": limit}
    return session.connection().scalars(_fts5_statement(words), given).all()


def _in_tsvector(
    session: Session, words: Words, level: int, terms: Sequence[Term], below: int, limit: int
) -> Sequence[int]:
    asked = _tsquery(_parts(words, level), terms)
    if level > 1:
        asked = f"({asked}) & !({_tsquery(_parts(words, level - 1), terms)})"
    given = {"asked": asked, "below": below, "limit": limit}
    return session.connection().scalars(_tsvector_statement(words), given).all()


_MATCHERS: dict[str, Matcher] = {"sqlite": _in_fts5, "postgresql": _in_tsvector}


def _parts(words: Words, level: int) -> Sequence[str]:
    """The columns that a level is about. The last one holds what all the others do."""
    return words.LEVELS[:level] if level < len(words.LEVELS) else words.LEVELS[-1:]


# Terms are letters and digits alone, so that nothing in them has to be escaped.


def _fts5(parts: Sequence[str], terms: Sequence[Term]) -> str:
    together = " AND ".join(f'"{term.word}"{" *" if term.is_beginning else ""}' for term in terms)
    return f"{{{' '.join(parts)}}} : ({together})"


def _tsquery(parts: Sequence[str], terms: Sequence[Term]) -> str:
    marks = [mark_of(part) for part in parts]
    each = (" | ".join(f"'{mark}{term.word}{'*' * term.is_beginning}'" for mark in marks) for term in terms)
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
    table, key = words.__tablename__, key_of(words).name
    if words is not CommentWords:
        return sa.text(
            f"SELECT {key} FROM {table} WHERE terms @@ CAST(:asked AS tsquery) AND {key} < :below"  # noqa: S608
            f" ORDER BY {key} DESC LIMIT :limit"
        )
    newest = f"(SELECT max({key}) FROM {table} WHERE {key} < :below)"  # noqa: S608
    return sa.text(
        f"SELECT {key} FROM generate_series({newest} / {BLOCK}, 0, -1) AS block, LATERAL ("  # noqa: S608
        f"SELECT {key} FROM {table}"
        " WHERE terms @@ (CAST(:asked AS tsquery) && CAST('#' || block AS tsquery))"
        f" AND {key} < :below ORDER BY {key} DESC LIMIT :limit) AS found LIMIT :limit"
    )
