"""Whether two names look alike to a person."""

from __future__ import annotations

import unicodedata
from functools import cache

from confusable_homoglyphs.confusables import confusables_data

_SAME_SHAPE = str.maketrans({"i": "l", "1": "l", "|": "l", "!": "l", "0": "o", "5": "s"})
_PAIRS = (("rn", "m"), ("vv", "w"))


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


@cache
def _latin(char: str) -> str:
    if char.isascii():
        return char
    for similar in confusables_data.get(char, ()):
        if similar["c"].isascii() and similar["c"].isalnum():
            return str(similar["c"])
    return char
