"""What was changed in a text, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

COMPARED_CLOSELY = 40_000
"""Characters that are compared word by word."""

_WORD = re.compile(r"\s+|\S+")
_PARAGRAPH = re.compile(r"[^\n]*(?:\n+|\Z)")


class Piece(NamedTuple):
    """A stretch of text that is in both versions, or in the earlier or the later alone."""

    kind: str
    """same, gone or new"""
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; what went stands before what came in its place.

    Long runs of the same few words are compared less closely, so that no text takes longer than a blink.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for _what, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        gone, came = "".join(old[i1:i2]), "".join(new[j1:j2])
        if gone == came:
            pieces.append(Piece("same", gone))
        else:
            pieces += [Piece(kind, text) for kind, text in (("gone", gone), ("new", came)) if text]
    return pieces


def text_difference(before: str, after: str) -> list[Piece]:
    """As `difference`, for a text of any length: paragraphs are compared first, and words where those differ."""
    old, new = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    pieces: list[Piece] = []
    for _what, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        gone, came = "".join(old[i1:i2]), "".join(new[j1:j2])
        if gone == came:
            pieces.append(Piece("same", gone))
        elif len(gone) + len(came) <= COMPARED_CLOSELY:
            pieces += difference(gone, came)
        else:
            pieces += [Piece(kind, text) for kind, text in (("gone", gone), ("new", came)) if text]
    return pieces


def changed_characters(before: str, after: str) -> int:
    """How many characters went and came, where the two texts differ."""
    number, gone = 0, ""
    for piece in [*text_difference(before, after), Piece("same", "")]:
        if piece.kind == "gone":
            gone = piece.text
            continue
        came = piece.text if piece.kind == "new" else ""
        same = _same_at_the_start(gone, came)
        same += _same_at_the_start(gone[same:][::-1], came[same:][::-1])
        number, gone = number + len(gone) + len(came) - 2 * same, ""
    return number


def _same_at_the_start(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
