"""The sitemaps, checked by what their protocols ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from app.articles.models import Article, Series
from app.core.db import transaction
from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.standing.conftest import form_of, save, write

FIXED = ["/", "/archive", "/tags", "/authors", "/faq", "/corrections", "/house-rules", "/moderation-report"]
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}
# From https://www.sitemaps.org/protocol.html and
# https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
SITEMAP = etree.XMLSchema(
    etree.fromstring(
        """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
           targetNamespace="http://www.sitemaps.org/schemas/sitemap/0.9"
           xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <xs:element name="urlset"><xs:complexType><xs:sequence>
    <xs:element name="url" minOccurs="0" maxOccurs="50000"><xs:complexType><xs:sequence>
      <xs:element name="loc" type="address"/>
      <xs:element name="lastmod" type="moment" minOccurs="0"/>
      <xs:any namespace="##other" processContents="skip" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="sitemapindex"><xs:complexType><xs:sequence>
    <xs:element name="sitemap" maxOccurs="50000"><xs:complexType><xs:sequence>
      <xs:element name="loc" type="address"/>
      <xs:element name="lastmod" type="moment" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:simpleType name="address"><xs:restriction base="xs:anyURI">
    <xs:minLength value="12"/><xs:maxLength value="2048"/><xs:pattern value="https?://.*"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="moment"><xs:union memberTypes="xs:date xs:dateTime"/></xs:simpleType>
</xs:schema>"""
    )
)
NEWS = etree.XMLSchema(
    etree.fromstring(
        """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
           targetNamespace="http://www.google.com/schemas/sitemap-news/0.9">
  <xs:element name="news"><xs:complexType><xs:sequence>
    <xs:element name="publication"><xs:complexType><xs:sequence>
      <xs:element name="name" type="xs:token"/>
      <xs:element name="language"><xs:simpleType><xs:restriction base="xs:string">
        <xs:pattern value="zh-cn|zh-tw|[a-z]{2,3}"/>
      </xs:restriction></xs:simpleType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="publication_date"><xs:simpleType>
      <xs:union memberTypes="xs:date xs:dateTime"/>
    </xs:simpleType></xs:element>
    <xs:element name="title" type="xs:token"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
    )
)


def sitemap(client: FlaskClient, path: str) -> Any:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    tree = etree.fromstring(answer.data)
    SITEMAP.assertValid(tree)
    for news in tree.xpath("//n:news", namespaces=NAMES):
        NEWS.assertValid(news)
    return tree


def listed(client: FlaskClient, path: str) -> dict[str, str]:
    """Date of the last change, '' for none, by path of this site."""
    rows = {}
    for part in sitemap(client, path).xpath("s:url | s:sitemap", namespaces=NAMES):
        address, changed = (part.xpath(f"string(s:{name})", namespaces=NAMES) for name in ("loc", "lastmod"))
        assert address.startswith(f"{BASE_URL}/")
        rows[address.removeprefix(BASE_URL)] = changed
    return rows


