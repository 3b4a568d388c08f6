"""What readers and editors write, and the HTML it becomes."""

import re
import unicodedata

import pytest

from app.core import markup
from app.core.markup import (
    ARTICLE_LIMIT,
    COMMENT_LIMIT,
    MarkupError,
    TextTooLong,
    article_html,
    clean_article,
    clean_comment,
    comment_html,
    normalise,
    plain_text,
    render_article,
)

SIGNED = 'rel="nofollow ugc noopener"'
DRAWING = '<svg viewBox="0 0 16 9"><rect class="d-ink" width="4" height="4"/></svg>'
CLEAN_DRAWING = (
    '<svg viewBox="0 0 16 9" aria-hidden="true" focusable="false"><rect class="d-ink" width="4" height="4"/></svg>'
)


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

    @pytest.mark.parametrize(
        "text",
        [
            *("# x", "## x ##", "x\n===", "x\n---", "---", "***", "- - -", "-", "*", "1.", "| a | b |\n| - | - |"),
            *(
                "1984. It was a year.",
                "3) third",
                "[1]: https://a",
                "    indented",
                "a\n    b",
                "[^1]",
                "~~x~~",
                "::: x",
            ),
            *("<b>x</b>", "<script>alert(1)</script>", "<!-- x -->", "&copy; &lt;b&gt; &#x202e;", "<a@b.example>"),
            *(
                "x < y && y > z",
                "\"quoted\" 'too'",
                "AT&T",
                "snake_case_name",
                "5 * 4 * 3",
                "![x]",
                "C:\\temp",
                "{{ x }}",
            ),
        ],
    )
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
        monkeypatch.setattr(markup, "_COMMENT", None)
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


class TestArticle:
    def test_headings_have_ids_and_sections_are_listed(self) -> None:
        made = render_article(
            "## Why *now*?\n\n### Details\n\n## Why now\n\n## ¿Qué?\n\n## なぜ今か\n\n## लोकतंत्र क्या है\n", {}
        )
        assert [(heading.id, heading.text) for heading in made.headings] == [
            ("s-why-now", "Why now?"),
            ("s-why-now-2", "Why now"),
            ("s-qué", "¿Qué?"),
            ("s-なぜ今か", "なぜ今か"),
            ("s-लोकतंत्र-क्या-है", "लोकतंत्र क्या है"),
        ]
        assert '<h2 id="s-why-now">Why <em>now</em>?</h2>' in made.html
        assert '<h3 id="s-details">Details</h3>' in made.html
        for heading in made.headings:
            assert f'id="{heading.id}"' in made.html

    def test_a_heading_of_signs_alone_still_has_an_id_of_its_own(self) -> None:
        assert [heading.id for heading in render_article("## ?!\n\n## …\n\n## Section 2\n", {}).headings] == [
            "s-section",
            "s-section-2",
            "s-section-2-2",
        ]

    def test_editors_links_may_lead_to_the_site_a_fragment_or_a_mailbox(self) -> None:
        html = article_html(
            "[a](/feed.atom) [b](#comment-form) [c](mailto:a@b.example) https://d.example [e]\n\n[e]: /f"
        )
        assert html == (
            '<p><a href="/feed.atom">a</a> <a href="#comment-form">b</a> <a href="mailto:a@b.example">c</a> '
            '<a href="https://d.example">https://d.example</a> <a href="/f">e</a></p>\n'
        )

    def test_a_table_names_its_columns_and_aligns_without_style(self) -> None:
        html = article_html("| a | b |\n| --- | ---: |\n| c | 1 |\n")
        assert '<th scope="col">a</th>' in html
        assert '<th scope="col" class="align-right">b</th>' in html
        assert '<td class="align-right">1</td>' in html
        assert "style" not in html

    def test_a_list_may_start_at_any_number(self) -> None:
        assert '<ol start="3">' in article_html("3. third\n4. fourth")

    def test_html_typed_by_an_editor_is_shown_as_typed(self) -> None:
        assert article_html("<b>a</b>") == "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"

    def test_a_callout_is_labelled_by_its_title(self) -> None:
        html = article_html("::: callout\ntitle: Did you know?\n\nAn *owl* sleeps.\n:::\n")
        label = html.partition('aria-labelledby="')[2].partition('"')[0]
        assert html == (
            f'<aside class="callout" aria-labelledby="{label}">'
            f'<p class="callout-title" id="{label}">Did you know?</p>\n'
            "<p>An <em>owl</em> sleeps.</p>\n</aside>\n"
        )

    def test_two_callouts_never_share_an_id(self) -> None:
        callout = "::: callout\ntitle: {}\n\nb\n:::\n\n"
        html = article_html(callout.format("a") * 2 + callout.format("c"))
        ids = [part.partition('"')[0] for part in html.split(' id="')[1:]]
        assert len(set(ids)) == 3

    def test_containers_stand_in_quotes_and_lists_and_in_one_another(self) -> None:
        text = (
            "> ::: callout\n> title: a\n>\n> b\n> :::\n\n"
            "- c\n\n  :::: callout\n  title: d\n\n  ::: video\n  title: e\n  :::\n  ::::\n"
        )
        html = article_html(text)
        assert html.index("<blockquote>") < html.index('<aside class="callout"') < html.index("</blockquote>")
        assert html.index("<li>") < html.index('<div class="video">') < html.index("</aside>\n</li>")

    def test_words_are_counted_as_they_are_shown(self) -> None:
        assert render_article("## One two\n\nthree [four](/x) *five*\n\n- six\n- seven\n", {}).words == 7


