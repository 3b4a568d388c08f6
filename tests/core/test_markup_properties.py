"""What holds of the markup core whatever goes in."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.drawings import DrawingError, drawing_svg
from app.core.markup import (
    COMMENT_LIMIT,
    MarkupError,
    TextTooLong,
    article_html,
    clean_article,
    clean_comment,
    comment_html,
    normalise,
    plain_text,
)
from app.core.markup_text import MARKS_PER_BASE
from tests.core.markup_checks import EDITORS, READERS, by_html5lib, fault, faults

thorough = settings(deadline=None, max_examples=200)

TAGS = (
    "<a href=",
    '<a href="javascript:alert(1)">',
    "<a rel='nofollow' href='https://a.example'>",
    "<b>",
    "<p>",
    "</p>",
    "<em>",
    "</em>",
    "<li>",
    "<ul>",
    "<table><td>",
    "</table>",
    "<caption>",
    "<svg>",
    "<math><mi>",
    "<style>",
    "</style>",
    "<title>",
    "<textarea>",
    "<noscript>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x ",
    "<img src=x onerror=alert(1)>",
    "<pre>\n",
    "<h2 id=s-a onclick=x>",
    "<div class='video' data-embed='https://evil.example'>",
    "<aside aria-labelledby=x>",
    "<br/",
    "<template>",
    "<select>",
    "<form>",
)
MARKDOWN = (
    "[a](https://b.example)",
    "[a](javascript:c)",
    "](",
    "[",
    "![",
    "**",
    "_",
    "*",
    "`",
    "```\n",
    "> ",
    "- ",
    "1. ",
    "\n\n",
    "\n",
    "    ",
    "https://a.example/?b=c&d",
    "<https://a.example>",
    "&#x6A;",
    "&lt;",
    "&amp",
    "\\",
    "# ",
    "## a\n",
    "---\n",
    "| a |\n| - |\n",
    ":::",
    "::: callout\ntitle: a\n\n",
    "[x]: /y\n",
)
ODD = (
    "\x00",
    "\r",
    "\x0c",
    "\u202e",
    "\u200d",
    "\u0338",
    "\ufeff",
    "\ud800",
    "\ufffe",
    "\xa0",
    "\u3000",
    "Ａ",
    "ſ",
    "ß",
)

words = st.text(max_size=6)
soup = st.lists(st.one_of(st.sampled_from(TAGS + MARKDOWN + ODD), words), max_size=25).map("".join)
anything = st.one_of(soup, st.text(max_size=60))


@thorough
@given(anything)
def test_a_comment_holds_only_what_readers_may_use(text: str) -> None:
    assert faults(comment_html(text), READERS) == []


@thorough
@given(anything)
def test_a_comments_html_is_clean_already(text: str) -> None:
    html = comment_html(text)
    assert clean_comment(html) == html


@thorough
@given(anything)
def test_html_cleaned_for_readers_is_on_their_list_and_cleaning_again_changes_nothing(html: str) -> None:
    cleaned = clean_comment(html)
    assert faults(cleaned, READERS) == []
    assert clean_comment(cleaned) == cleaned


@thorough
@given(anything)
def test_html_cleaned_for_editors_is_on_their_list_and_cleaning_again_changes_nothing(html: str) -> None:
    cleaned = clean_article(html)
    assert faults(cleaned, EDITORS) == []
    assert clean_article(cleaned) == cleaned


def article_or_refusal(text: str) -> str | MarkupError:
    try:
        return article_html(text)
    except MarkupError as refusal:
        return refusal


@thorough
@given(anything)
def test_an_article_holds_only_what_editors_may_use_or_is_refused_with_a_line(text: str) -> None:
    made = article_or_refusal(text)
    if isinstance(made, str):
        assert faults(made, EDITORS) == []
    else:
        assert made.line is not None
        assert 1 <= made.line <= normalise(text).count("\n") + 1


@thorough
@given(st.sampled_from((*TAGS, *MARKDOWN, *ODD, "(", "<", "x", '"')), st.sampled_from((*MARKDOWN, "x")))
def test_a_comment_of_any_length_is_html_or_too_long(piece: str, end: str) -> None:
    text = piece * (COMMENT_LIMIT // len(piece)) + end
    if len(normalise(text)) > COMMENT_LIMIT:
        with pytest.raises(TextTooLong):
            comment_html(text)
    else:
        assert faults(comment_html(text), READERS) == []


# Not Markdown in a comment: none of the characters that are, no item of a list at the head of a line.
PLAIN = (
    "<b>",
    "</b>",
    "<script>",
    "<!--x-->",
    "&copy;",
    "&#60;",
    "&",
    "<",
    '"',
    "'",
    "# ",
    "| a |",
    "---\n",
    "===\n",
    "::: ",
)
plain_pieces = st.one_of(
    st.sampled_from((*PLAIN, "https://a.example/x", " ", "\n", "\n\n", "\t", "    ", "2. ", "1984) ")),
    st.text(st.characters(exclude_characters="*_`[]\\>~+-"), max_size=8),
)
LIST_ITEM = re.compile(r"^\s*(?:[-+]\s|0*1[.)]\s)", re.MULTILINE)
plain_texts = (
    st.lists(plain_pieces, max_size=20).map("".join).filter(lambda text: not LIST_ITEM.search(normalise(text)))
)


@thorough
@given(plain_texts)
def test_text_without_markdown_keeps_its_visible_characters(text: str) -> None:
    assert "".join(plain_text(comment_html(text)).split()) == "".join(normalise(text).split())


marked = st.lists(
    st.sampled_from(("a", "ا", "\u0301", "\u0316", "\u0f90", "\u0fb9", "\u200d", "\u1100", "\u1161", "\ufb2c"))
)


@thorough
@given(
    st.one_of(
        st.text(), marked.map("".join), st.lists(st.sampled_from((*ODD, "🏴", "\U000e0067", "\U000e007f"))).map("".join)
    )
)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]", once)


@thorough
@given(marked.map("".join))
def test_no_letter_carries_more_than_the_marks_it_may(text: str) -> None:
    longest = 0
    for char in normalise(text).replace("\u200d", ""):
        longest = longest + 1 if unicodedata.category(char)[0] == "M" else 0
        assert longest <= MARKS_PER_BASE


SVG = (
    *(
        "<g>",
        "</g>",
        "<text>",
        "</text>",
        "<title>",
        "</title>",
        "<rect/>",
        "<path d='M0 0'/>",
        "<script/>",
        "<a/>",
        "a",
    ),
    *("<g onload='x'>", "<g class='d-ink'>", "<g class='x'>", "<g fill='none'>", "<g fill='url(#a)'>", "&lt;", "&x;"),
    *("<!--", "-->", "<![CDATA[<script>]]>", "<?x?>", " ", "<g id='a'>", "<g style=''>", "<g xmlns='x'>", "<g a='\"'>"),
)
drawn = st.lists(st.sampled_from(SVG), max_size=8).map(lambda inside: f'<svg viewBox="0 0 1 1">{"".join(inside)}</svg>')
DRAWN = {
    "svg": {"viewBox": "0 0 1 1", "aria-hidden": "true", "focusable": "false"},
    "g": {"class": "d-ink", "fill": "none"},
    **{name: {} for name in ("text", "title", "rect")},
    "path": {"d": "M0 0"},
}


@thorough
@given(st.one_of(drawn, st.text(max_size=30)))
def test_a_drawing_is_refused_or_holds_only_shapes_and_is_clean(source: str) -> None:
    try:
        svg = drawing_svg(source)
    except DrawingError:
        return
    in_xml = [(element.tag, element.attrib) for element in ElementTree.fromstring(svg).iter()]
    in_html = [(str(tag).replace("{http://www.w3.org/2000/svg}", ""), kept) for tag, kept in by_html5lib(svg)]
    assert in_xml == in_html
    assert [wrong for one in in_xml if (wrong := fault(one, DRAWN))] == []
    assert drawing_svg(svg) == svg
