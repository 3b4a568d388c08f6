"""What an SVG drawing may hold when it comes to stand inside a page."""

import pytest

from app.core.drawings import SIZE_LIMIT, DrawingError, drawing_svg


def drawing(inside: str, attributes: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"{attributes}>{inside}</svg>'


def test_shapes_text_and_the_pages_classes_stay() -> None:
    inside = (
        '<title>A gate</title><g class="s-ink" stroke-width="1.5" transform="rotate(1 2 3)">'
        '<path d="M0 0L1,1z" fill="none"/><rect class="d-paper s-alarm" x="1" y="2" width="3" height="4" rx="1"/>'
        '<polyline points="0,0 1,1" stroke-dasharray="4 2"/></g>'
        '<text class="d-ink t-sans" x="8" y="4" font-size="2">a &amp; <tspan dy="1">b</tspan></text>'
    )
    assert (
        drawing_svg(drawing(inside)) == f'<svg viewBox="0 0 16 9" aria-hidden="true" focusable="false">{inside}</svg>'
    )


def test_what_drawing_programs_add_is_left_out() -> None:
    source = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by a program -->\n' + drawing(
        '\n  <g id="layer1" data-name="Layer" i:label="x">\n    <rect width="1" height="1"/>\n  </g>\n',
        ' xmlns:i="http://i.example/" width="16mm" height="9mm" version="1.1" id="svg1" i:version="1" role="img"',
    )
    assert drawing_svg(source) == (
        '<svg viewBox="0 0 16 9" aria-hidden="true" focusable="false"><g><rect width="1" height="1"/></g></svg>'
    )


def test_cleaning_a_clean_drawing_changes_nothing() -> None:
    once = drawing_svg(drawing('<text x="1">a  &lt;b&gt; "c"\n</text><g><g/></g><circle r="1"/>'))
    assert drawing_svg(once) == once


REFUSED = {
    "<script>alert(1)</script>": "line 1: <script> is not allowed",
    "<style>*{}</style>": "<style> is not allowed",
    "<foreignObject/>": "<foreignObject> is not allowed",
    '<image href="x.png"/>': "<image> is not allowed",
    '<use href="#a"/>': "<use> is not allowed",
    '<a href="https://a.example"/>': "<a> is not allowed",
    "<animate/>": "<animate> is not allowed",
    "<set/>": "<set> is not allowed",
    "<linearGradient/>": "<linearGradient> is not allowed",
    "<svg/>": "<svg> is not allowed",
    '<p xmlns="http://www.w3.org/1999/xhtml">a</p>': "<p> is not allowed",
    '<rect xmlns="http://www.w3.org/1999/xhtml"/>': "<rect> is not allowed",
    '\n<g onclick="alert(1)"/>': "line 2: the attribute onclick of <g> is not allowed",
    '<g style="fill:red"/>': "the attribute style of <g>",
    '<g href="#a"/>': "the attribute href of <g>",
    '<g xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>': "the attribute href of <g>",
    '<g fill="red"/>': 'fill="red" of <g> is not allowed; colours are classes such as d-ink',
    '<g fill="url(#a)"/>': 'fill="url(#a)" of <g>',
    '<g stroke="#000"/>': 'stroke="#000" of <g>',
    '<g class="d-ink big"/>': "there is no class 'big'; the classes are d-alarm, d-ink",
    '<g filter="url(#a)"/>': "the attribute filter of <g>",
    '<path d="M0 0 url(#a)"/>': "of <path> is not allowed",
    '<g transform="rotate(1) expression(2)"/>': "of <g> is not allowed",
    '<rect x="calc(1px)"/>': 'x="calc(1px)" of <rect>',
    "words": "the text 'words' stands outside <text>",
    "<rect>words</rect>": "stands outside <text>",
    "<title><g/></title>": "<g> can't stand inside <title>",
    "<tspan>a</tspan>": "<tspan> can't stand inside <svg>",
    "<text><rect/></text>": "<rect> can't stand inside <text>",
    "<?php echo 1 ?>": "the processing instruction <?php?> is not allowed",
    "<rect>": "it is not well-formed XML: mismatched tag",
    "&nbsp;": "it is not well-formed XML: undefined entity",
    "<g>" * 40 + "</g>" * 40: "more than 32 elements stand inside one another",
}


@pytest.mark.parametrize(("inside", "message"), REFUSED.items())
def test_what_could_run_load_or_collide_is_refused_by_name(inside: str, message: str) -> None:
    with pytest.raises(DrawingError) as caught:
        drawing_svg(drawing(inside))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 1 1"><text>&a;</text></svg>', "a DOCTYPE is not allowed"),
        ('<svg viewBox="0 0 0 0"/>', 'viewBox="0 0 0 0" of <svg>'),
        ("<svg/>", "the <svg> needs a viewBox"),
        ("<html/>", "a drawing is an <svg>, not a <html>"),
        ("", "not well-formed XML: no element found"),
        ("a", "not well-formed XML"),
        ('<svg viewBox="0 0 1 1"><text>\ud800</text></svg>', "not Unicode text"),
        (drawing(" " * SIZE_LIMIT), "larger than 64 KB"),
    ],
)
def test_what_is_no_drawing_at_all_is_refused(source: str, message: str) -> None:
    with pytest.raises(DrawingError) as caught:
        drawing_svg(source)
    assert message in str(caught.value)


def test_text_that_turns_round_its_neighbours_loses_what_does_it() -> None:
    assert "<text>ab</text>" in drawing_svg(drawing("<text>a\u202eb</text>"))
