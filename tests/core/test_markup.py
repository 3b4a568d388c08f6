"""What readers write, and the HTML it becomes."""

import re
import unicodedata

import pytest

from app.core import markup
from app.core.markup import (
    COMMENT_LIMIT,
    TextTooLong,
    clean_article,
    clean_comment,
    comment_html,
    normalise,
    plain_text,
)

SIGNED = 'rel="nofollow ugc noopener"'
AS_TYPED = [
    "# x",
    "## x ##",
    "x\n===",
    "x\n---",
    "---",
    "***",
    "- - -",
    "-",
    "*",
    "1.",
    "| a | b |\n| - | - |",
    "1984. It was a year.",
    "3) third",
    "[1]: https://a",
    "    indented",
    "a\n    b",
    "[^1]",
    "~~x~~",
    "::: x",
    "<b>x</b>",
    "<script>alert(1)</script>",
    "<!-- x -->",
    "&copy; &lt;b&gt; &#x202e;",
    "<a@b.example>",
    "x < y && y > z",
    "\"quoted\" 'too'",
    "AT&T",
    "snake_case_name",
    "5 * 4 * 3",
    "![x]",
    "C:\\temp",
]


class TestNormalise:
    def test_a_letter_and_its_accent_become_one_character(self) -> None:
        assert normalise("cafe\u0301") == "café"

    @pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
    def test_every_line_end_becomes_a_newline(self, end: str) -> None:
        assert normalise(f"one{end}two") == "one\ntwo"

    @pytest.mark.parametrize(
        "unseen",
        [
            *("\x00", "\x07", "\x1b", "\x7f", "\x9f"),
            *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
            *("\u200b", "\u2060", "\ufeff", "\u00ad", "\u3164", "\ufff9"),
            *("\ud800", "\udfff", "\ufdd0", "\ufffe", "\U0010ffff", "\U000e0001", "\U000e0041"),
        ],
        ids=ascii,
    )
    def test_what_cannot_be_seen_goes(self, unseen: str) -> None:
        assert normalise(f"pay{unseen}pal") == "paypal"

    @pytest.mark.parametrize(
        "text",
        [
            "👩\u200d👩\u200d👧\u200d👦 ❤\ufe0f 1\ufe0f\u20e3",
            "می\u200cخواهم",
            "क\u094d\u200dष ന\u0d4d\u200d",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "葛\U000e0100",
            "ᠮᠣᠩᠭᠣᠯ\u180b",
            "א\u200f.",
            "בְּרֵאשִׁ֖ית",
            "tab\there",
        ],
        ids=["emoji", "Persian", "Indic", "Scotland", "variant", "Mongolian", "mark", "Hebrew", "tab"],
    )
    def test_what_scripts_need_stays(self, text: str) -> None:
        assert normalise(text) == unicodedata.normalize("NFC", text)

    def test_the_tallest_tibetan_stack_stays_whole(self) -> None:
        hakshmalawarayam = "\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82"
        assert normalise(hakshmalawarayam) == hakshmalawarayam

    def test_marks_piled_on_a_letter_are_cut_off_at_eight(self) -> None:
        assert len(normalise("z" + "\u0336\u0489\u033f" * 50)) == 9

    def test_a_letter_that_comes_apart_into_marks_has_them_counted(self) -> None:
        assert normalise("\ufb2c" + "\u0f90" * 8) == "\u05e9\u05bc\u05c1" + "\u0f90" * 6

    @pytest.mark.parametrize(
        "hidden", ["\U000e0067" * 2, "\U000e0067" * 40, "\U000e0067\U000e0041\U000e0062"], ids=ascii
    )
    def test_tags_that_spell_no_flag_go(self, hidden: str) -> None:
        assert normalise(f"🏴{hidden}\U000e007f") == "🏴"

    def test_joiners_between_marks_do_not_let_more_of_them_through(self) -> None:
        piled = normalise("z" + ("\u0336" * 8 + "\u200d") * 50)
        assert piled.count("\u0336") == 8

    def test_a_megabyte_of_marks_in_the_wrong_order_takes_no_time_to_speak_of(self) -> None:
        # NFC alone sorts such a run in quadratic time: an hour.
        assert len(normalise("z" + "\u0315\u0316" * 250_000)) == 9


