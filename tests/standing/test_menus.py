"""The menus at the head and at the foot of each page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import AuditEntry
from app.pages.models import Menu
from tests.conftest import ON_SQLITE
from tests.factories import Factory, send_form
from tests.pages import Page
from tests.standing.conftest import links_of, put_in_menu, write

AS_IT_CAME = [("Articles", "/"), ("Questions", "/faq"), ("Search", "/search"), ("Feed", "/feed.atom")]


def head(client: FlaskClient, path: str = "/") -> list[tuple[str, str]]:
    links = Page(client.get(path)).find("//header[@class='masthead']//nav/a")
    return [(link.text_content(), link.get("href")) for link in links]


def test_editors_put_links_into_the_menus_of_all_pages_also_of_those_that_were_kept(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news", tags=["Café"])
    write(browser, "about", title="About us")
    pages = ["/", "/articles/news", "/faq", "/corrections", "/house-rules", "/about", "/nowhere"]
    for path in pages:
        assert head(client, path) == AS_IT_CAME
    put_in_menu(
        browser,
        masthead=[("News", "/"), ("", "/about"), ("Shop", "https://shop.example/?a=1")],
        footer=[("The ferry", "/articles/news#sources"), ("", "/tags/caf%C3%A9")],
    )
    for path in pages:
        assert head(client, path) == [("News", "/"), ("About us", "/about"), ("Shop", "https://shop.example/?a=1")]
        foot = Page(client.get(path)).find("//footer[@class='colophon']//li/a")
        assert (foot[0].text_content().strip(), foot[0].get("href")) == ("The ferry", "/articles/news#sources")
        assert foot[1].text_content().strip() == "Café"
        assert "Corrections" in [link.text_content().strip() for link in foot[2:]]
    here = Page(client.get("/about")).texts("//header[@class='masthead']//a[@aria-current='page']")
    assert here == ["About us"]
    (row,) = factory.ask(sa.select(AuditEntry).where(AuditEntry.subject == "menus"))
    assert (row.verb, row.detail) == ("change menus", "")


def test_a_menu_that_is_put_back_as_it_came_is_kept_nowhere(browser: FlaskClient, factory: Factory) -> None:
    put_in_menu(browser, masthead=[("News", "/")])
    assert len(factory.ask(sa.select(Menu))) == 1
    came = Page(send_form(browser, "/admin/menu", {**links_of(browser), "do": "came"}))
    assert came.field("masthead-1-address") == "/faq"
    assert head(browser) == [("News", "/")]
    put_in_menu(browser, masthead=AS_IT_CAME)
    assert head(browser) == AS_IT_CAME
    assert factory.ask(sa.select(Menu)) == []


@ON_SQLITE
def test_links_are_added_moved_and_taken_out_without_a_script_before_they_are_saved(browser: FlaskClient) -> None:
    def do(asked: str) -> list[str]:
        page = put_in_menu(browser, masthead=AS_IT_CAME, do=asked)
        assert page.answer.status_code == 200
        return [str(field.get("value") or "") for field in page.find("//fieldset//input[contains(@name, 'address')]")]

    articles, questions, search, feed = (address for _label, address in AS_IT_CAME)
    assert do("masthead-up-2") == [articles, search, questions, feed]
    assert do("masthead-down-0") == [questions, articles, search, feed]
    assert do("masthead-remove-1") == [articles, search, feed]
    assert do("footer-add") == [articles, questions, search, feed, ""]
    assert do("masthead-up-0") == do("masthead-remove-77") == do("stay") == [articles, questions, search, feed]
    assert head(browser) == AS_IT_CAME


@ON_SQLITE
@pytest.mark.parametrize(
    ("label", "address", "said"),
    [
        ("Shop", "http://shop.example/", "begins with https://"),
        ("Shop", "//shop.example/", "begins with https://"),
        ("Shop", "javascript:alert(1)", "begins with https://"),
        ("Shop", "https://shop.example/ x", "begins with https://"),
        ("", "https://shop.example/", "Give the words that the link shows."),
        ("Long " * 10, "/faq", "A label takes 40 characters at most."),
        ("Nothing", "/articles/news/nothing", "There is no such page on this site."),
        ("Nothing", "/nothing", "Nothing is live at this address yet."),
        ("Nothing", "/tags/nothing", "Nothing is live at this address yet."),
        ("Nothing", "/faq\u202e", "begins with https://"),
        ("Mine", f"/receipts/{'x' * 22}", "This is a private page."),
        ("Desk", "/admin/settings", "Readers can’t open pages of the desk."),
        ("Nothing", "", "begins with https://"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_and_given_back(
    browser: FlaskClient, label: str, address: str, said: str
) -> None:
    page = put_in_menu(browser, masthead=[("News", "/"), (label, address)])
    assert page.answer.status_code == 422
    assert said in page.text("//*[@role='alert']")
    assert page.field("masthead-1-address") == address
    assert head(browser) == AS_IT_CAME


@ON_SQLITE
def test_a_menu_takes_twenty_links_and_leaves_empty_rows_out(browser: FlaskClient) -> None:
    twenty = [(f"Link {number}", "/faq") for number in range(20)]
    page = put_in_menu(browser, masthead=[*twenty, ("One more", "/faq")])
    assert "A menu takes 20 links at most." in page.text("//*[@role='alert']")
    put_in_menu(browser, masthead=[("", ""), *twenty])
    assert head(browser) == twenty


@ON_SQLITE
def test_two_editors_do_not_overwrite_each_others_menus_unseen(browser: FlaskClient) -> None:
    seen = links_of(browser)["seen"]
    put_in_menu(browser, masthead=[("News", "/")])
    page = put_in_menu(browser, masthead=[("Start", "/")], seen=seen)
    assert page.answer.status_code == 409
    assert "News (/)" in page.text("//*[@role='alert']")
    assert page.field("masthead-0-label") == "Start"
    assert head(browser) == [("News", "/")]
    put_in_menu(browser, masthead=[("Start", "/")], seen=page.field("seen"))
    assert head(browser) == [("Start", "/")]
