"""Text before and after it is HTML: what is typed made regular, and HTML made readable again."""

import re
import unicodedata
from html.parser import HTMLParser

# Marks on one base character, beyond which they are dropped. UAX #15's stream-safe format allows 30, 'significantly
# beyond what is required'; the tallest known stack of a living script (Tibetan HAKSHMALAWARAYAM) has 8, pointed Hebrew
# with cantillation 5, Vietnamese 2.
MARKS_PER_BASE = 8

# CR, VT, FF, NEL, LS and PS all end a line (the Unicode Standard, section 5.8).
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# Characters no reader sees, or that change how others are read. The rest of Default_Ignorable_Code_Point stays because
# scripts need it: joiners (emoji, Persian, Indic), variation selectors (emoji, Mongolian, Japanese names), U+034F
# (Hebrew), the fillers of old Hangul, and LRM, RLM and ALM: single invisible letters that right-to-left keyboards
# type to place punctuation, and that can't turn round the text of others as overrides, embeddings and isolates do.
_UNSEEN = re.compile(
    "["
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls but tab and newline
    r"\ud800-\udfff"  # surrogates
    r"\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides, isolates
    r"\u00ad\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # soft hyphen, zero-width space, word joiner, BOM and the like
    r"\u17b4\u17b5\u3164\uffa0\ufff0-\ufffb"  # deprecated or blank letters, interlinear annotation
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    r"\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"  # unassigned ignorables
    r"\ufdd0-\ufdef" + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17)) + "]"  # noncharacters
)

# Tag characters can carry hidden text; their one present use is a flag (UTS #51: black flag, 3 to 6 tags, end).
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e007f]")

_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_JOINERS = "\u200c\u200d"


def normalise(text: str) -> str:
    """The text in NFC with newlines as \\n and without what can't be seen; doing it twice changes nothing."""
    text = drop_unseen(text)
    # Marks are capped first because sorting a very long run of them is quadratic in NFC, and again because NFC
    # decomposes a few characters for good.
    return _cap_marks(unicodedata.normalize("NFC", _cap_marks(text)))


def drop_unseen(text: str) -> str:
    """The text without what can't be seen. Unlike `normalise` it is safe on HTML: NFC would make one letter of > and
    a mark that follows it."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text  # Found out in a thirtieth of the time.
    return _TAGS.sub(r"\1", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))


def _cap_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for char in text:
        if unicodedata.category(char)[0] == "M":
            marks += 1
            if marks > MARKS_PER_BASE:
                continue
        elif char not in _JOINERS:
            marks = 0
        kept.append(char)
    return "".join(kept)


def slug(text: str) -> str:
    """Lower-case letters, marks and digits of any script joined by hyphens, at most 80 characters; may be empty."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = re.sub("['’]", "", folded)
    words = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded).split()
    return "-".join(words)[:80].rstrip("-")


def isolated(text: str) -> str:
    """The text as part of a line without markup, such as a subject: what runs from right to left turns nothing else
    round. Where there is an element to put it in, that is a bdi."""
    is_plain = text.isascii() or not any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
    return text if is_plain else f"\u2068{text}\u2069"


def plain_text(html: str) -> str:
    """The visible words of HTML made by this package: a line for each block, without drawings."""
    reader = _VisibleText()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _VisibleText(HTMLParser):
    _INLINE = frozenset({"a", "em", "strong", "code", "span", "cite"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._drawings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._drawings += tag == "svg"
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._drawings -= tag == "svg" and self._drawings > 0
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._drawings:
            self.parts.append(data)

    def _break(self, tag: str) -> None:
        if tag not in self._INLINE and not self._drawings:
            self.parts.append("\n")


# Letters and symbols by category that are drawn blank: the fillers of Hangul, empty Braille.
_BLANKS = "\u115f\u1160\u2800"


def has_visible(text: str) -> bool:
    """Whether any character of it leaves ink."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANKS for char in text)