class TestComment:
    def test_paragraphs_and_the_lines_in_them_are_kept(self) -> None:
        assert comment_html("one\ntwo\n\nthree") == "<p>one<br>\ntwo</p>\n<p>three</p>\n"

    def test_emphasis_code_quotes_and_lists_are_markup(self) -> None:
        html = comment_html("*a* **b** `c`\n\n> d\n\n- e\n\n1. f\n2. g\n\n```\nh\n```")
        assert html == (
            "<p><em>a</em> <strong>b</strong> <code>c</code></p>\n"
            "<blockquote>\n<p>d</p>\n</blockquote>\n"
            "<ul>\n<li>e</li>\n</ul>\n"
            "<ol>\n<li>f</li>\n<li>g</li>\n</ol>\n"
            "<pre><code>h\n</code></pre>\n"
        )

    def test_a_link_carries_the_rel_of_a_readers_link(self) -> None:
        assert comment_html("[a](https://a.example/?b=1&c=2)") == (
            f'<p><a href="https://a.example/?b=1&amp;c=2" {SIGNED}>a</a></p>\n'
        )

    def test_a_bare_address_is_linked_and_shown_as_typed(self) -> None:
        assert comment_html("See https://a.example/x_y_z%20é.") == (
            f'<p>See <a href="https://a.example/x_y_z%20%C3%A9" {SIGNED}>https://a.example/x_y_z%20é</a>.</p>\n'
        )

    def test_a_phones_capital_letter_does_not_stop_a_link(self) -> None:
        assert comment_html("Https://a.example") == (
            f'<p><a href="https://a.example" {SIGNED}>Https://a.example</a></p>\n'
        )

    def test_an_xn_name_is_not_shown_as_letters_it_could_pass_for(self) -> None:
        assert ">https://xn--pypal-4ve.example</a>" in comment_html("https://xn--pypal-4ve.example")

    @pytest.mark.parametrize("text", ["a.example", "ftp://a.example/b", "//a.example", "a@b.example", "mailto:a@b.c"])
    def test_nothing_but_a_whole_web_address_is_linked(self, text: str) -> None:
        assert comment_html(text) == f"<p>{text}</p>\n"

    @pytest.mark.parametrize(
        "address",
        [
            *("javascript:alert(1)", "data:text/html,x", "ftp://a.example", "mailto:a@b.example", "/login", "#top"),
            *("//a.example", "https:a.example", "https:///a.example", "https://bank.example@evil.example/"),
        ],
    )
    def test_a_link_that_leads_elsewhere_stays_text(self, address: str) -> None:
        assert comment_html(f"[a]({address})") == f"<p>[a]({address})</p>\n"

    def test_an_address_of_more_than_2000_characters_stays_text(self) -> None:
        assert "<a" in comment_html("https://a.example/" + "b" * 1_900)
        assert "<a" not in comment_html("https://a.example/" + "b" * 2_000)

    @pytest.mark.parametrize("label", ["", " ", "\u200d", "\u2800"], ids=ascii)
    def test_a_link_with_nothing_to_show_shows_its_address(self, label: str) -> None:
        assert ">https://a.example" in comment_html(f"[{label}](https://a.example)")

    @pytest.mark.parametrize("text", AS_TYPED)
    def test_text_that_is_no_readers_markdown_is_shown_as_typed(self, text: str) -> None:
        html = comment_html(text)
        assert plain_text(html).split() == text.split()
        assert set(re.findall("<([a-z0-9]+)", html)) <= {"p", "br", "a"}

    def test_no_break_spaces_stay(self) -> None:
        assert comment_html("10\xa0000") == "<p>10&nbsp;000</p>\n"

    def test_an_image_is_only_a_link(self) -> None:
        assert comment_html("![a](https://a.example/b.png)") == (
            f'<p>!<a href="https://a.example/b.png" {SIGNED}>a</a></p>\n'
        )

    def test_a_list_that_goes_on_counts_on(self) -> None:
        assert comment_html("1. a\n1. b\n7. c").count("<li>") == 3

    def test_exactly_the_limit_passes_and_one_more_does_not(self) -> None:
        assert comment_html("x" * COMMENT_LIMIT)
        with pytest.raises(TextTooLong, match=r"^5,001 characters; the limit is 5,000$") as caught:
            comment_html("x" * (COMMENT_LIMIT + 1))
        assert (caught.value.length, caught.value.limit) == (COMMENT_LIMIT + 1, COMMENT_LIMIT)

    def test_the_limit_counts_what_is_left_after_normalising(self) -> None:
        assert comment_html("e\u0301\u200b" * COMMENT_LIMIT)

    def test_too_long_a_text_never_reaches_the_parser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(markup, "_READERS", None)
        with pytest.raises(TextTooLong):
            comment_html("x" * 100_000)

    @pytest.mark.parametrize(
        "text",
        ["> " * 2500, ">" * 5000, "- " * 2500, "1. " * 1666, "[" * 5000, "*" * 2499 + "a" + "*" * 2500, "((" * 2500],
        ids=["quotes", "quotes without spaces", "items", "numbers", "brackets", "emphasis", "parentheses"],
    )
    def test_the_deepest_nesting_neither_fails_nor_goes_deep(self, text: str) -> None:
        html = comment_html(text)
        assert max(html.count("<blockquote>"), html.count("<ul>"), html.count("<em>") + html.count("<strong>")) <= 8

    def test_what_is_nested_too_deep_is_still_shown(self) -> None:
        assert "last words" in comment_html(">" * 40 + " last words")
        assert "last words" in comment_html("*" * 40 + "last words" + "*" * 40)


