"""The front page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

from tests.factories import Factory
from tests.pages import Page


def slugs(page: Page) -> list[str]:
    titles = page.find("//*[@class='lead']//h2/a | //*[@class='row']//h2/a")
    return [str(link.get("href")).removeprefix("/articles/") for link in titles]


def test_an_empty_site_says_so_and_offers_the_feed(client: FlaskClient) -> None:
    page = Page(client.get("/"))
    assert "Nothing has been published yet." in page.text()
    assert page.link("//main//a") == "/feed.atom"


def test_the_newest_article_leads_with_its_drawing(client: FlaskClient, factory: Factory) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="1" height="1"/></svg>'
    folder = factory.app.instance_path
    with open(f"{folder}/gate.svg", "w", encoding="utf-8") as file:
        file.write(drawing)
    body = "::: figure\ndrawing: gate.svg\nalt: A gate stands open\n\nThe gate.\n:::\n"
    factory.article("old", published=datetime(2026, 11, 1, tzinfo=UTC))
    factory.article("new", body, published=datetime(2026, 11, 2, tzinfo=UTC))
    page = Page(client.get("/"))
    assert slugs(page) == ["new", "old"]
    assert page.attribute("//*[@class='lead']//*[@role='img']", "aria-label") == "A gate stands open"
    assert page.find("//*[@class='lead']//svg/rect")


def test_a_row_says_when_and_how_many_comments(client: FlaskClient, factory: Factory) -> None:
    article = factory.article("news", published=datetime(2026, 11, 1, tzinfo=UTC), sample=True)
    factory.article("lead")
    factory.published_many(article, [None, 0], editor=factory.editor())
    row = Page(client.get("/")).text("//article[@class='row']/p[@class='meta']")
    assert row == "1 November 2026 2 comments Sample"


def test_twenty_stand_on_a_page_and_every_article_is_found_once_by_following_the_links(
    client: FlaskClient, factory: Factory
) -> None:
    wanted: list[str] = []
    for number in range(45):
        # Some share their moment, so that their ids tell them apart.
        moment = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number // 3)
        factory.article(f"article-{number}", published=moment)
        wanted.insert(0, f"article-{number}")
    pages = [Page(client.get("/"))]
    while older := pages[-1].link("//a[@rel='next']"):
        pages.append(Page(client.get(older)))
    assert [len(slugs(page)) for page in pages] == [20, 20, 5]
    assert [slug for page in pages for slug in slugs(page)] == wanted
    assert [bool(page.find("//*[@class='lead']")) for page in pages] == [True, False, False]
    assert {page.link("//a[@rel='prev']") for page in pages[1:]} == {"/"}


def test_a_page_after_what_is_no_article_is_no_page(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    for before in ("gone", "../etc", "NEWS", "x" * 300, "\x00", "news%00"):
        assert client.get("/", query_string={"before": before}).status_code == 404, before


def test_an_empty_parameter_beside_a_filled_one_puts_no_wrong_page_in_its_place(
    client: FlaskClient, factory: Factory
) -> None:
    """The application takes the first of two; what is kept must be kept under the same one."""
    for number in range(22):
        factory.article(f"article-{number}", published=datetime(2026, 11, 1, number, tzinfo=UTC))
    first = client.get("/?before=&before=article-10").text
    assert client.get("/?before=article-10").text != first
    assert client.get("/").text == first
