"""What editors write, and the HTML it becomes."""

import pytest

from app.core.markup import ARTICLE_LIMIT, MarkupError, TextTooLong, article_html, plain_text, render_article

DRAWING = '<svg viewBox="0 0 16 9"><rect class="d-ink" width="4" height="4"/></svg>'
CLEAN_DRAWING = (
    '<svg viewBox="0 0 16 9" aria-hidden="true" focusable="false"><rect class="d-ink" width="4" height="4"/></svg>'
)


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
