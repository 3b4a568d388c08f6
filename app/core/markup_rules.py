"""The allow-lists: which elements and attributes readers' and editors' HTML may hold, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

READERS_REL = "nofollow ugc noopener"

# A host and maybe a port; no user@host, which shows one name and leads to another.
_HOST = r"https?://(?:[^\s<>\"'`\\/?#@:%|^\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?=[/?#]|$)"
WEB_HOST = re.compile(_HOST, re.IGNORECASE)

_REST = r"[^\s<>\"'`\\]*"
_WEB = rf"{_HOST}{_REST}"


def _is(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _bare(*elements: str) -> dict[str, dict[str, re.Pattern[str]]]:
    """Elements without attributes."""
    return {element: {} for element in elements}


@dataclass(frozen=True)
class Rules:
    """An element is allowed if it is a key; its attribute, if the whole value matches the attribute's pattern."""

    elements: Mapping[str, Mapping[str, re.Pattern[str]]]
    schemes: frozenset[str]
    relative_links: bool
    rel: str | None
    """What every link's rel is set to, whatever it was."""

    def allow(self, element: str, attribute: str, value: str) -> bool:
        pattern = self.elements.get(element, {}).get(attribute)
        return pattern is not None and pattern.fullmatch(value) is not None

    def link(self, href: str) -> bool:
        return self.allow("a", "href", href)


READERS = Rules(
    elements={
        "a": {"href": _is(_WEB), "rel": _is(re.escape(READERS_REL))},
        **_bare("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li"),
    },
    schemes=frozenset({"http", "https"}),
    relative_links=False,
    rel=READERS_REL,
)

# Ids start with a letter and a hyphen, which no id of the page around an article does.
_ID = _is(r"[sc]-[^\s\"'<>&]{1,120}")
_CELL = {"class": _is("align-(left|center|right)")}

# A card's address can only be one of the players that markup_containers.py knows.
_PLAYER = _is(
    r"https://www\.youtube-nocookie\.com/embed/[A-Za-z0-9_-]{11}|https://player\.vimeo\.com/video/[0-9]{1,12}\?dnt=1"
)

EDITORS = Rules(
    elements={
        **_bare("br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "li", "cite"),
        **_bare("table", "thead", "tbody", "tr", "figcaption"),
        **{heading: {"id": _ID} for heading in ("h2", "h3", "h4")},
        "a": {"href": _is(rf"{_WEB}|mailto:{_REST}|/(?![/\\]){_REST}|#{_REST}")},
        "p": {"class": _is("callout-title|video-title|video-source|video-note"), "id": _ID},
        "ol": {"start": _is("[0-9]{1,9}")},
        "th": {"scope": _is("col"), **_CELL},
        "td": _CELL,
        "aside": {"class": _is("callout"), "aria-labelledby": _ID},
        "figure": {"class": _is("figure")},
        "span": {"class": _is("credit")},
        "div": {
            "class": _is("drawing|video"),
            "role": _is("img"),
            "aria-label": _is(r".+"),
            "data-drawing": _is("[0-9]{1,6}"),
            "data-embed": _PLAYER,
        },
    },
    schemes=frozenset({"http", "https", "mailto"}),
    relative_links=True,
    rel=None,
)