class TestFigure:
    TEXT = '::: figure\ndrawing: gate.svg\nalt: A "gate" & <fence>\ncredit: Drawing: Broadsheet\n\nThe *gate*.\n:::\n'
    PLACE = f'<div class="drawing" role="img" aria-label="A &quot;gate&quot; &amp; &lt;fence&gt;">{CLEAN_DRAWING}</div>'

    def test_a_figure_holds_its_drawing_caption_and_credit(self) -> None:
        made = render_article(self.TEXT, {"gate.svg": DRAWING})
        assert made.html == (
            f'<figure class="figure">{self.PLACE}<figcaption>The <em>gate</em>. '
            '<span class="credit">Drawing: Broadsheet</span></figcaption></figure>\n'
        )
        assert made.first_drawing == self.PLACE

    def test_a_drawing_that_is_clean_already_goes_in_unchanged(self) -> None:
        assert CLEAN_DRAWING in render_article(self.TEXT, {"gate.svg": CLEAN_DRAWING}).html

    def test_a_figure_without_words_has_no_caption(self) -> None:
        text = "::: figure\ndrawing: a.svg\nalt: b\n:::\n"
        assert "figcaption" not in render_article(text, {"a.svg": DRAWING}).html

    def test_each_figure_gets_its_own_drawing(self) -> None:
        drawings = {f"{name}.svg": DRAWING.replace("d-ink", f"d-{name}") for name in ("mark", "alarm", "stock")}
        text = "".join(f"::: figure\ndrawing: {name}\nalt: {name}\n:::\n\n" for name in drawings)
        html = render_article(text, drawings).html
        for name in ("mark", "alarm", "stock"):
            shown = html.partition(f'aria-label="{name}.svg">')[2].partition("</div>")[0]
            assert f'class="d-{name}"' in shown

    def test_text_that_looks_like_a_place_for_a_drawing_gets_none(self) -> None:
        forged = '<div class="drawing" role="img" aria-label="x" data-drawing="0"></div>'
        made = render_article(f"{forged}\n\n`{forged}`\n\n{self.TEXT}", {"gate.svg": DRAWING})
        assert made.html.count("<svg") == 1

    def test_words_in_a_drawing_are_not_counted(self) -> None:
        drawing = '<svg viewBox="0 0 1 1"><title>One two</title><text>three</text></svg>'
        made = render_article("::: figure\ndrawing: a.svg\nalt: b\n\nfour\n:::", {"a.svg": drawing})
        assert made.words == 1
        assert plain_text(made.html) == "four"


class TestVideo:
    def test_without_an_address_the_card_is_a_citation(self) -> None:
        made = render_article("::: video\ntitle: The & programme\npublisher: A channel\n\nAbout *it*.\n:::\n", {})
        assert made.html == (
            '<div class="video"><p class="video-title"><cite>The &amp; programme</cite></p>'
            '<p class="video-source">Video: A channel</p>\n<p>About <em>it</em>.</p>\n</div>\n'
        )
        assert made.frame_hosts == ()

    @pytest.mark.parametrize(
        "url",
        [
            "https://www.youtube.com/watch?v=abc_DEF-123",
            "https://m.youtube.com/watch?t=1&v=abc_DEF-123",
            "http://youtu.be/abc_DEF-123?si=x",
            "https://youtube.com/shorts/abc_DEF-123/",
        ],
    )
    def test_a_youtube_address_becomes_a_card_that_names_who_will_see_the_reader(self, url: str) -> None:
        made = render_article(f"::: video\ntitle: a\npublisher: b\nurl: {url}\n:::\n", {})
        assert made.html == (
            '<div class="video" data-embed="https://www.youtube-nocookie.com/embed/abc_DEF-123">'
            f'<p class="video-title"><a href="{url.replace("&", "&amp;")}">a</a></p>'
            '<p class="video-source">Video: b</p>'
            '<p class="video-note">Plays from www.youtube-nocookie.com, which will see your address</p>\n</div>\n'
        )
        assert made.frame_hosts == ("www.youtube-nocookie.com",)

    def test_a_vimeo_address_plays_without_tracking(self) -> None:
        made = render_article("::: video\ntitle: a\nurl: https://vimeo.com/76979871\n:::\n", {})
        assert 'data-embed="https://player.vimeo.com/video/76979871?dnt=1"' in made.html
        assert made.frame_hosts == ("player.vimeo.com",)

    @pytest.mark.parametrize(
        "url",
        [
            *(
                "https://videos.example/watch?v=abc_DEF-123",
                "https://www.youtube.com/@channel",
                "https://vimeo.com/a/b",
            ),
            *("https://youtube.com.evil.example/watch?v=abc_DEF-123", "https://youtu.be/abc_DEF-123456"),
        ],
    )
    def test_any_other_address_is_a_plain_link(self, url: str) -> None:
        made = render_article(f"::: video\ntitle: a\nurl: {url}\n:::\n", {})
        assert f'<p class="video-title"><a href="{url}">a</a></p>' in made.html
        assert "data-embed" not in made.html
        assert "video-note" not in made.html
        assert made.frame_hosts == ()


