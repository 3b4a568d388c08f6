"""What the filter reads in a text: signs of advertising, words and pairs of words, pieces of words, links."""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from mmap import mmap
from zlib import crc32

from app.core.lookalikes import plain
from app.learning.vocabulary import ADVERTISING, kinds, signs

BITS = 20
"""Features are known by that many bits of their hash, so that a model has a largest size: a million weights."""

SIGN_VALUE = 0.4
WORD_VALUE = 1.0
PIECE_VALUE = 0.3
"""How loud a feature of each family speaks; found by cross-validation, as docs/moderation.md tells."""
LOUDNESS = 40.0
"""What the squares of the values of all words and pieces add up to at most, so that a long text is not louder."""

FIRST_WORDS, LAST_WORDS = 60, 30
"""The words that are read one by one. Signs are looked for in the whole text."""
PIECE = 4
PIECES = 150
"""How long a piece of a word is, and how many are read."""
FIRST_CHARACTERS = 1_000
"""Whose capitals are counted."""

_TAG = re.compile(r"<[^<>]{0,300}>")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_ENDINGS = (
    "com|net|org|info|biz|de|uk|ru|io|co|me|tv|us|eu|fr|it|es|nl|in|cn|xyz|top|site|online|shop|club|ly|gl|be|cc|ws|pl|"
    "br|ca|au|se|ch|at|fm|gg|to"
)
_MAY_HOLD_LINK = re.compile(rf"://|www\.|\?[a-z]{{1,20}}=|[.*)\]] ?(?:{_ENDINGS})\b", re.IGNORECASE)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]+"
    rf"|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})\b(?:[/?#][^\s<>\"]*)?"
    # Written so that no filter takes it for one: "example . com", "example[dot]com".
    r"|(?<![\w@.-])[a-z0-9-]{3,63} ?(?: \.|\. |[*(\[]dot[*)\]]|\*) ?(?:com|net|org|info)\b(?:/[^\s<>\"]*)?"
    r"|/?\b[a-z]{1,20}\?[a-z]{1,20}=\S+",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HANDLE = re.compile(r"(?<![\w/@.])@\w{2,}")