class TestCleaning:
    def test_a_tag_off_the_list_is_shown_as_text(self) -> None:
        assert clean_comment("<p>a <script>b</script></p>") == "<p>a &lt;script&gt;b&lt;/script&gt;</p>"

    def test_every_readers_link_gets_the_rel_whatever_it_came_with(self) -> None:
        link = f'<a href="https://a.example" {SIGNED}>a</a>'
        assert clean_comment('<a rel="dofollow" href="https://a.example">a</a>').count(SIGNED) == 1
        assert clean_comment(link) == link

    def test_what_cannot_be_seen_is_dropped_behind_entities_too(self) -> None:
        assert clean_comment("<p>a&#x202e;b\ud800&#0;</p>").replace("\ufffd", "") == "<p>ab</p>"

    def test_a_mark_after_a_tag_does_not_swallow_its_bracket(self) -> None:
        assert clean_comment("<p>\u0338a</p>") == "<p>\u0338a</p>"

    def test_html_that_two_sanitizers_cannot_agree_on_becomes_plain_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(markup, "_ROUNDS", 0)
        assert clean_comment("<p>a &lt; <em>b</em></p><p>c</p>") == "a &lt; b\nc"

    def test_a_player_that_is_not_known_is_no_card(self) -> None:
        assert "data-embed" not in clean_article('<div class="video" data-embed="https://evil.example/embed/1">a</div>')


class TestPlainText:
    def test_blocks_are_lines_and_inline_markup_is_gone(self) -> None:
        html = "<h2 id='s-a'>A <em>b</em></h2>\n<p>c&amp;d<br>\ne</p><ul><li>f</li><li>g &lt;h&gt;</li></ul>"
        assert plain_text(html) == "A b\nc&d\ne\nf\ng <h>"
