"""The page on which readers look for something."""

from __future__ import annotations

from xml.etree import ElementTree

from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.search.terms import QUERY_LIMIT
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.pages import Page
from tests.search.conftest import Search, found

pytestmark = ON_SQLITE


def test_without_a_query_it_says_what_can_be_asked_for(client: FlaskClient, search: Search) -> None:
    page = Page(client.get("/search"))
    assert page.field("q") == ""
    assert "Quotation marks keep words together" in page.text()
    assert not page.find("//nav[@class='orders']")
    assert "That holds no letter or digit to look for." in search("?! –").text()


def test_what_finds_nothing_is_told_what_to_try_and_keeps_the_query(search: Search) -> None:
    page = search("zyzzyva", kind="comments")
    assert page.field("q") == "zyzzyva"
    assert "Nothing here says that. Try fewer words, or the beginning of one" in page.text()
    assert page.link("//a[text()='Look for it everywhere']") == "/search?q=zyzzyva"


def test_too_long_a_query_is_kept_and_told_how_much_to_cut(client: FlaskClient) -> None:
    answer = client.get("/search", query_string={"q": "a" * (QUERY_LIMIT + 12)})
    page = Page(answer)
    assert answer.status_code == 400
    assert page.error_at("q") == "212 characters; the limit is 200. Cut 12."
    assert page.field("q") == "a" * 212
    assert page.text("//title").startswith("Error: ")


def test_marks_stand_in_text_that_stays_text(factory: Factory, edith: Identity, search: Search) -> None:
    article = factory.article("news", title="A <b>ferry</b> & more", standfirst="In <i>short</i>.")
    factory.published(article, "<script>alert('ferry')</script> & ferries", author="<b>Bo</b>", editor=edith)
    page = search("ferr* <script")
    assert page.texts("//article//mark") == ["script", "ferry", "script", "ferries"]
    assert not page.find("//main//script | //main//b | //main//i")
    assert "<script>alert('ferry')</script> & ferries" in page.text()
    assert search("ferry").texts("//article/h3")[0] == "A <b>ferry</b> & more"


def test_an_excerpt_shows_the_place_that_holds_most_of_the_words(factory: Factory, search: Search) -> None:
    body = "The ferry is old. " + "Some other words. " * 40 + "At last the council voted on the ferry. " + "More. " * 60
    factory.article("news", f"{body}\n", standfirst="In short.")
    words = search("council ferry").text("//p[@class='row-standfirst']")
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert "At last the council voted on the ferry." in words
    assert search("news").text("//p[@class='row-standfirst']") == "In short."


def test_an_excerpt_keeps_headings_and_items_apart_from_what_follows(factory: Factory, search: Search) -> None:
    body = "## Why a ferry\n\nIt is old.\n\n- One pier\n- Two quays!\n\nThe council has ferries.\n"
    factory.article("news", body, standfirst="In short.", title="News", faq=[{"question": "Why?", "answer": body[2:]}])
    article, question = search("ferr* quays").texts("//p[@class='row-standfirst']")
    assert article == "Why a ferry · It is old. One pier · Two quays! The council has ferries."
    assert question == article


def test_each_kind_can_be_looked_at_by_itself(factory: Factory, edith: Identity, search: Search) -> None:
    article = factory.article("ferry", title="A ferry", faq=[{"question": "Which ferry?", "answer": "That one."}])
    comment = factory.published(article, "The ferry.", author="Bo", editor=edith)
    page = search("ferry")
    assert page.texts("//h2") == ["Articles", "Questions", "Comments"]
    assert page.texts("//nav[@class='orders']/a[@aria-current='page']") == ["Everything"]
    assert page.texts("//article")[2] == "Bo The ferry. 20 November 2026 On A ferry"
    for kind, url in {
        "articles": "/articles/ferry",
        "questions": "/articles/ferry#faq-which-ferry",
        "comments": f"/comments/{comment}",
    }.items():
        one = search("ferry", kind=kind)
        assert found(one) == [url]
        assert one.find(f"//form//input[@type='hidden'][@name='kind'][@value='{kind}']")


def test_it_is_kept_by_nobody_and_found_by_no_search_engine(client: FlaskClient) -> None:
    answer = client.get("/search?q=ferry")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert "Disallow: /search\n" in client.get("/robots.txt").text


def test_browsers_learn_how_to_ask(client: FlaskClient) -> None:
    address = Page(client.get("/")).attribute("//link[@rel='search']", "href")
    answer = client.get(address)
    assert answer.mimetype == "application/opensearchdescription+xml"
    url = ElementTree.fromstring(answer.data).find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.get("template") == "http://broadsheet.test/search?q={searchTerms}"


def test_a_page_that_is_not_there_offers_to_search(client: FlaskClient) -> None:
    for status, path in {404: "/nowhere", 403: ""}.items():
        answer = client.get(path) if path else client.post("/nowhere", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == status
        assert bool(Page(answer).find("//form[@role='search'][@action='/search']//input[@name='q']")) is (status == 404)
