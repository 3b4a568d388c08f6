"""What becomes of an editor's text in a letter."""

from __future__ import annotations

import pytest

from app.core.markup import article_html
from app.core.markup_letters import letter_html, letter_text

SITE = "https://news.example"


def text_of(source: str) -> str:
    return letter_text(article_html(source), SITE)


def html_of(source: str) -> str:
    return letter_html(article_html(source), SITE)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One *two*\nthree.\n\nFour & <five>.", "One two three.\n\nFour & <five>."),
        ("## Head\n\n### Below", "# Head\n\n## Below"),
        ("See [the plans](/articles/plans).", "See the plans <https://news.example/articles/plans>."),
        ("See https://example.org/?a=b&c=d now.", "See https://example.org/?a=b&c=d now."),
        ("[Write](mailto:desk@news.example)", "Write <desk@news.example>"),
        ("- one\n- two\n\nEnd.", "- one\n- two\n\nEnd."),
        ("3. one\n4. two", "3. one\n4. two"),
        ("- one\n\n  more\n- two", "- one\n\nmore\n\n- two"),
        ("> Words,  \n> words.\n>\n> More.", "> Words,\n> words.\n\n> More."),
        ("```\na\n  b\n```", "a\n  b"),
        ("A\n\n---\n\nB", "A\n\n* * *\n\nB"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("::: callout\ntitle: Did you know?\n\nSo.\n:::", "Did you know?\n\nSo."),
        ("::: video\ntitle: Opening\nurl: https://vimeo.com/1\n\nSeen.\n:::", "Opening <https://vimeo.com/1>\n\nVideo\n\nSeen."),
    ],
)  # fmt: skip
def test_a_text_can_be_read_without_its_markup(source: str, text: str) -> None:
    assert text_of(source) == text


def test_each_element_brings_its_style_and_links_lead_to_the_site() -> None:
    html = html_of("See [it](/faq).\n\n- *one*\n\n::: callout\ntitle: So\n\nBody.\n:::")
    assert '<a style="color:inherit" href="https://news.example/faq">it</a>' in html
    assert '<p style="margin:0 0 16px" dir="auto">' in html
    assert "class=" not in html
    assert "id=" not in html


def test_lines_of_code_stay_apart_in_a_letter_whose_lines_do_not() -> None:
    assert "a<br>&nbsp;&nbsp;b&lt;c" in html_of("```\na\n  b<c\n```")


def test_a_drawing_is_left_out_and_a_picture_leads_to_the_site() -> None:
    drawing, picture = '<div class="drawing"><svg><p>x</p></svg></div>', '<img src="/media/a.jpg" alt="A &amp; b">'
    html = f'<figure class="figure">{drawing}{picture}</figure>'
    assert letter_html(html, SITE) == (
        '<figure style="margin:0 0 16px"><img style="max-width:100%;height:auto" '
        'src="https://news.example/media/a.jpg" alt="A &amp; b"></figure>'
    )
    assert letter_text(html, SITE) == "[A & b]"
