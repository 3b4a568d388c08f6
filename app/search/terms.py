"""What a reader asks for: the words, beginnings of words and phrases of a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from app.search.folding import fold

QUERY_LIMIT = 200
"""Characters of a query."""

SHORTEST_BEGINNING = 2
LONGEST_BEGINNING = 6
"""Of how many characters the beginnings are that the index knows. A longer one is looked for by its first six, and
what is found so is read."""

_QUOTES = re.compile('["“”„«»]')


@dataclass(frozen=True)
class Term:
    """A word as the index is asked for it; `is_beginning` for all words that begin so."""

    word: str
    is_beginning: bool = False


@dataclass(frozen=True)
class Clause:
    """Words that have to follow one another; the last one may be only the beginning of a word."""

    words: tuple[str, ...]
    is_open: bool = False

    @property
    def terms(self) -> list[Term]:
        *before, last = self.words
        ending = Term(last[:LONGEST_BEGINNING], is_beginning=True) if self.is_open else Term(last)
        return [*map(Term, before), ending]

    @property
    def to_read(self) -> str | None:
        """What has to stand in the indexed words, with a space around them; None where its terms say as much."""
        if len(self.words) == 1 and not (self.is_open and len(self.words[0]) > LONGEST_BEGINNING):
            return None
        return f" {' '.join(self.words)}{'' if self.is_open else ' '}"


@dataclass(frozen=True)
class Query:
    clauses: tuple[Clause, ...]

    @cached_property
    def terms(self) -> list[Term]:
        """All of them have to be there."""
        return list(dict.fromkeys(term for clause in self.clauses for term in clause.terms))

    @cached_property
    def to_read(self) -> list[str]:
        return list(dict.fromkeys(text for clause in self.clauses if (text := clause.to_read)))


def parse(text: str) -> Query:
    """Never fails: what is no word, quotation mark or asterisk at the end of a word says nothing."""
    clauses = []
    parts = _QUOTES.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            clauses.append(_clause(part, is_open=part.endswith("*")))
            continue
        is_last_part = number == len(parts) - 1
        pieces = part.split()
        for place, piece in enumerate(pieces):
            is_last = is_last_part and place == len(pieces) - 1
            clauses.append(_clause(piece, is_open=is_last or piece.endswith("*")))
    return Query(tuple(clause for clause in clauses if clause is not None))


def _clause(text: str, *, is_open: bool) -> Clause | None:
    words = tuple(fold(text))
    return Clause(words, is_open and len(words[-1]) >= SHORTEST_BEGINNING) if words else None
