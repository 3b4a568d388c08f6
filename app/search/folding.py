"""The words of a text as both databases index them: folded here, so that neither has a say in what a word is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

WORD_LIMIT = 64
"""Characters of a word; what is longer is cut, in a text as in a query."""

TEXT_LIMIT = 150_000
"""Bytes of folded words of one text: some 25,000 words. With all their beginnings they take a megabyte, which is what
PostgreSQL puts into one tsvector at most."""

APART = "/"
"""Stands between two parts of what is indexed together, so that no phrase reaches over. No word holds it."""


def _marks() -> str:
    """The combining marks, as the inside of a character class. They are no letters, and yet part of a word.

    Variation selectors are left out, which stand with emoji as a rule.
    """
    found, begun = [], None
    for code in range(0x300, 0x1F000):
        if unicodedata.category(chr(code)) in {"Mn", "Mc"} and not 0xFE00 <= code <= 0xFE0F:
            begun = code if begun is None else begun
        elif begun is not None:
            found.append(f"{chr(begun)}-{chr(code - 1)}")
            begun = None
    return "".join(found)


_MARKS = _marks()
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|[{_MARKS}])*")

# Thai, Lao, Burmese, Khmer, Japanese and Chinese put no spaces between words: each character counts as one, with the
# marks on it, and several in a row as a phrase.
_UNSPACED = re.compile(
    "((?:[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    f"\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[{_MARKS}]*)"
)

# Letters with a stroke, and two in one, which Unicode does not take apart.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "æ": "ae", "œ": "oe"})


def spans(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where words stand in the text, each with what it is folded to: one word as a rule, and never none."""
    for found in _WORD.finditer(text):
        if folded := fold_word(found[0]):
            yield found.start(), found.end(), folded


def fold(text: str) -> list[str]:
    """The words of the text in their order: without case, accents and points, in letters and digits alone."""
    return [word for _start, _end, folded in spans(text) for word in folded]


def indexed(parts: Iterable[list[str]]) -> str:
    """Folded parts of a text as they are stored: words with one space between them, as many as TEXT_LIMIT takes."""
    text = f" {APART} ".join(" ".join(part) for part in parts if part)
    if len(text) * 4 <= TEXT_LIMIT or len(text.encode()) <= TEXT_LIMIT:
        return text
    return text.encode()[:TEXT_LIMIT].decode(errors="ignore").rpartition(" ")[0]


@lru_cache(maxsize=4_000)
def fold_word(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word.lower()[:WORD_LIMIT],)
    # Taken apart twice: what case folding makes of a letter may be two that stand apart again.
    bare = _without_accents(_without_accents(word).casefold().translate(_PLAIN))
    whole = unicodedata.normalize("NFC", bare)
    pieces = _UNSPACED.sub(r" \1 ", " ".join(_WORD.findall(whole))).split()
    return tuple(piece[:WORD_LIMIT] for piece in pieces)


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not _is_accent(char))


def _is_accent(char: str) -> bool:
    """By its combining class: accents, and the points of Hebrew and Arabic. Vowels of Indic scripts have class 0."""
    place = unicodedata.combining(char)
    return place >= 200 or place == 1 or 10 <= place <= 36