MISTAKES = {
    "# Title": (1, "a heading begins with ##"),
    "a\n\n##### e": (3, "a heading begins with ##"),
    "##": (1, "a heading needs words"),
    "a\nb [c](javascript:d)": (2, "a link can't lead to 'javascript:d'"),
    "a\n\n> b\n> [c](//d.example)": (4, "a link can't lead to '//d.example'"),
    "| a |\n| - |\n| [b](c) |": (3, "a link can't lead to 'c'"),
    "[](/a)": (1, "a link needs words"),
    "a\n![b](/c.png)": (2, "a picture is a container"),
    "a\n\n::: gallery\n:::": (3, "there is no container 'gallery'"),
    "::: callout wide\ntitle: a\n:::": (1, "there is no container 'callout wide'"),
    ":::\na\n:::": (1, "::: needs a name"),
    "::: callout\ntitle: a\n\nb": (1, "never closed"),
    "::: callout\n\nb\n:::": (1, "callout needs 'title: …'"),
    "::: callout\ntitle: a\ncolour: red\n:::": (3, "callout has no option 'colour'"),
    "::: callout\ntitle: a\ntitle: b\n:::": (3, "callout has 'title' twice"),
    "::: callout\ntitle: a\nb\n:::": (3, "'b' is no line 'option: value'"),
    "::: callout\ntitle: a\n\n## b\n:::": (4, "a heading can't stand inside a container"),
    "::: callout\ntitle: a\n\nb\n\n[c](d)\n:::": (6, "a link can't lead to 'd'"),
    "a\n\n::: figure\ndrawing: b.svg\nalt: c\n:::": (3, "there is no drawing 'b.svg'"),
    "::: figure\ndrawing: gate.svg\n:::": (1, "figure needs 'alt: …'"),
    "::: figure\ndrawing: gate.svg\nalt:\n:::": (3, "'alt:' is no line"),
    "::: figure\ndrawing: gate.svg\nalt: a\n\nb\n\nc\n:::": (5, "a caption is one paragraph"),
    "::: figure\ndrawing: gate.svg\nalt: a\n\nb\n[c](d)\n:::": (6, "a link can't lead to 'd'"),
    "::: figure\ndrawing: bad.svg\nalt: a\n:::": (1, "drawing 'bad.svg': line 1: <script>"),
    "::: video\ntitle: a\nurl: javascript:b\n:::": (1, "a video's url is a whole address"),
    "::: video\ntitle: a\nurl: https://[::1:::]/\n:::": (1, "a video's url is a whole address"),
    "::: video\ntitle: a\nurl: /b\n:::": (1, "a video's url is a whole address"),
    "::::: callout\ntitle: a\n\n:::: callout\ntitle: b\n\n::: callout\ntitle: c\n:::\n::::\n:::::": (7, "this deep"),
}


@pytest.mark.parametrize(("text", "line", "message"), [(text, *wrong) for text, wrong in MISTAKES.items()])
def test_an_editors_mistake_is_named_with_its_line(text: str, line: int, message: str) -> None:
    drawings = {"gate.svg": DRAWING, "bad.svg": '<svg viewBox="0 0 1 1"><script/></svg>'}
    with pytest.raises(MarkupError) as caught:
        render_article(text, drawings)
    assert message in str(caught.value)
    assert caught.value.line == line


def test_an_article_too_long_for_the_memory_is_refused() -> None:
    with pytest.raises(TextTooLong, match="the limit is 300,000"):
        article_html("x" * (ARTICLE_LIMIT + 1))


def test_the_same_heading_thousands_of_times_is_numbered_in_seconds() -> None:
    assert render_article("## a\n\n" * 5_000, {}).headings[-1].id == "s-a-5000"


class TestPlainText:
    def test_blocks_are_lines_and_inline_markup_is_gone(self) -> None:
        html = "<h2 id='s-a'>A <em>b</em></h2>\n<p>c&amp;d<br>\ne</p><ul><li>f</li><li>g &lt;h&gt;</li></ul>"
        assert plain_text(html) == "A b\nc&d\ne\nf\ng <h>"
