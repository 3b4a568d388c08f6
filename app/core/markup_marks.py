"""Marking words in HTML that has been made safe, without touching its elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

MOST_WORDS = 50
"""Words that are looked for in one text; more would mark all of it."""

_PIECE = re.compile(r"""<(?P<close>/?)(?P<element>[a-z0-9]+)(?:[^<>"']|"[^"]*"|'[^']*')*>|&\#?\w+;|.""", re.DOTALL)
_INLINE = {"a", "em", "strong", "code", "span", "cite", "ins", "del"}


def mark_words(html: str, words: Iterable[str]) -> str:
    """Sanitized HTML with a <mark> around each place where its text has one of the words, whatever their case.

    A word may be several and may begin in one element and end in another. It is marked where it stands by itself; if
    it does so nowhere, it is marked within longer words, as scripts without spaces need it.
    """
    pieces = list(_PIECE.finditer(html))
    text, owners = _visible(pieces)
    marked = {owners[at] for word in _distinct(words) for span in _places(text, word) for at in range(*span)}
    if not marked:
        return html
    parts, is_open = [], False
    for number, piece in enumerate(pieces):
        if (number in marked) is not is_open:
            is_open = not is_open
            parts.append("<mark>" if is_open else "</mark>")
        parts.append(piece[0])
    return "".join(parts) + ("</mark>" if is_open else "")


def _visible(pieces: list[re.Match[str]]) -> tuple[str, list[int]]:
    """What the pieces show, and for each of its characters the piece that it comes from; a block begins a line."""
    characters: list[str] = []
    owners: list[int] = []
    for number, piece in enumerate(pieces):
        element = piece["element"]
        shown = unescape(piece[0]) if element is None else "" if element in _INLINE else "\0"
        characters.append(shown)
        owners += [number] * len(shown)
    return "".join(characters), owners


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word.strip()))[:MOST_WORDS]


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    inner = r"\s+".join(re.escape(part) for part in word.split())
    before = r"(?<!\w)" if re.match(r"\w", word.strip()) else ""
    after = r"(?!\w)" if re.search(r"\w$", word.strip()) else ""
    found = list(re.finditer(before + inner + after, text, re.IGNORECASE))
    for match in found or re.finditer(inner, text, re.IGNORECASE):
        yield match.span()
