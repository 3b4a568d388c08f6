"""The feeds of articles, in Atom and in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

from app.accounts.queries import Identity
from app.articles.models import Article
from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEED_FIELDS = {"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon"}
FEED_FIELDS |= {"favicon", "authors", "language", "expired", "hubs", "items"}
ITEM_FIELDS = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image"}
ITEM_FIELDS |= {"date_published", "date_modified", "authors", "tags", "language", "attachments"}


def feed_of(client: FlaskClient) -> Any:
    answer = client.get("/feed.atom", headers={"Host": "evil.example"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    assert "evil" not in answer.text
    return etree.fromstring(answer.data)


def json_feed_of(client: FlaskClient, path: str = "/feed.json") -> Any:
    """Checked by what https://www.jsonfeed.org/version/1.1/ asks of each part."""
    answer = client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (200, "application/feed+json")
    assert "evil" not in answer.text
    feed = json.loads(answer.data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert set(feed) <= FEED_FIELDS
    for name in ("icon", "favicon"):
        assert client.get(feed[name].removeprefix(BASE_URL)).mimetype == "image/png"
    for item in feed["items"]:
        assert set(item) <= ITEM_FIELDS
        assert isinstance(item["id"], str)
        assert isinstance(item["content_html"], str)
        for name in ("date_published", "date_modified"):
            assert datetime.fromisoformat(item[name]).tzinfo is not None
        assert item["image"].startswith(f"{BASE_URL}/")
        for author in item["authors"]:
            assert set(author) <= {"name", "url", "avatar"}
            assert author
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
    return feed


def only(element: Any, path: str) -> str:
    (found,) = element.xpath(path, namespaces=ATOM)
    return str(found)


def test_the_feed_has_what_rfc_4287_requires(client: FlaskClient, factory: Factory) -> None:
    """Sections 4.1.1 and 4.1.2: one id, title and updated each; an author; a link to itself and to the page."""
    factory.article("old", published=datetime(2026, 11, 1, tzinfo=UTC), byline="Rosa Martin")
    factory.article("new", published=datetime(2026, 11, 2, tzinfo=UTC), tags=["City"])
    feed = feed_of(client)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    assert only(feed, "a:id/text()") == f"{BASE_URL}/"
    assert only(feed, "a:title/text()") == "Broadsheet"
    assert only(feed, "a:link[@rel='self']/@href") == f"{BASE_URL}/feed.atom"
    assert only(feed, "a:updated/text()") == "2026-11-02T00:00:00+00:00"
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert [only(entry, "a:link[@rel='alternate']/@href") for entry in entries] == [
        f"{BASE_URL}/articles/new",
        f"{BASE_URL}/articles/old",
    ]
    assert len({only(entry, "a:id/text()") for entry in entries}) == 2
    for entry in entries:
        assert datetime.fromisoformat(only(entry, "a:updated/text()")).tzinfo is not None
    assert [only(entry, "a:author/a:name/text()") for entry in entries] == ["Chief Editor", "Rosa Martin"]
    assert only(entries[0], "a:category/@term") == "City"


def test_the_whole_article_stands_in_the_feed_whatever_is_in_its_words(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", "Ends with ]]> & *all* <b>.\n", title="A & B <i> ]]>", standfirst='"Quoted" & more\x00\x0b')
    feed = feed_of(client)
    assert only(feed, "a:entry/a:title/text()") == "A & B <i> ]]>"
    content = only(feed, "a:entry/a:content[@type='html']/text()")
    paragraph = html.fragment_fromstring(content)
    assert paragraph.text_content().strip() == "Ends with ]]> & all <b>."
    assert paragraph.xpath("em")


def test_an_empty_feed_is_a_feed(client: FlaskClient) -> None:
    assert feed_of(client).xpath("a:entry", namespaces=ATOM) == []


def test_the_feed_holds_the_twenty_newest(client: FlaskClient, factory: Factory) -> None:
    for day in range(1, 23):
        factory.article(f"day-{day}", published=datetime(2026, 10, day, tzinfo=UTC))
    links = feed_of(client).xpath("a:entry/a:link[@rel='alternate']/@href", namespaces=ATOM)
    assert links == [f"{BASE_URL}/articles/day-{day}" for day in range(22, 2, -1)]


