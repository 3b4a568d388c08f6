"""The feed, the sitemap and robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

from tests.conftest import BASE_URL
from tests.factories import Factory

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def feed_of(client: FlaskClient) -> Any:
    answer = client.get("/feed.atom", headers={"Host": "evil.example"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    assert "evil" not in answer.text
    return etree.fromstring(answer.data)


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


def test_the_sitemap_lists_every_public_page_with_its_last_change(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", published=datetime(2026, 11, 1, 8, tzinfo=UTC))
    answer = client.get("/sitemap.xml", headers={"Host": "evil.example"})
    assert answer.mimetype == "application/xml"
    tree = etree.fromstring(answer.data)
    rows = {
        url.xpath("string(s:loc)", namespaces=SITEMAP): url.xpath("string(s:lastmod)", namespaces=SITEMAP)
        for url in tree.xpath("s:url", namespaces=SITEMAP)
    }
    assert rows == {
        f"{BASE_URL}/": "",
        f"{BASE_URL}/faq": "",
        f"{BASE_URL}/corrections": "",
        f"{BASE_URL}/articles/news": "2026-11-01T08:00:00+00:00",
    }
    assert {client.get(address.removeprefix(BASE_URL)).status_code for address in rows} == {200}


def test_samples_are_in_neither_where_others_could_read_them(
    client: FlaskClient, factory: Factory, app_with: Callable[..., Flask]
) -> None:
    factory.article("made-up", sample=True)
    factory.article("real")
    at_home = app_with(base_url="http://127.0.0.1:8000").test_client()
    for path in ("/feed.atom", "/sitemap.xml"):
        assert "real" in client.get(path).text
        assert "made-up" not in client.get(path).text
        assert "made-up" in at_home.get(path).text


def test_robots_are_kept_from_the_desk_and_from_receipts_and_shown_the_sitemap(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin", "Disallow: /receipts", "Disallow: /passes/"} <= set(lines)
    assert f"Sitemap: {BASE_URL}/sitemap.xml" in lines
