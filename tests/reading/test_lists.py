"""The pages that list articles: of a tag, an author, a series, a month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.articles.models import Series
from app.reading.lists import PAGE
from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

FIRST = datetime(2026, 11, 1, tzinfo=UTC)


def listed(page: Page) -> list[str]:
    links = page.find("//section[@class='part']//article//h3/a")
    return [str(link.get("href")).removeprefix("/articles/") for link in links]


def followed(client: FlaskClient, path: str) -> list[str]:
    """The articles on all pages of a list, by following its links."""
    found, older = [], path
    while older:
        page = Page(client.get(older))
        assert page.answer.status_code == 200
        found += listed(page)
        older = page.link("//a[@rel='next']") or ""
    return found


def test_a_tag_an_author_and_a_month_list_each_of_their_articles_once_the_newest_first(
    client: FlaskClient, factory: Factory
) -> None:
    factory.described("rosa-martin")
    for number in range(PAGE + 2):
        # Some share their moment, so that their ids tell them apart.
        moment = FIRST + timedelta(hours=number // 3)
        factory.article(f"a-{number}", published=moment, tags=["City Hall"], authors=["rosa-martin"])
    factory.article("other", published=FIRST - timedelta(days=1), tags=["Harbour"])
    wanted = [f"a-{number}" for number in reversed(range(PAGE + 2))]
    for path in ("/tags/city-hall", "/authors/rosa-martin", "/archive/2026/11"):
        assert followed(client, path) == wanted, path
        first, last = Page(client.get(path)), Page(client.get(f"{path}?before={wanted[PAGE - 1]}"))
        assert first.attribute("//link[@rel='canonical']", "href") == BASE_URL + path
        assert last.link("//a[@rel='prev']") == path
        assert client.get(f"{path}?before=nowhere").status_code == 404
        assert client.get(f"{path}?before=other").status_code == 404


def test_a_long_series_is_read_in_its_order_page_by_page(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.described("bridges", Series, text="All of them.\n")
    factory.described("ferries", Series)
    for number in range(PAGE + 2):
        # Two may have one number, and a part may be out before the one that it follows.
        moment = FIRST - timedelta(hours=number)
        factory.article(f"a-{number}", published=moment, series="bridges", part=1 + number // 2)
    factory.article("to-come", published=frozen_clock.time + timedelta(days=1), series="bridges", part=1)
    factory.article("ferry", published=FIRST, series="ferries")
    wanted = [f"a-{number}" for number in range(PAGE + 2)]
    assert followed(client, "/series/bridges") == wanted
    first, last = (Page(client.get(path)) for path in ("/series/bridges", f"/series/bridges?after={wanted[PAGE - 1]}"))
    assert first.text("//main//*[@class='prose']") == "All of them."
    assert first.attribute("//link[@rel='canonical']", "href") == f"{BASE_URL}/series/bridges"
    assert (last.text("//main//h2"), last.link("//a[@rel='prev']")) == ("Further parts", "/series/bridges")
    assert listed(last) == wanted[PAGE:]
    for path in ("after=ferry", "after=to-come", "after=nowhere", f"after={wanted[-1]}"):
        assert client.get(f"/series/bridges?{path}").status_code == 404, path


def test_lists_follow_what_goes_live_is_withdrawn_and_comes_back(
    browser: FlaskClient, client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.described("rosa-martin")
    factory.described("bridges", Series)
    named: dict[str, Any] = {"tags": ["City"], "authors": ["rosa-martin"], "series": "bridges"}
    soon = frozen_clock.time + timedelta(minutes=5)
    article = factory.article("news", published=soon, **named)
    paths = ["/tags/city", "/authors/rosa-martin", "/series/bridges", "/archive/2026/11"]

    def shown() -> list[bool]:
        return ["news" in listed(Page(client.get(path))) for path in paths]

    assert [client.get(path).status_code for path in paths] == [404] * 4
    assert not Page(client.get("/tags")).find("//main//li")
    frozen_clock.advance(minutes=5)
    assert shown() == [True] * 4
    assert Page(client.get("/tags")).texts("//main//li") == ["City 1"]
    assert Page(client.get("/archive")).texts("//main//li") == ["November 2026 1"]
    send_form(browser, f"/admin/articles/{article}/withdraw", {"reason": "A court."})
    assert [client.get(path).status_code for path in paths] == [404] * 4
    send_form(browser, f"/admin/articles/{article}/republish")
    assert shown() == [True] * 4
    factory.article("news", published=soon)
    assert [client.get(path).status_code for path in paths] == [404] * 3 + [200]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("City Hall", "/tags/city-hall"),
        ("C#", "/tags/c%23"),
        ("C++", "/tags/c%2B%2B"),
        ("Straße / Weg", "/tags/strasse-weg"),
        ("日本語", "/tags/%E6%97%A5%E6%9C%AC%E8%AA%9E"),
        ("..", "/tags/2e-2e"),
        ("100 %", "/tags/100-%25"),
    ],
)
@ON_SQLITE
def test_a_tag_of_any_script_has_an_address_to_which_its_articles_lead(
    client: FlaskClient, factory: Factory, name: str, path: str
) -> None:
    factory.article("news", tags=[name])
    assert Page(client.get("/articles/news")).link("//ul[@class='kicker']//a") == path
    page = Page(client.get(path))
    assert (page.text("//h1"), listed(page)) == (name, ["news"])


@ON_SQLITE
def test_names_that_make_one_address_are_one_tag_and_other_spellings_lead_there(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("old", tags=["city hall", "City  Hall"], published=FIRST)
    factory.article("new", tags=["City Hall"])
    assert Page(client.get("/articles/old")).texts("//ul[@class='kicker']/li") == ["city hall"]
    assert listed(Page(client.get("/tags/city-hall"))) == ["new", "old"]
    answer = client.get("/tags/City%20Hall")
    assert (answer.status_code, answer.location) == (301, "/tags/city-hall")
    for tag in ("%00", "%FF", "x" * 3000, "%F0%9F%99%82", "a%2Fb"):
        assert client.get(f"/tags/{tag}").status_code == 404, tag


def test_a_months_articles_are_those_of_the_sites_zone(
    app_with: Callable[..., Flask], factory: Factory, frozen_clock: FrozenClock
) -> None:
    for slug, moment in {
        "october": datetime(2026, 10, 31, 10, 59, tzinfo=UTC),
        "november": datetime(2026, 10, 31, 11, 0, tzinfo=UTC),
        "long-ago": datetime(1999, 12, 31, 11, 0, tzinfo=UTC),
    }.items():
        factory.article(slug, published=moment)
    factory.article("to-come", published=frozen_clock.time + timedelta(days=90))
    reader = app_with(time_zone="Pacific/Auckland").test_client()
    archive = Page(reader.get("/archive"))
    assert archive.texts("//main//h2") == ["2026", "2000"]
    assert archive.texts("//main//li") == ["November 2026 1", "October 2026 1", "January 2000 1"]
    links = [str(link.get("href")) for link in archive.find("//main//li/a")]
    assert [listed(Page(reader.get(link))) for link in links] == [["november"], ["october"], ["long-ago"]]
    for path in ("2026/12", "2026/13", "2026/00", "0000/01", "9999/12", "2026/1", "1599/01"):
        assert reader.get(f"/archive/{path}").status_code == 404, path


def test_an_article_is_signed_by_its_authors_and_a_new_name_is_on_all_their_pages(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    for slug in ("rosa-martin", "jo-li", "ada-king"):
        factory.described(slug)
    three = ["jo-li", "rosa-martin", "ada-king"]
    for number, slug in enumerate(("one", "two", "three"), 1):
        factory.article(slug, authors=three[:number], byline=None)
    factory.article("printed", authors=["jo-li"], byline="Jo Li in Lima")
    factory.article("both", authors=["jo-li", "ada-king"], byline="The desk")

    def signed(slug: str) -> tuple[str, list[str]]:
        page = Page(client.get(f"/articles/{slug}"))
        line = "//header/p[@class='meta']/span[1]"
        return page.text(line), [str(link.get("href")) for link in page.find(f"{line}/a")]

    assert signed("one") == ("By Jo Li", ["/authors/jo-li"])
    assert signed("two") == ("By Jo Li and Rosa Martin", ["/authors/jo-li", "/authors/rosa-martin"])
    assert signed("three")[0] == "By Jo Li, Rosa Martin, and Ada King"
    assert signed("printed") == ("By Jo Li in Lima", ["/authors/jo-li"])
    assert signed("both") == ("By The desk", [])
    send_form(browser, "/admin/authors/2", {**seen(browser, "/admin/authors/2"), "name": "Jo <Lee>"})
    assert signed("two")[0] == "By Jo <Lee> and Rosa Martin"
    page = Page(client.get("/authors/jo-li"))
    assert (page.text("//h1"), page.text("//*[@class='prose']")) == ("Jo <Lee>", "Writes.")
    assert set(listed(page)) == {"one", "two", "three", "printed", "both"}
    assert "<name>Jo &lt;Lee&gt;</name>" in client.get("/feed.atom").text


def test_all_authors_of_live_articles_are_listed_by_their_names(
    browser: FlaskClient, client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.described("rosa-martin", text="Reports from the *harbour*.\n\nSince 2011.\n")
    factory.described("ada-king", name="ada King", text="")
    factory.described("nobody-yet")
    assert not Page(client.get("/archive")).find("//a[@href='/authors']")
    assert Page(client.get("/authors")).text("//main//p").startswith("No article has an author with a page yet.")
    for slug, names in {"one": ["rosa-martin"], "two": ["rosa-martin", "ada-king"]}.items():
        factory.article(slug, authors=names)
    soon = frozen_clock.time + timedelta(hours=1)
    to_come = factory.article("to-come", authors=["nobody-yet", "rosa-martin"], published=soon)

    def shown() -> list[str]:
        return Page(client.get("/authors")).texts("//main//article")

    before = ["ada King 1 article", "Rosa Martin Reports from the harbour. Since 2011. 2 articles"]
    assert shown() == before
    for path in ("/archive", "/authors/ada-king"):
        assert Page(client.get(path)).find("//main//a[@href='/authors']"), path
    frozen_clock.advance(hours=1)
    assert [row.rpartition(" ")[0] for row in shown()] == ["ada King 1", "Nobody Yet Writes. 1", f"{before[1][:-11]} 3"]
    send_form(browser, f"/admin/articles/{to_come}/withdraw", {"reason": "A court."})
    assert shown() == before


def seen(browser: FlaskClient, path: str) -> dict[str, str]:
    page = Page(browser.get(path))
    return {name: page.field(name) for name in ("seen", "name", "text")}


def test_the_parts_of_a_series_lead_to_one_another_and_to_its_page(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.described("bridges", Series, name="Nine bridges", text="All *nine*.\n")
    for slug, part in (("third", 3), ("first", 1), ("second", 2)):
        factory.article(slug, series="bridges", part=part)
    factory.article("last", series="bridges", published=frozen_clock.time + timedelta(days=1))

    def place(slug: str) -> tuple[str, list[str]]:
        page = Page(client.get(f"/articles/{slug}"))
        links = page.find("//nav[@aria-label='Parts of the series']/a")
        said = page.text("//header/p[@class='hint']")
        return said, [f"{link.text_content()} {link.get('href')}" for link in links]

    next_part, previous = "Next part: About {0} /articles/{0}", "Previous part: About {0} /articles/{0}"
    assert place("first") == ("Part 1 of Nine bridges", [next_part.format("second")])
    assert place("second")[1] == [previous.format("first"), next_part.format("third")]
    assert place("third")[1] == [previous.format("second")]
    page = Page(client.get("/series/bridges"))
    assert (page.text("//h1"), page.text("//*[@class='prose']")) == ("Nine bridges", "All nine.")
    assert listed(page) == ["first", "second", "third"]
    frozen_clock.advance(days=1)
    assert place("third")[1] == [previous.format("second"), next_part.format("last")]
    assert place("last")[0] == "Part 4 of Nine bridges"
    factory.article("second")
    assert place("third") == ("Part 3 of Nine bridges", [previous.format("first"), next_part.format("last")])


def test_an_article_leads_to_those_before_and_after_it_by_date(client: FlaskClient, factory: Factory) -> None:
    for slug in ("a", "b", "c"):
        factory.article(slug, published=FIRST)
    factory.article("d", published=FIRST + timedelta(days=90))

    def around(slug: str) -> list[str]:
        return [
            str(link.get("href"))
            for link in Page(client.get(f"/articles/{slug}")).find("//nav[@aria-label='By date']/a")
        ]

    assert [around(slug) for slug in "abc"] == [
        ["/articles/b"],
        ["/articles/a", "/articles/c"],
        ["/articles/b"],
    ]
    factory.article("c", published=FIRST - timedelta(days=1))
    assert around("a") == ["/articles/c", "/articles/b"]
