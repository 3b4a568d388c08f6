"""Words marked in HTML that is safe already."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.markup import comment_html
from app.core.markup_marks import MOST_WORDS, mark_words

TYPED = st.text(st.sampled_from("ab <&>*_`\n-[](https://x.example/\"'ä"), max_size=60)


@pytest.mark.parametrize(
    ("html", "words", "marked"),
    [
        ("<p>Buy PILLS now.</p>", ["pills"], "<p>Buy <mark>PILLS</mark> now.</p>"),
        ("<p>pills, spills</p>", ["pills"], "<p><mark>pills</mark>, spills</p>"),
        ("<p>spills</p>", ["pills"], "<p>s<mark>pills</mark></p>"),
        ("<p>便宜的药片</p>", ["药片"], "<p>便宜的<mark>药片</mark></p>"),
        ("<p>a\nb</p>", ["a b"], "<p><mark>a\nb</mark></p>"),
        ("<p>che<em>ap</em> x</p>", ["cheap"], "<p><mark>che</mark><em><mark>ap</mark></em> x</p>"),
        ("<p>one</p><p>two</p>", ["one two", "onetwo"], "<p>one</p><p>two</p>"),
        ("<p>a &amp; b &lt;i&gt;</p>", ["a & b", "<i>"], "<p><mark>a &amp; b</mark> <mark>&lt;i&gt;</mark></p>"),
        ("<p>amp &amp; lt</p>", ["amp", "lt"], "<p><mark>amp</mark> &amp; <mark>lt</mark></p>"),
        ('<a href="x">y</a>', ["href", "a", "x"], '<a href="x">y</a>'),
        ('<a href="&quot;>x" rel="ugc">x</a>', ["x"], '<a href="&quot;>x" rel="ugc"><mark>x</mark></a>'),
        ("<p>(.*) [a]</p>", [".*", "[a]"], "<p>(<mark>.*</mark>) <mark>[a]</mark></p>"),
        ("<p>text</p>", ["", " ", "\n"], "<p>text</p>"),
        ("<p>ab ab</p>", ["ab ab", "ab"], "<p><mark>ab ab</mark></p>"),
    ],
)
def test_words_are_marked_where_they_are_read(html: str, words: list[str], marked: str) -> None:
    assert mark_words(html, words) == marked


@given(TYPED, st.lists(st.text(max_size=4) | st.sampled_from(["<p>", "</mark>", "&amp;", "p", "a b"]), max_size=4))
def test_nothing_but_marks_is_added_and_they_stand_in_the_text(typed: str, words: list[str]) -> None:
    html = comment_html(typed)
    marked = mark_words(html, words)
    assert re.sub("</?mark>", "", marked) == html
    assert not re.search(r"<[^>]*<mark>", re.sub(r'"[^"]*"', "", marked))
    assert re.findall("</?mark>", marked) == ["<mark>", "</mark>"] * marked.count("<mark>")


def test_of_very_many_words_the_first_are_marked() -> None:
    words = [f"w{number}x" for number in range(2 * MOST_WORDS)]
    assert mark_words(" ".join(words), words).count("<mark>") == MOST_WORDS
