"""What may stand in readers' and editors' HTML, written down a second time, and what two parsers find there."""

import re
from collections.abc import Iterator, Mapping

import html5lib
import lxml.html

Allowed = Mapping[str, Mapping[str, str]]
"""For each element its attributes, each with the pattern that its whole value has to match."""

WEB = r"https?://[^\s\"'<>@\\/?#]+([/?#][^\s\"'<>\\]*)?"
ID = r"[sc]-[^\s\"'<>]+"
ALIGN = "align-(left|center|right)"
PLAYER = r"https://(www\.youtube-nocookie\.com/embed/[0-9A-Za-z_-]{11}|player\.vimeo\.com/video/[0-9]+\?dnt=1)"

READERS: Allowed = {
    "a": {"href": WEB, "rel": "nofollow ugc noopener"},
    **{name: {} for name in ("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li")},
}
EDITORS: Allowed = {
    **{name: {} for name in ("br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "li", "cite")},
    **{name: {} for name in ("table", "thead", "tbody", "tr", "figcaption")},
    **{name: {"id": ID} for name in ("h2", "h3", "h4")},
    "a": {"href": rf"{WEB}|mailto:[^\s\"'<>]*|/([^/\\\s\"'<>][^\\\s\"'<>]*)?|#[^\s\"'<>]*"},
    "p": {"class": "callout-title|video-title|video-source|video-note", "id": ID},
    "ol": {"start": "[0-9]+"},
    "th": {"scope": "col", "class": ALIGN},
    "td": {"class": ALIGN},
    "aside": {"class": "callout", "aria-labelledby": ID},
    "figure": {"class": "figure"},
    "span": {"class": "credit"},
    "div": {
        "class": "drawing|video",
        "role": "img",
        "aria-label": r"(?s:.+)",
        "data-drawing": "[0-9]+",
        "data-embed": PLAYER,
    },
}

Found = tuple[object, Mapping[str, str]]


def by_html5lib(html: str) -> Iterator[Found]:
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in list(root.iter())[1:]:
        yield element.tag, dict(element.attrib)


def by_lxml(html: str) -> Iterator[Found]:
    root = lxml.html.document_fromstring(f"<!doctype html><html><body><main>{html}</main></body></html>")
    for element in root.iter():
        if element.tag not in ("html", "body", "main"):
            yield element.tag, dict(element.attrib) if isinstance(element.tag, str) else {}


def fault(found: Found, allowed: Allowed) -> str | None:
    """What is wrong with one element; a comment's or instruction's tag is not even a string."""
    tag, attributes = found
    if not isinstance(tag, str) or tag not in allowed:
        return f"<{tag}>"
    for name, value in attributes.items():
        pattern = allowed[tag].get(name)
        if pattern is None or not re.fullmatch(pattern, value):
            return f"<{tag} {name}={value!r}>"
    return None


def faults(html: str, allowed: Allowed) -> list[str]:
    """What either parser finds in the HTML that is not on the list."""
    found = [*by_html5lib(html), *by_lxml(html)]
    return [wrong for wrong in (fault(one, allowed) for one in found) if wrong]