_MONEY = re.compile(
    r"[$€£]\s?\d[\d.,]{0,15}[km]?\b|\b\d[\d.,]{0,15}\s?(?:dollars?|bucks|euros?|pounds|usd|eur|btc)\b", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.,/])(?:\+|\(?0)\d[\d ()/-]{6,20}\d(?![\w,.]\d)")
_WORD = re.compile(r"§?[^\W_]+|[\u2600-\u27bf\U0001f300-\U0001faff]")
_REPEATED = re.compile(r"(.)\1{2,}")
_ARROW = re.compile(r"[-=]{2}>|>>|[→►▶↓⬇👉➜]")
_HEAD = struct.Struct("<dIdIdI")
_SITE = re.compile(r"^(?:https?://)?(?:www\.)?([^/?#]*)")


@dataclass(frozen=True)
class Example:
    """A text that somebody sent, under the name that they gave."""

    text: str
    author: str = ""


@dataclass(frozen=True)
class Part:
    """Features that speak equally loud. A name is a letter for its family, a colon, and what was read."""

    value: float
    names: list[str]


@dataclass(frozen=True)
class Vector:
    """An example as numbers: by value, the hashed features that have it. No feature stands in it twice."""

    parts: tuple[tuple[float, tuple[int, ...]], ...]

    @property
    def square(self) -> float:
        """The squared length."""
        return sum(value * value * len(keys) for value, keys in self.parts)

    def packed(self) -> bytes:
        """In as few bytes as it takes; `unpacked` reads it back."""
        head = _HEAD.pack(*(number for value, keys in self.parts for number in (value, len(keys))))
        return head + b"".join(struct.pack(f"<{len(keys)}I", *keys) for _, keys in self.parts)


def unpacked(packed: bytes | mmap, at: int = 0) -> Vector:
    """The vector that begins at that byte."""
    signs_value, signs_in, words_value, words_in, pieces_value, pieces_in = _HEAD.unpack_from(packed, at)
    keys = struct.unpack_from(f"<{signs_in + words_in + pieces_in}I", packed, at + _HEAD.size)
    words_at, pieces_at = signs_in, signs_in + words_in
    return Vector(
        (
            (signs_value, keys[:words_at]),
            (words_value, keys[words_at:pieces_at]),
            (pieces_value, keys[pieces_at:]),
        )
    )


def hashed(name: str) -> int:
    return crc32(name.encode()) & ((1 << BITS) - 1)


def vector(parts: Iterable[Part]) -> Vector:
    seen: set[int] = set()
    made = []
    for part in parts:
        keys = set(map(hashed, part.names)) - seen
        seen |= keys
        made.append((part.value, tuple(sorted(keys))))
    return Vector(tuple(made))


def read(example: Example) -> list[Part]:
    """Every feature of the example by name: signs first, then words, then pieces of words."""
    text = _folded(example.text)
    marked, links = _marked(text)
    words = _words(marked)
    name_words = _words(_marked(_folded(example.author))[0])
    found = _signs(text, words, links) + _signs_in_name(name_words)
    if len(words) > FIRST_WORDS + LAST_WORDS:
        words = words[:FIRST_WORDS] + words[-LAST_WORDS:]
    singles = set(words)
    grams = [f"w:{word}" for word in singles]
    grams += {f"b:{one} {two}" for one, two in zip(["^", *words], [*words, "$"], strict=True)}
    grams += {f"d:{site}" for site in map(_site, links[:10]) if site}
    grams += {f"n:{word}" for word in name_words[:10]}
    pieces = list({f"c:{piece}": None for word in words if word[0] != "§" for piece in _pieces(word)})[:PIECES]
    loudness = len(grams) * WORD_VALUE**2 + len(pieces) * PIECE_VALUE**2
    hush = min(1.0, (LOUDNESS / loudness) ** 0.5)
    return [Part(SIGN_VALUE, found), Part(WORD_VALUE * hush, grams), Part(PIECE_VALUE * hush, pieces)]


def _folded(text: str) -> str:
    """The text as a person sees it: without what is hidden or in disguise."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return text if text.isascii() else plain(_HIDDEN.sub("", text))


def _marked(text: str) -> tuple[str, list[str]]:
    """The text with a word that begins with § for each link, address and sum; and the links."""
    text = text.replace("§", " ")
    if "@" in text:
        text = _EMAIL.sub(" §email ", text)
    links: list[str] = []
    if _MAY_HOLD_LINK.search(text):
        links = [found.group().lower() for found in _LINK.finditer(text)]
        text = _LINK.sub(" §link ", text)
    if "@" in text:
        text = _HANDLE.sub(" §handle ", text)
    return _PHONE.sub(" §phone ", _MONEY.sub(" §money ", text)), links


def _words(text: str) -> list[str]:
    """In small letters, without apostrophes, no letter three times in a row; a number is known by its length only."""
    text = _REPEATED.sub(r"\1\1", text.casefold().replace("'", "").replace("’", ""))
    return [f"§number{min(len(word), 4)}" if word.isdigit() and word != "4" else word for word in _WORD.findall(text)]


def _pieces(word: str) -> list[str]:
    whole = f"_{word[:40]}_"
    return [whole[at : at + PIECE] for at in range(len(whole) - PIECE + 1)]


def _site(link: str) -> str:
    """The last two labels of a link's host name."""
    found = _SITE.match(link)
    return ".".join(found[1].replace(" ", "").split(".")[-2:]) if found and "." in found[1] else ""


def _signs(text: str, words: list[str], links: list[str]) -> list[str]:
    letters = kinds(words)
    found = signs(letters) | _shape(text, words)
    if links:
        found.add("link")
        if len(links) > 1:
            found.add("links")
        if letters.count("L") >= 0.4 * len(words):
            found.add("only a link")
    found.add(f"advertising {min(len(found & ADVERTISING), 4)}")
    return ["s:always", *(f"s:{name}" for name in found)]


def _shape(text: str, words: list[str]) -> set[str]:
    found = {f"length {next(least for least in (60, 30, 12, 4, 0) if len(words) >= least)}"}
    beginning = text[:FIRST_CHARACTERS]
    letters = sum(map(str.isalpha, beginning))
    capitals = sum(map(str.isupper, beginning)) / max(letters, 1)
    if letters >= 8 and capitals > 0.2:
        found.add("capitals" if capitals > 0.6 else "some capitals")
    if "!" in text:
        found.add("!!!" if text.count("!") >= 3 else "!")
    if "?" in text:
        found.add("?")
    if _ARROW.search(text):
        found.add("arrow")
    if len(words) >= 12 and len(set(words)) < 0.5 * len(words):
        found.add("repeats")
    return found


def _signs_in_name(words: list[str]) -> list[str]:
    told = signs(kinds(words)) & ADVERTISING
    return ["s:name advertises"] if told or "§link" in words else []