def test_samples_are_in_neither_where_others_could_read_them(
    client: FlaskClient, factory: Factory, app_with: Callable[..., Flask]
) -> None:
    factory.article("made-up", sample=True)
    factory.article("real")
    at_home = app_with(base_url="http://127.0.0.1:8000").test_client()
    for path in ("/feed.atom", "/feed.json", "/sitemaps/articles-1.xml", "/sitemaps/news.xml"):
        assert "real" in client.get(path).text
        assert "made-up" not in client.get(path).text
        assert "made-up" in at_home.get(path).text


def test_both_feeds_say_the_same_and_a_parser_of_the_trade_finds_no_fault(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("old", published=datetime(2026, 11, 1, tzinfo=UTC), byline="Rosa Martin", tags=["City", "River"])
    factory.pictured("pictured", published=datetime(2026, 11, 1, 12, tzinfo=UTC))
    factory.article("new", "With *words* <b>.\n", published=datetime(2026, 11, 2, tzinfo=UTC), comments="off")
    parsed = feedparser.parse(client.get("/feed.atom").data, sanitize_html=False, resolve_relative_uris=False)
    document = json_feed_of(client)
    assert (parsed.bozo, parsed.version) == (False, "atom10")
    assert document["title"] == parsed.feed.title == "Broadsheet"
    assert document["home_page_url"] == parsed.feed.link == f"{BASE_URL}/"
    assert (document["feed_url"], document["language"]) == (f"{BASE_URL}/feed.json", "en")
    for item, entry in zip(document["items"], parsed.entries, strict=True):
        assert (item["id"], item["url"], item["title"]) == (entry.id, entry.link, entry.title)
        assert (item["summary"], item["content_html"]) == (entry.summary, entry.content[0].value)
        assert (item["date_published"], item["date_modified"]) == (entry.published, entry.updated)
        assert [author["name"] for author in item["authors"]] == [author.name for author in entry.authors]
        assert item.get("tags", []) == [tag.term for tag in entry.get("tags", [])]
        assert [item["image"]] == [one["url"] for one in entry.media_thumbnail]
        assert client.get(item["image"].removeprefix(BASE_URL)).mimetype == "image/png"
    card, picture, _card = (item["image"] for item in document["items"])
    assert card.startswith(f"{BASE_URL}/articles/new/card.png?v=")
    # Files are made smaller later on; the page itself shows this one until then.
    assert picture == html.fromstring(document["items"][1]["content_html"]).xpath("string(//img/@src)")


def test_a_correction_and_a_note_move_the_date_and_stand_in_the_feed_and_the_id_stays(
    browser: FlaskClient, client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    faq = [{"question": "How many?", "answer": "*Nine*."}]
    source = {"publisher": "Archive", "title": "Plans", "url": "https://archive.example/?a=1&b=2", "note": "Seen."}
    factory.article("news", published=datetime(2026, 11, 1, tzinfo=UTC), faq=faq, sources=[source])
    before = json_feed_of(client)["items"][0]
    assert before["date_modified"] == before["date_published"] == "2026-11-01T00:00:00+00:00"
    frozen_clock.advance(hours=1)
    send_form(browser, "/admin/corrections/new?article=news", {"text": "Nine, not [ten](/articles/ten)."})
    send_form(browser, "/admin/articles/1/address", {"slug": "moved"})
    after = json_feed_of(client)["items"][0]
    assert (after["date_published"], after["date_modified"]) == (before["date_published"], "2026-11-20T11:00:00+00:00")
    assert after["id"] == before["id"] == "tag:broadsheet.test,2026:articles/1"
    assert after["url"] == f"{BASE_URL}/articles/moved"
    whole = html.fragment_fromstring(after["content_html"], create_parent=True)
    words = " ".join(whole.text_content().split())
    assert words.startswith("Corrected 20 November 2026 Nine, not ten. Some text. Questions and answers")
    assert words.endswith("How many? Nine. Sources Archive, Plans Seen.")
    assert whole.xpath("//a/@href") == [f"{BASE_URL}/articles/ten", "https://archive.example/?a=1&b=2"]
    assert feed_of(client).xpath("string(a:updated)", namespaces=ATOM) == "2026-11-20T11:00:00+00:00"


@ON_SQLITE
def test_what_stands_in_a_feed_needs_neither_the_address_nor_the_style_sheet_of_its_page(
    client: FlaskClient, factory: Factory
) -> None:
    drawing = (
        '<svg viewBox="0 0 9 9"><title>a > "b"</title><rect class="d-ink s-mark" width="9" height="9"/>'
        '<text class="t-sans">href="/x"</text></svg>'
    )
    (Path(factory.app.instance_path) / "nine.svg").write_text(drawing)
    text = (
        "[One](/faq?a=1&b=2) [two](#s-part) [three](mailto:a@b.example) [four](https://other.example/).\n\n"
        'It said `<a href="/y">` and href="/z".\n\n## Part\n\n'
        '::: figure\ndrawing: nine.svg\nalt: Nine > "eight"\n\nA [caption](/corrections).\n:::\n'
    )
    factory.article("news", text)
    whole = html.fragment_fromstring(json_feed_of(client)["items"][0]["content_html"], create_parent=True)
    assert whole.xpath("//a/@href") == [
        f"{BASE_URL}/faq?a=1&b=2",
        f"{BASE_URL}/articles/news#s-part",
        "mailto:a@b.example",
        "https://other.example/",
        f"{BASE_URL}/corrections",
    ]
    words = whole.text_content()
    assert all(as_written in words for as_written in ['<a href="/y">', 'href="/z"', 'href="/x"'])
    (shape,) = whole.xpath("//rect")
    assert (shape.get("fill"), shape.get("stroke"), shape.get("class")) == ("#17191C", "#FFE58A", None)
    assert whole.xpath("//*[@role='img']/@aria-label") == ['Nine > "eight"']


def test_a_feed_that_has_not_changed_is_not_sent_again(client: FlaskClient, factory: Factory, edith: Identity) -> None:
    article = factory.article("news")
    for path in ("/feed.atom", "/feed.json"):
        etag = client.get(path).headers["ETag"]
        factory.published(article, editor=edith)
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    factory.article("newer")
    assert client.get("/feed.json", headers={"If-None-Match": etag}).status_code == 200
    assert len(factory.ask(sa.select(Article))) == len(json_feed_of(client)["items"])


def test_each_tag_and_each_author_has_feeds_which_their_pages_lead_to(client: FlaskClient, factory: Factory) -> None:
    factory.described("rosa-martin")
    factory.described("jo-li")
    factory.article("one", tags=["Río"], authors=["rosa-martin", "jo-li"], published=datetime(2026, 11, 1, tzinfo=UTC))
    factory.article("two", tags=["River"], byline="The desk", published=datetime(2026, 11, 2, tzinfo=UTC))
    factory.article("three", tags=["río"], authors=["jo-li"], published=datetime(2026, 11, 3, tzinfo=UTC))
    for page, title, slugs in [
        ("/tags/r%C3%ADo", "Broadsheet: río", ["three", "one"]),
        ("/authors/rosa-martin", "Broadsheet: Rosa Martin", ["one"]),
        ("/", "Broadsheet", ["three", "two", "one"]),
    ]:
        atom = Page(client.get(page)).link("//link[@type='application/atom+xml']") or ""
        assert Page(client.get(page)).find(f"//main//a[@href='{atom}']") or page == "/"
        parsed = feedparser.parse(client.get(atom).data)
        assert (parsed.bozo, parsed.feed.title, parsed.feed.link) == (False, title, f"{BASE_URL}{page}")
        assert parsed.feed.id == f"{BASE_URL}{page}"
        document = json_feed_of(client, atom.replace(".atom", ".json"))
        assert (document["title"], document["home_page_url"]) == (title, f"{BASE_URL}{page}")
        assert [item["url"].rpartition("/")[2] for item in document["items"]] == slugs
        assert [entry.id for entry in parsed.entries] == [item["id"] for item in document["items"]]
        named = {"name": "Rosa Martin", "url": f"{BASE_URL}/authors/rosa-martin"}
        assert document["items"][-1]["authors"][0] == named
        assert parsed.entries[-1].authors[0] == {"name": named["name"], "href": named["url"]}
    for nothing in ("/tags/nothing/feed.atom", "/tags/R%C3%ADo/feed.json", "/authors/nobody/feed.atom"):
        assert client.get(nothing).status_code == 404
