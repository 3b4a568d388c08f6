"""The words that were looked for, marked where they stand in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from app.search.folding import spans
from app.search.terms import Query

LENGTH = 240
"""Characters of an excerpt, and of them those before the first word that is marked."""
LEAD = 60

LOOK = 20_000
"""Characters of a text in which an excerpt is looked for: an hour's reading takes longer to fold than to find."""


class Piece(NamedTuple):
    """A part of a text; `is_match` if it is what was looked for."""

    text: str
    is_match: bool


class _Match(NamedTuple):
    start: int
    end: int
    clause: int


def marked(text: str, query: Query) -> list[Piece]:
    """The whole text."""
    return _pieces(text, 0, len(text), list(_matches(text, query)))


def has_all(text: str, query: Query) -> bool:
    return len({match.clause for match in _matches(text, query)}) == len(query.clauses)


def excerpt(text: str, query: Query) -> list[Piece]:
    """The place that holds most of what was looked for; the beginning if none does. `text` is as of `plain_text`."""
    text = _in_one_line(text)
    matches = list(_matches(text[:LOOK], query))
    if len(text) <= LENGTH:
        return _pieces(text, 0, len(text), matches)
    start = max((match.start for match in matches[:100]), key=lambda start: _worth(matches, start), default=0)
    start = _after_space(text, max(0, start - LEAD))
    end = _before_space(text, start + LENGTH)
    pieces = _pieces(text, start, end, matches)
    before = [Piece("… ", False)] if start else []
    return [*before, *pieces, *([Piece(" …", False)] if end < len(text) else [])]


def _in_one_line(text: str) -> str:
    """Headings and items of lists end without a mark: a dot keeps them apart from what follows."""
    *lines, last = text.split("\n")
    ended = (line if unicodedata.category(line[-1:] or ".").startswith("P") else f"{line} ·" for line in lines)
    return " ".join([*ended, last])


def _matches(text: str, query: Query) -> Iterator[_Match]:
    """Each place where a clause's words follow one another."""
    words = [(start, end, word) for start, end, folded in spans(text) for word in folded]
    first: dict[str, list[int]] = {}
    open_words = tuple(clause.words[0] for clause in query.clauses if clause.is_open and len(clause.words) == 1)
    for number, clause in enumerate(query.clauses):
        first.setdefault(clause.words[0], []).append(number)
    for place, (start, _end, word) in enumerate(words):
        numbers = first.get(word, [])
        if word.startswith(open_words) and open_words:
            numbers = [*numbers, *(first[begun][0] for begun in open_words if word.startswith(begun))]
        for number in dict.fromkeys(numbers):
            length = len(query.clauses[number].words)
            if _is_here(words[place : place + length], query, number):
                yield _Match(start, words[place + length - 1][1], number)


def _is_here(words: list[tuple[int, int, str]], query: Query, number: int) -> bool:
    clause = query.clauses[number]
    *before, last = clause.words
    if [word for _start, _end, word in words[:-1]] != before or len(words) < len(clause.words):
        return False
    here = words[-1][2]
    return here.startswith(last) if clause.is_open else here == last


def _worth(matches: list[_Match], start: int) -> int:
    """How many of the clauses an excerpt shows that begins there."""
    return len({match.clause for match in matches if start <= match.start and match.end <= start + LENGTH - LEAD})


def _pieces(text: str, start: int, end: int, matches: list[_Match]) -> list[Piece]:
    pieces, at = [], start
    for match in matches:
        # Two may overlap, and what stands across the end of an excerpt is cut there.
        begun, ended = max(match.start, at), min(match.end, end)
        if match.start < start or begun >= ended:
            continue
        pieces += [Piece(text[at:begun], False), Piece(text[begun:ended], True)]
        at = ended
    pieces.append(Piece(text[at:end], False))
    return [piece for piece in pieces if piece.text]


def _after_space(text: str, place: int) -> int:
    """Where a word begins near the place. Some scripts put no spaces between words."""
    space = text.find(" ", place, place + LEAD) if place else -1
    return space + 1 if space >= 0 else place


def _before_space(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - LEAD, place)
    return space if space >= 0 else place
