"""The card that other sites show of a link to an article, and the site's icons."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.media.cards import Card, draw
from app.media.setting import NAMES, fitted, legible
from tests.articles.test_writing import write, write_again
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.images import encoded, opened, picture
from tests.media.conftest import MakeRoom
from tests.pages import Page

LONG = "Donaudampfschifffahrtsgesellschaft " * 30
PENCIL, YELLOW = (0x1D, 0x4A, 0x9C), (0xFF, 0xE5, 0x8A)


def card_url(client: FlaskClient, slug: str = "nine-new-bridges") -> str:
    page = Page(client.get(f"/articles/{slug}"))
    return page.attribute("//meta[@property='og:image']", "content").removeprefix("http://broadsheet.test")


def cards(factory: Factory) -> list[Path]:
    return list((Path(factory.app.instance_path) / "cards").glob("*"))


@ON_SQLITE
def test_an_articles_card_is_drawn_once_and_anew_when_its_headline_changes(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    write(browser, do="publish")
    url = card_url(client)
    first = client.get(url)
    assert (first.mimetype, first.headers["Cache-Control"]) == ("image/png", "public, max-age=3600")
    assert opened(first.data).size == (1200, 630)
    (file,) = cards(factory)
    drawn_at = file.stat().st_mtime_ns
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert file.stat().st_mtime_ns == drawn_at
    write_again(browser, title="Ten new bridges", note="Ten, not nine.")
    assert card_url(client) != url
    second = client.get(card_url(client))
    assert second.data != first.data
    assert len(cards(factory)) == 1
    page = Page(client.get("/articles/nine-new-bridges"))
    assert page.attribute("//meta[@name='twitter:card']", "content") == "summary_large_image"
    assert page.attribute("//meta[@property='og:image:alt']", "content") == "Ten new bridges"


@ON_SQLITE
def test_a_card_that_can_not_be_kept_is_shown_all_the_same(
    client: FlaskClient, factory: Factory, full_disk: MakeRoom
) -> None:
    factory.article("news")
    answer = client.get("/articles/news/card.png")
    assert opened(answer.data).size == (1200, 630)
    assert cards(factory) == []


@ON_SQLITE
def test_what_readers_can_not_see_has_no_card(browser: FlaskClient, client: FlaskClient, factory: Factory) -> None:
    write(browser, slug="a-draft")
    assert client.get("/articles/a-draft/card.png").status_code == 404
    factory.article("moved", formerly=["before"])
    assert client.get("/articles/before/card.png").headers["Location"].endswith("/articles/moved/card.png")


@ON_SQLITE
def test_a_lead_picture_stands_on_the_card(client: FlaskClient, factory: Factory) -> None:
    factory.pictured("news", encoded(picture(900, 900, "#98141A")))
    shown = opened(client.get(card_url(client, "news")).data)
    red, green, blue = shown.getpixel((1190, 600))  # type: ignore[misc]
    assert (red > 0x90, green < 0x20, blue < 0x28) == (True, True, True)


@ON_SQLITE
def test_a_card_with_a_picture_whose_files_are_gone_shows_the_words_alone(factory: Factory) -> None:
    with factory.app.app_context():
        assert draw(Card(1, "Broadsheet", "News", "", "0" * 32)) == draw(Card(1, "Broadsheet", "News", "", None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łódź, 5 €: “so” – ế…", "Łódź, 5 €: “so” – ế…"),
        ("Ferry  to run 🎉 again\u202e\n", "Ferry to run again"),
        ("שלום", ""),
        ("Мир and peace", ""),
        ("新聞", ""),
        ("", ""),
    ],
)
def test_words_that_the_type_can_not_set_are_not_set_at_all_and_signs_are_left_out(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize("text", ["Ferry", LONG, "x" * 5_000, "a " * 5_000, ""])
def test_any_headline_fits_into_its_space(text: str) -> None:
    block = fitted(legible(text), NAMES, (104, 44), (600, 352))
    assert all(block.font.getlength(line) <= 600 for line in block.lines)
    assert len(block.lines) * block.leading <= 352
    assert not block.lines or len(text) < 99 or block.lines[-1].endswith("…")


@ON_SQLITE
def test_icons_are_there_in_the_sizes_that_are_asked_for(client: FlaskClient) -> None:
    for path, side in [("/icon-192.png", 192), ("/icon-512.png", 512), ("/apple-touch-icon.png", 180)]:
        answer = client.get(path)
        icon = opened(answer.data)
        assert (answer.mimetype, icon.size) == ("image/png", (side, side))
        assert icon.getpixel((0, 0)) == (255, 255, 255)
        assert icon.getpixel((side // 2, side * 17 // 44)) == (0x17, 0x19, 0x1C)
