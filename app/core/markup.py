"""Readers' comments and editors' articles: from Markdown to HTML that holds only what its allow-list names."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

import bleach
import nh3

from app.core.markup_articles import ArticleMarkup, ArticleWriter, Heading
from app.core.markup_containers import DRAWING_PLACE, MarkupError
from app.core.markup_parsers import EditorsMarkdown, ReadersMarkdown
from app.core.markup_rules import EDITORS, READERS, Rules
from app.core.markup_text import drop_unseen, normalise, plain_text
from app.core.pictures import Picture

__all__ = [
    "ARTICLE_LIMIT",
    "COMMENT_LIMIT",
    "RULES_VERSION",
    "ArticleMarkup",
    "Heading",
    "MarkupError",
    "TextTooLong",
    "article_html",
    "clean_article",
    "clean_comment",
    "comment_html",
    "normalise",
    "plain_text",
    "render_article",
]

RULES_VERSION = 1
"""Stored beside the HTML; raised with every change that makes other HTML of the same text."""

COMMENT_LIMIT = 5_000
ARTICLE_LIMIT = 300_000
"""Characters after `normalise`: 50,000 words; the worst of them take 20 s and 300 MB."""

_READERS = ReadersMarkdown()
_EDITORS = EditorsMarkdown()


class TextTooLong(MarkupError):
    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length:,} characters; the limit is {limit:,}")
        self.length = length
        self.limit = limit


def comment_html(text: str) -> str:
    """A reader's text as HTML. Raises TextTooLong, and nothing else, whatever the text is."""
    text = _within(COMMENT_LIMIT, text)
    return clean_comment(_READERS.html(_READERS.tokens(text, {})))


def article_html(text: str) -> str:
    """An editor's text without figures as HTML; otherwise as `render_article`."""
    return render_article(text, {}).html


def render_article(
    text: str,
    drawings: Mapping[str, str],
    pictures: Mapping[str, Picture] = MappingProxyType({}),
    *,
    is_first: bool = True,
) -> ArticleMarkup:
    """An editor's text as HTML, its figures from `drawings` (SVG) and `pictures`, both by file name.

    `is_first` is one with which a page begins, so that a figure above it is seen at once, and not put off.
    Raises MarkupError with a sentence for the editor and the line, TextTooLong among them. Ids begin with s- or c-;
    two texts on one page can share ids of headings, never of callouts unless these are the same.
    """
    writer = ArticleWriter(_EDITORS, drawings, pictures)
    html = clean_article(writer.blocks(_within(ARTICLE_LIMIT, text), 1))
    words = len(plain_text(html).split())
    waits = not (is_first and html.startswith("<figure"))
    places = [(writer.figures[int(place[2])], place[1], place[3]) for place in DRAWING_PLACE.finditer(html)]
    figures = [
        shown.put_into(opening, closing, is_lazy=waits or bool(number))
        for number, (shown, opening, closing) in enumerate(places)
    ]
    drawn = iter(figures)
    lead = places[0] if places else None
    return ArticleMarkup(
        html=DRAWING_PLACE.sub(lambda _: next(drawn), html),
        headings=tuple(writer.headings),
        frame_hosts=tuple(sorted(writer.frame_hosts)),
        first_drawing=lead[0].put_into(lead[1], lead[2], is_lead=True) if lead else None,
        lead_image=lead[0].picture.hash if lead and lead[0].picture else None,
        words=words,
    )


def _within(limit: int, text: str) -> str:
    text = normalise(text)
    if len(text) > limit:
        raise TextTooLong(len(text), limit)
    return text


def clean_comment(html: str) -> str:
    """Any HTML with only what readers may use left as markup; doing it twice changes nothing."""
    return _clean(html, READERS)


def clean_article(html: str) -> str:
    """Any HTML with only what editors may use left as markup; doing it twice changes nothing."""
    return _clean(html, EDITORS)


# The HTML that Markdown makes is clean after one round or two; what is cleaned as HTML may take more.
_ROUNDS = 10


def _clean(html: str, rules: Rules) -> str:
    """Repeats the two sanitizers until they change nothing, so that what comes out is what each would let pass."""
    for _ in range(_ROUNDS):
        cleaned = drop_unseen(_clean_again(_clean_once(drop_unseen(html), rules), rules))
        if cleaned == html:
            return html
        html = cleaned
    return escape(plain_text(html), quote=False)


def _clean_once(html: str, rules: Rules) -> str:
    # A Cleaner is not thread-safe (its parser has state), and making one costs little beside using it.
    cleaner = bleach.Cleaner(tags=rules.elements.keys(), attributes=rules.allow, protocols=rules.schemes)
    return str(cleaner.clean(html))


def _clean_again(html: str, rules: Rules) -> str:
    return nh3.clean(
        html,
        tags=set(rules.elements),
        clean_content_tags=set(),
        attributes={"*": set(), **{element: set(names) for element, names in rules.elements.items()}},
        attribute_filter=lambda element, name, value: value if rules.allow(element, name, value) else None,
        link_rel=None,
        set_tag_attribute_values={"a": {"rel": rules.rel}} if rules.rel else None,
        url_schemes=set(rules.schemes),
        url_relative="pass_through" if rules.relative_links else "deny",
    )
