"""Setting words in the site's own type, for pictures: which can be set, and how they fit into a space."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

_FONTS = Path(__file__).parent.parent / "static" / "fonts"
NAMES = "newsreader-600-cards.ttf"
"""Headlines, and the paper's name."""
SANS = "libre-franklin-500-cards.ttf"
"""What the house says."""

LIMIT = 400
"""Characters of which more than a card takes in its smallest type is left."""

_STEP = 4
"""Pixels by which words are made smaller until they fit."""
_LEADING = 1.08


class Block(NamedTuple):
    """Lines that fit, in the font that they are set in. `leading` is how far apart they stand, in pixels."""

    lines: list[str]
    font: ImageFont.FreeTypeFont
    leading: int


@lru_cache
def font_of(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / name, size)


def legible(text: str) -> str:
    """The text as the fonts can set it: without signs that they lack; nothing at all if they lack a letter of it."""
    font, kept = font_of(NAMES, 40), []
    for char in unicodedata.normalize("NFC", " ".join(text.split()))[:LIMIT]:
        kind = unicodedata.category(char)
        if char == " " or (kind[0] != "C" and font.getmask(char).getbbox() is not None):
            kept.append(char)
        elif kind[0] in "LN":
            return ""
    return " ".join("".join(kept).split())


def fitted(text: str, name: str, sizes: tuple[int, int], space: tuple[int, int]) -> Block:
    """The text as large as it fits, from the first size down to the second; there it ends with an ellipsis.

    `space` is its width and height in pixels. Lines are about equally long.
    """
    largest, smallest = sizes
    width, height = space
    for size in range(largest, smallest - 1, -_STEP):
        font, leading = font_of(name, size), round(size * _LEADING)
        if all(_length(font, word) <= width for word in text.split()):
            lines = _broken(text, font, width)
            if len(lines) * leading <= height:
                return Block(_balanced(lines, font, width), font, leading)
    lines = _broken(text, font, width)
    room = max(1, height // leading)
    if len(lines) > room:
        lines = [*lines[: room - 1], _cut(lines[room - 1], font, width)]
    return Block(lines, font, leading)


def _balanced(lines: list[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """As many lines, made as narrow as they then can be."""
    text = " ".join(lines)
    low, high = width // 2, width
    while high - low > _STEP:
        middle = (low + high) // 2
        narrower = _broken(text, font, middle)
        if len(narrower) > len(lines) or any(_length(font, word) > middle for word in text.split()):
            low = middle
        else:
            high, lines = middle, narrower
    return lines


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Line after line as full as it can be; a word that is wider than a line is broken where that ends."""
    lines: list[str] = []
    left = 0.0
    for word in text.split():
        left -= _length(font, f" {word}")
        if lines and left >= 0:
            lines[-1] += f" {word}"
            continue
        left = width - _length(font, word)
        if left >= 0:
            lines.append(word)
            continue
        lines.append("")
        for char in word:
            if lines[-1] and font.getlength(lines[-1] + char) > width:
                lines.append("")
            lines[-1] += char
        left = width - _length(font, lines[-1])
    return lines


@lru_cache(maxsize=4096)
def _length(font: ImageFont.FreeTypeFont, word: str) -> float:
    return font.getlength(word)


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip(' ,;:.–—')}…"
