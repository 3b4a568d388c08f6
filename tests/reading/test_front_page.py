"""The front page."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient

from tests.factories import Factory, send_form
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


def test_twenty_stand_on_the_page_and_the_others_are_in_the_archive(client: FlaskClient, factory: Factory) -> None:
    for number in range(20):
        factory.article(f"article-{number}", published=datetime(2026, 11, 1, number, tzinfo=UTC))
    page = Page(client.get("/"))
    assert slugs(page) == [f"article-{number}" for number in reversed(range(20))]
    assert page.link("//a[@rel='next']") is None
    factory.article("article-20", published=datetime(2026, 11, 2, tzinfo=UTC))
    page = Page(client.get("/"))
    assert slugs(page) == [f"article-{number}" for number in reversed(range(1, 21))]
    assert page.link("//a[@rel='next']") == "/archive"


def test_an_editor_can_have_another_article_lead_as_long_as_it_is_live(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    for number in range(22):
        factory.article(f"article-{number}", published=datetime(2026, 11, 1, number, tzinfo=UTC))
    assert slugs(Page(client.get("/")))[:2] == ["article-21", "article-20"]
    send_form(browser, "/admin/articles/1/lead")
    send_form(browser, "/admin/articles/6/lead")
    assert "leads the front page" in Page(browser.get("/admin/articles/6/edit")).text("//*[@role='status'][last()]")
    first = slugs(Page(client.get("/")))
    assert first == ["article-5", *(f"article-{number}" for number in reversed(range(2, 22)) if number != 5)]
    send_form(browser, "/admin/articles/6/withdraw", {"reason": "A court."})
    assert slugs(Page(client.get("/")))[:2] == ["article-21", "article-20"]
    send_form(browser, "/admin/articles/6/republish")
    send_form(browser, "/admin/articles/6/lead", {"do": "stop"})
    assert slugs(Page(client.get("/")))[0] == "article-21"
