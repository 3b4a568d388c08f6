"""An article's page: what its head tells, and what all readers' pages have in common."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.articles.models import Article
from app.core.db import transaction
from tests.conftest import BASE_URL
from tests.factories import Factory
from tests.pages import Page

URL = f"{BASE_URL}/articles/news"


def meta(page: Page, name: str) -> str:
    return page.attribute(f"//meta[@property='{name}' or @name='{name}']", "content")


def json_ld(page: Page) -> dict[str, Any]:
    """The described things by their type."""
    (script,) = page.find("//script[@type='application/ld+json']")
    assert not set("<>&") & set(script.text)
    document = json.loads(script.text)
    assert document["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in document["@graph"]}


def test_the_head_names_the_article_and_its_one_address(client: FlaskClient, factory: Factory) -> None:
    factory.article(
        "news", title='Nine "new" <bridges>', standfirst="A & B", published=datetime(2026, 11, 1, 8, tzinfo=UTC)
    )
    page = Page(client.get("/articles/news", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}))
    assert page.text("//title") == 'Nine "new" <bridges> — Broadsheet'
    assert page.attribute("//link[@rel='canonical']", "href") == URL
    assert meta(page, "og:url") == URL
    assert meta(page, "og:type") == "article"
    assert meta(page, "og:title") == 'Nine "new" <bridges>'
    assert meta(page, "og:description") == meta(page, "description") == "A & B"
    assert meta(page, "article:published_time") == "2026-11-01T08:00:00+00:00"
    feeds = [link.get("href") for link in page.find("//link[@rel='alternate']")]
    assert feeds == ["/feed.atom", "/articles/news/comments.atom"]
    assert "evil" not in page.answer.text
    assert not page.find("//meta[@name='robots']")


def test_search_engines_are_told_of_the_article_and_its_questions(client: FlaskClient, factory: Factory) -> None:
    article = factory.article(
        "news",
        "Five words stand here now.\n",
        title="Nine </script><script>alert(1)</script> & <!-- bridges",
        byline="Rosa Martin",
        published=datetime(2026, 11, 1, 8, tzinfo=UTC),
        tags=["City", "River"],
        sources=[{"publisher": "Archive", "title": "Plans"}, {"publisher": "Builder"}],
        faq=[{"question": "How many?", "answer": "*Nine* & more.\n\nAnd a tenth."}],
    )
    factory.published(article, editor=factory.editor())
    page = Page(client.get("/articles/news"))
    assert len(page.find("//script[not(@src)]")) == 1
    things = json_ld(page)
    news, questions = things["NewsArticle"], things["FAQPage"]
    assert news["headline"] == "Nine </script><script>alert(1)</script> & <!-- bridges"
    assert news["mainEntityOfPage"] == news["url"] == URL
    assert (news["datePublished"], news["dateModified"]) == ("2026-11-01T08:00:00+00:00",) * 2
    assert news["author"] == [{"@type": "Person", "name": "Rosa Martin"}]
    assert news["publisher"]["name"] == "Broadsheet"
    assert news["keywords"] == ["City", "River"]
    assert (news["wordCount"], news["commentCount"]) == (5, 1)
    assert news["citation"] == ["Archive, Plans", "Builder"]
    (question,) = questions["mainEntity"]
    assert question["name"] == "How many?"
    assert question["acceptedAnswer"]["text"] == "Nine & more.\nAnd a tenth."
    assert page.find(f"//*[@id='{question['url'].partition('#')[2]}']")


def test_an_article_without_questions_is_no_faq_page(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert list(json_ld(Page(client.get("/articles/news")))) == ["NewsArticle", "BreadcrumbList"]


def test_an_update_is_said_below_the_headline_and_in_the_head(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    article = factory.article("news", published=datetime(2026, 11, 1, tzinfo=UTC))
    with app.app_context(), transaction() as session:
        session.get_one(Article, article).updated_at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    page = Page(client.get("/articles/news"))
    assert page.text("//header//*[@class='slip']") == "Updated 3 November 2026."
    assert meta(page, "article:modified_time") == "2026-11-03T09:00:00+00:00"
    assert json_ld(page)["NewsArticle"]["dateModified"] == "2026-11-03T09:00:00+00:00"


def test_a_longer_article_has_a_table_of_its_sections(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", "## One\n\na\n\n## Two & more\n\nb\n\n## Three\n\nc\n")
    page = Page(client.get("/articles/news"))
    assert page.texts("//nav[@class='contents']//li") == ["One", "Two & more", "Three"]
    for link in page.find("//nav[@class='contents']//a"):
        assert page.find(f"//h2[@id='{link.get('href')[1:]}']")
    factory.article("short", "## One\n\na\n\n## Two\n\nb\n")
    assert not Page(client.get("/articles/short")).find("//nav[@class='contents']")


def test_the_form_below_the_article_works_as_it_stands(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    page = Page(client.get("/articles/news"))
    form = "//form[@id='comment-form']"
    names = {element.get("name") for element in page.find(f"{form}//*[@name]")}
    assert names >= {"name", "email", "body"}
    assert "csrf_token" not in names
    answer = client.post(
        page.attribute(form, "action"), data=dict.fromkeys(names, "") | {"name": "Ann", "body": "A sound point."}
    )
    assert answer.status_code == 303
    for element in page.find(f"{form}//*[self::input or self::textarea][not(@type='hidden')]"):
        assert page.find(f"//label[@for='{element.get('id')}']")


def test_no_readers_page_sets_a_cookie_or_looks_at_one(client: FlaskClient, factory: Factory) -> None:
    article = factory.article("news", faq=[{"question": "Why?", "answer": "So."}])
    editor = factory.editor()
    comment = factory.published(article, editor=editor)
    _waiting, token = factory.comment(article)
    stylesheet = Page(client.get("/")).attribute("//link[@rel='stylesheet']", "href")
    with factory.logged_in(editor).session_transaction(path="/admin/") as session:
        editors_cookie = session["token"]
    paths = ["/", "/articles/news", "/faq", "/feed.atom", "/sitemap.xml", "/robots.txt", f"/receipts/{token}"]
    paths += [f"/comments/{comment}", f"/comments/{comment}/reply", stylesheet, "/nothing/here"]
    for path in paths:
        plain = client.get(path)
        cookies = {"Cookie": f"broadsheet={editors_cookie}; session=abc; other=1"}
        with_cookies = factory.app.test_client(use_cookies=False).get(path, headers=cookies)
        for answer in (plain, with_cookies):
            assert "Set-Cookie" not in answer.headers, path
            assert "cookie" not in answer.headers.get("Vary", "").lower(), path
        assert with_cookies.data == plain.data, path
        assert dict(with_cookies.headers) == dict(plain.headers), path