def test_the_index_leads_to_every_public_page_with_its_last_change(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.described("rosa-martin")
    factory.described("bridges", Series)
    lists = {"tags": ["Río"], "authors": ["rosa-martin"], "series": "bridges"}
    for slug, day in {"news": datetime(2026, 11, 1, 8, tzinfo=UTC), "later": datetime(2026, 12, 1, tzinfo=UTC)}.items():
        factory.article(slug, published=day, **lists)  # type: ignore[arg-type]
    factory.article("made-up", sample=True, tags=["Sample"])
    write(browser, "about")
    write(browser, "draft", state="draft")
    index = listed(client, "/sitemap.xml")
    assert index == {"/sitemaps/pages.xml": "", "/sitemaps/articles-1.xml": "2026-11-01T08:00:00+00:00"}
    pages = {path: changed for part in index for path, changed in listed(client, part).items()}
    assert pages == {
        **dict.fromkeys(FIXED, ""),
        "/about": "2026-11-20T10:00:00+00:00",
        **dict.fromkeys(["/tags/r%C3%ADo", "/authors/rosa-martin", "/series/bridges"], "2026-11-01T08:00:00+00:00"),
        "/articles/news": "2026-11-01T08:00:00+00:00",
    }
    assert {client.get(path).status_code for path in pages} == {200}
    save(browser, form_of(browser), slug="who-we-are")
    assert "/who-we-are" in listed(client, "/sitemaps/pages.xml")


def test_articles_are_split_into_parts_of_fifty_thousand_that_stay_as_they_are(
    client: FlaskClient, factory: Factory
) -> None:
    first = factory.article("article-1", published=datetime(2026, 11, 1, tzinfo=UTC))
    with factory.app.app_context(), transaction() as session:
        row = session.get_one(Article, first)
        names = {one.key for one in sa.inspect(Article).column_attrs} - {"id", "uid", "slug", "published_at"}
        said = {name: getattr(row, name) for name in names}
        for day, number in enumerate([50_000, 50_001, 150_001], 2):
            at = datetime(2026, 11, day, tzinfo=UTC)
            session.add(Article(id=number, slug=f"article-{number}", published_at=at, **said))
    assert listed(client, "/sitemap.xml") == {
        "/sitemaps/pages.xml": "",
        "/sitemaps/articles-1.xml": "2026-11-02T00:00:00+00:00",
        "/sitemaps/articles-2.xml": "2026-11-03T00:00:00+00:00",
        "/sitemaps/articles-4.xml": "2026-11-04T00:00:00+00:00",
    }
    assert list(listed(client, "/sitemaps/articles-1.xml")) == ["/articles/article-1", "/articles/article-50000"]
    assert list(listed(client, "/sitemaps/articles-4.xml")) == ["/articles/article-150001"]
    assert client.get("/sitemaps/articles-3.xml").status_code == 404


def test_the_news_sitemap_holds_what_is_no_older_than_two_days_and_forgets_the_rest_by_itself(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    now = frozen_clock.time
    factory.article("old", published=now - timedelta(days=3))
    factory.article("news", published=now - timedelta(days=1, hours=23), title="Nine & ten")
    factory.article("newer", published=now - timedelta(hours=1))
    assert list(listed(client, "/sitemaps/news.xml")) == ["/articles/newer", "/articles/news"]
    (news, *_rest) = sitemap(client, "/sitemaps/news.xml").xpath("//n:news[n:title='Nine & ten']", namespaces=NAMES)
    assert news.xpath("string(.//n:name)", namespaces=NAMES) == "Broadsheet"
    assert news.xpath("string(.//n:publication_date)", namespaces=NAMES) == "2026-11-18T11:00:00+00:00"
    frozen_clock.advance(hours=1, seconds=1)
    assert list(listed(client, "/sitemaps/news.xml")) == ["/articles/newer"]
    frozen_clock.advance(days=2)
    assert list(listed(client, "/sitemaps/news.xml")) == []


@ON_SQLITE
def test_a_news_sitemap_names_its_language_as_asked(factory: Factory, app_with: Callable[..., Flask]) -> None:
    factory.article("news")
    for locale, language in {"pt-BR": "pt", "zh-Hant-TW": "zh-tw", "zh-Hans-CN": "zh-cn", "fil": "fil"}.items():
        tree = sitemap(app_with(locale=locale).test_client(), "/sitemaps/news.xml")
        assert tree.xpath("string(//n:language)", namespaces=NAMES) == language


@ON_SQLITE
def test_each_page_that_search_engines_may_keep_says_what_it_holds_and_its_one_address(
    app: Flask, client: FlaskClient
) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    paths = [rule.rule for rule in rules if not rule.rule.startswith("/admin")]
    answers = {path: answer for path in paths if (answer := client.get(path)).mimetype == "text/html"}
    pages = {path: Page(answer) for path, answer in answers.items() if answer.status_code == 200}
    kept = {path: page for path, page in pages.items() if not page.find("//meta[@name='robots']")}
    assert {*FIXED, "/newsletter", "/newsletter/issues", "/passes"} == set(kept)
    for path, page in kept.items():
        assert page.attribute("//meta[@name='description']", "content"), path
        assert page.attribute("//link[@rel='canonical']", "href") == BASE_URL + path
