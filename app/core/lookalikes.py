"""What looks alike to a person."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_SAME_SHAPE = str.maketrans({"i": "l", "1": "l", "|": "l", "!": "l", "0": "o", "5": "s"})
_PAIRS = (("rn", "m"), ("vv", "w"))
_WORD = re.compile(r"\w+")
_LATIN_LETTER = re.compile("[A-Za-z]")
_INSIDE = frozenset("|!'’")
_DROP_INSIDE = str.maketrans("", "", "|!'")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:(?<=[A-Za-z])[|!'](?=[A-Za-z])[A-Za-z0-9]+)*")
"""What `words` takes for one where all is ASCII, as nearly every text is in English."""
_INNER_I = re.compile(r"(?<=[^\W\d_])I")
_READ_AS = {one: str.maketrans({"0": "o", "5": "s", "1": one, "|": one, "!": one}) for one in "il"}
_UNSEEN_MARK = re.compile("[\u034f\u180b-\u180d\ufe00-\ufe0f]")
_SPACELESS = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese and Khmer, Chinese and Japanese."""


def skeleton(name: str) -> str:
    """The name folded so that those which look alike come out equal.

    After the skeleton of Unicode Technical Standard 39, with case, accents, spaces and punctuation folded too,
    because a name in a byline is read in a glance.
    """
    text = unicodedata.normalize("NFKC", "".join(map(_latin, name))).casefold()
    text = "".join(map(_latin, unicodedata.normalize("NFKD", text))).casefold()
    text = "".join(c for c in text.translate(_SAME_SHAPE) if c.isalnum())
    for pair, single in _PAIRS:
        text = text.replace(pair, single)
    return text


def plain(text: str) -> str:
    """The text without accents and other forms of the same letters; case, spaces and punctuation stay.

    Letters of other scripts that pass for Latin ones are taken for them in words that hold a Latin letter too: a word
    in Russian stays one.
    """
    if text.isascii():
        return text
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _WORD.sub(_plain_word, unicodedata.normalize("NFC", bare))


def _plain_word(found: re.Match[str]) -> str:
    word = found.group()
    return "".join(map(_latin, word)) if not word.isascii() and _LATIN_LETTER.search(word) else word


def _latin(char: str) -> str:
    return _LATIN.get(char, char)


def _latin_lookalikes() -> dict[str, str]:
    """The first ASCII letter or digit that a character can be taken for, by Unicode's table of confusables.

    Only that is kept of the table: all of it takes 7 MB.
    """
    table = json.loads((files("confusable_homoglyphs") / "confusables.json").read_bytes())
    found: dict[str, str] = {}
    for char, alike in table.items():
        plain_ones = [one["c"] for one in alike if one["c"].isascii() and one["c"].isalnum()]
        if plain_ones and not char.isascii():
            found[char] = plain_ones[0]
    return found


_LATIN = _latin_lookalikes()


class Word(NamedTuple):
    """A word as it is compared, and where it stands in the text that it was found in."""

    folded: str
    start: int
    end: int


def words(text: str, one: str = "i") -> list[Word]:
    """The words of running text, folded so that those which look alike come out equal.

    Case, accents, apostrophes and what can't be seen are dropped; a letter of another script is taken for the Latin one
    that it looks like in a word that holds Latin letters, or none but such letters. Where digits and strokes stand for
    letters, 1, |, ! and an I after another letter can be an i or an l: `one` says which. In scripts that leave no space
    between words each character is a word. Unlike a name's skeleton this keeps `rn` and `m` apart, for a text has both.
    """
    if text.isascii():
        # Found out in a fifth of the time.
        return [Word(_fold(word.group(), one), word.start(), word.end()) for word in _ASCII_WORD.finditer(text)]
    found: list[Word] = []
    start = 0
    for at, char in enumerate([*text, " "]):
        is_spaceless = char >= "\u0e00" and _SPACELESS.match(char) is not None
        if not is_spaceless and (_letters(char) is not None or _stands_for_letter(text, at)):
            continue
        if start < at and (folded := _fold(text[start:at], one)):
            found.append(Word(folded, start, at))
        if is_spaceless:
            found.append(Word("".join(_letters(char) or char), at, at + 1))
        start = at + 1
    return found


def _stands_for_letter(text: str, at: int) -> bool:
    """Whether a stroke or an apostrophe stands inside a word."""
    is_inside = 0 < at < len(text) - 1 and text[at] in _INSIDE
    return is_inside and text[at - 1].isalpha() and text[at + 1].isalpha()


def _fold(word: str, one: str) -> str:
    """A word without spaces; '' if nothing of it can be seen."""
    if word.isascii() and word.isalpha() and word.islower():
        return word
    if not word.isascii():
        letters = [char for char in word if char.isalpha()]
        if _LATIN_LETTER.search(word) or all(_latin(char).isascii() for char in letters):
            word = "".join(map(_latin, word))
    if _LATIN_LETTER.search(word):
        word = _INNER_I.sub(one, word) if not word.isupper() else word
        word = word.translate(_READ_AS[one])
    if word.isascii():
        return word.lower().translate(_DROP_INSIDE)
    return "".join(_letters(char) or "" for char in word)


@cache
def _letters(char: str) -> str | None:
    """What is left of a character in a folded word; '' for nothing, None where it ends the word."""
    if unicodedata.category(char) == "Cf" or _UNSEEN_MARK.match(char):
        return ""
    parts = [part for part in unicodedata.normalize("NFKD", char) if not _is_accent(part)]
    kept = "".join(part for part in parts if part.isalnum() or unicodedata.category(part)[0] == "M")
    return kept.casefold() if kept or not parts else None


def _is_accent(char: str) -> bool:
    """Accents, and the points of Hebrew and Arabic. Other marks are vowels, which make another word."""
    place = unicodedata.combining(char)
    return place >= 200 or 10 <= place <= 36
