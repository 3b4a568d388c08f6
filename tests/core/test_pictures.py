"""A picture in an editor's text, on pages and elsewhere."""

from __future__ import annotations

from app.core.markup import render_article
from app.core.markup_letters import letter_html
from app.core.pictures import Picture, plain_pictures

WIDE = Picture("0" * 32, "jpg", 2400, 1500, (480, 1184, 1728))
TEXT = '::: figure\nimage: a.jpg\nalt: A "wide" <picture>\n\nSo wide.\n:::\n'


def test_a_page_tells_the_browser_of_all_sizes_and_others_get_one_that_is_no_wider_than_a_column() -> None:
    made = render_article(TEXT, {}, {"a.jpg": WIDE})
    assert made.html.count("<source") == 2
    assert 'width="2400" height="1500"' in made.html
    image = '<img src="/media/{}/1184.jpg" alt="A &quot;wide&quot; &lt;picture&gt;" width="592" height="370">'
    plain = f'<figure class="figure">{image}<figcaption>So wide.</figcaption></figure>\n'
    assert plain_pictures(made.html) == plain.format("0" * 32)
    letter = letter_html(made.html, "https://news.example")
    assert f'src="https://news.example/media/{"0" * 32}/1184.jpg"' in letter
    assert ('width="592" height="370"' in letter, "srcset" in letter, letter.count("<img")) == (True, False, 1)


def test_what_leads_is_the_first_figure_as_wide_as_it_stands_above_a_list() -> None:
    made = render_article(f"Text.\n\n{TEXT}", {}, {"a.jpg": WIDE})
    assert made.lead_image == WIDE.hash
    assert made.first_drawing is not None
    assert "(min-width:73rem) 54rem" in made.first_drawing
    assert "figcaption" not in made.first_drawing
