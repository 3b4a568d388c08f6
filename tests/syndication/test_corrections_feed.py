"""The feed of corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from lxml import etree, html

from app.accounts.queries import Identity
from app.articles.crediting import credit
from app.core.db import transaction
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.reading.test_corrections_page import corrected
from tests.syndication.test_feed import ATOM, only


def feed_of(client: FlaskClient) -> Any:
    answer = client.get("/corrections.atom", headers={"Host": "evil.example"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    assert "evil" not in answer.text
    return etree.fromstring(answer.data)


def test_the_feed_has_what_rfc_4287_requires(
    client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    """Sections 4.1.1 and 4.1.2: one id, title and updated each; an author; a link to itself and to the page."""
    comment = factory.published(factory.article("news", title="Nine <bridges>"), editor=edith)
    corrected(factory, "news", "First.")
    frozen_clock.advance(days=1)
    newest = corrected(factory, "news", "*Second* & last ]]>.", comment)
    with factory.app.app_context(), transaction() as session:
        credit(session, comment, "Ann Reader")
    feed = feed_of(client)
    assert only(feed, "a:id/text()") == f"{BASE_URL}/corrections"
    assert only(feed, "a:title/text()") == "Broadsheet: corrections"
    assert only(feed, "a:author/a:name/text()") == "Broadsheet"
    assert only(feed, "a:link[@rel='self']/@href") == f"{BASE_URL}/corrections.atom"
    assert only(feed, "a:link[@rel='alternate']/@href") == f"{BASE_URL}/corrections"
    assert only(feed, "a:updated/text()") == "2026-11-21T10:00:00+00:00"
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert len({only(entry, "a:id/text()") for entry in entries}) == 2
    for entry in entries:
        assert only(entry, "a:title/text()") == "Nine <bridges>"
        assert datetime.fromisoformat(only(entry, "a:updated/text()")).tzinfo is not None
    assert only(entries[0], "a:link[@rel='alternate']/@href") == f"{BASE_URL}/articles/news#correction-{newest}"
    assert only(entries[0], "a:contributor/a:name/text()") == "Ann Reader"
    assert not entries[1].xpath("a:contributor", namespaces=ATOM)
    paragraph = html.fragment_fromstring(only(entries[0], "a:content[@type='html']/text()"))
    assert paragraph.text_content().strip() == "Second & last ]]>."
    assert paragraph.xpath("em")


def test_an_empty_feed_is_a_feed(client: FlaskClient) -> None:
    assert feed_of(client).xpath("a:entry", namespaces=ATOM) == []


def test_the_feed_holds_the_twenty_newest(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    ids = [corrected(factory, "news", f"Number {number}.") for number in range(22)]
    links = feed_of(client).xpath("a:entry/a:link/@href", namespaces=ATOM)
    assert links == [f"{BASE_URL}/articles/news#correction-{one}" for one in ids[:1:-1]]
