"""What is told of pages in JSON-LD, checked by what schema.org defines."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.core.db import transaction
from app.moderation import marking
from tests.conftest import BASE_URL
from tests.factories import Factory, send_form
from tests.pages import Page

URL = f"{BASE_URL}/articles/news"
# From https://schema.org/docs/: each type with the one that it is a kind of and, of its own properties, those that are
# used here with what they take.
TYPES: dict[str, tuple[str, dict[str, set[str]]]] = {
    "Thing": (
        "",
        {
            "name": {"Text"},
            "description": {"Text"},
            "url": {"URL"},
            "image": {"ImageObject", "URL"},
            "mainEntityOfPage": {"CreativeWork", "URL"},
            "potentialAction": {"Action"},
        },
    ),
    "CreativeWork": (
        "Thing",
        {
            "author": {"Organization", "Person"},
            "citation": {"CreativeWork", "Text"},
            "commentCount": {"Integer"},
            "correction": {"CorrectionComment", "Text", "URL"},
            "dateModified": {"Date", "DateTime"},
            "datePublished": {"Date", "DateTime"},
            "headline": {"Text"},
            "inLanguage": {"Language", "Text"},
            "isAccessibleForFree": {"Boolean"},
            "isPartOf": {"CreativeWork", "URL"},
            "keywords": {"DefinedTerm", "Text", "URL"},
            "mainEntity": {"Thing"},
            "publisher": {"Organization", "Person"},
            "text": {"Text"},
        },
    ),
    "Article": ("CreativeWork", {"wordCount": {"Integer"}}),
    "NewsArticle": ("Article", {}),
    "WebPage": ("CreativeWork", {}),
    "FAQPage": ("WebPage", {}),
    "WebSite": ("CreativeWork", {}),
    "Comment": ("CreativeWork", {"parentItem": {"Comment", "CreativeWork"}}),
    "CorrectionComment": ("Comment", {}),
    "Question": ("Comment", {"acceptedAnswer": {"Answer", "ItemList"}}),
    "Answer": ("Comment", {}),
    "ItemList": ("Thing", {"itemListElement": {"ListItem", "Text", "Thing"}}),
    "BreadcrumbList": ("ItemList", {}),
    "ListItem": ("Thing", {"item": {"Thing"}, "position": {"Integer", "Text"}}),
    "MediaObject": ("CreativeWork", {"width": {"Distance", "QuantitativeValue"}, "height": {"Distance"}}),
    "ImageObject": ("MediaObject", {}),
    "Organization": ("Thing", {}),
    "Person": ("Thing", {}),
    "Action": ("Thing", {"target": {"EntryPoint", "URL"}}),
    "SearchAction": ("Action", {"query-input": {"Text"}}),
    "EntryPoint": ("Thing", {"urlTemplate": {"Text"}}),
}


def kinds(name: str) -> list[str]:
    """The type, and all that it is a kind of."""
    return [name, *kinds(TYPES[name][0])] if name else []


def is_a(value: Any, expected: str) -> bool:
    if isinstance(value, dict):
        # A thing that is described elsewhere is named by its address alone.
        return expected in TYPES and (set(value) == {"@id"} or expected in kinds(value["@type"]))
    if isinstance(value, bool | int):
        return expected == {bool: "Boolean", int: "Integer"}[type(value)]
    if expected == "URL":
        return re.match(r"https?://[^\s]+$", value) is not None
    if expected == "DateTime":
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    return expected == "Text"


def check(node: dict[str, Any]) -> None:
    """Raises AssertionError for what schema.org knows nothing of, in the node and in all within it."""
    allowed = {name: expected for kind in kinds(node["@type"]) for name, expected in TYPES[kind][1].items()}
    for name, value in node.items():
        if name in {"@type", "@id", "@context"}:
            continue
        for one in value if isinstance(value, list) else [value]:
            assert any(is_a(one, expected) for expected in allowed[name]), (node["@type"], name, one)
            if isinstance(one, dict) and "@type" in one:
                check(one)


def described(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    """What the page tells, once it is checked."""
    (script,) = Page(client.get(path)).find("//script[@type='application/ld+json']")
    assert not set("<>&") & set(script.text)
    document = json.loads(script.text)
    assert document["@context"] == "https://schema.org"
    nodes: list[dict[str, Any]] = document.get("@graph", [document])
    for node in nodes:
        check(node)
    return nodes


def of(nodes: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes if node["@type"] == kind]


def test_all_that_is_told_of_an_article_is_what_schema_org_defines(
    browser: FlaskClient, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    factory.described("rosa-martin")
    factory.described("jo-li")
    article = factory.article(
        "news",
        tags=["City Hall", "River"],
        authors=["rosa-martin", "jo-li"],
        sources=[{"publisher": "Archive", "title": "Plans"}],
        faq=[{"question": "How many?", "answer": "*Nine* & more."}],
    )
    top = factory.published(article, "*One* </script> & <!--", author="Bo <b>", editor=edith)
    answer = factory.published(article, "Two.", parent_id=top, editor=edith)
    gone, receipt = factory.comment(article, "To be withdrawn.")
    factory.decide(edith, gone, "publish")
    below = factory.published(article, "Three.", parent_id=gone, editor=edith)
    client.post(f"/receipts/{receipt}/withdraw")
    factory.comment(article, "Waiting.")
    send_form(browser, "/admin/corrections/new?article=news", {"text": "Nine, not ten."})

    nodes = described(client, "/articles/news")
    (news,) = of(nodes, "NewsArticle")
    assert (news["commentCount"], news["inLanguage"], news["correction"][0]["text"]) == (3, "en", "Nine, not ten.")
    assert [(author["name"], author["url"]) for author in news["author"]] == [
        ("Rosa Martin", f"{BASE_URL}/authors/rosa-martin"),
        ("Jo Li", f"{BASE_URL}/authors/jo-li"),
    ]
    (crumbs,) = of(nodes, "BreadcrumbList")
    assert [(crumb["position"], crumb["name"], crumb["item"]["@id"]) for crumb in crumbs["itemListElement"]] == [
        (1, "Broadsheet", f"{BASE_URL}/"),
        (2, "City Hall", f"{BASE_URL}/tags/city-hall"),
        (3, "About news", URL),
    ]
    (questions,) = of(nodes, "FAQPage")
    assert questions["isPartOf"]["@id"] == news["@id"]
    comments = {node["@id"]: node for node in of(nodes, "Comment")}
    named = {number: f"{BASE_URL}/comments/{number}" for number in (top, answer, below)}
    assert set(comments) == set(named.values())
    first = comments[named[top]]
    assert first["author"]["name"] == "Bo <b>"
    assert first["datePublished"] == "2026-11-20T10:00:00+00:00"
    assert first["parentItem"]["@id"] == news["@id"]
    assert comments[named[answer]]["parentItem"]["@id"] == named[top]
    # What it answered is told nobody any more.
    assert comments[named[below]]["parentItem"]["@id"] == news["@id"]
    assert client.get(f"/comments/{top}").status_code == 302
    # What the page says is said twice of an editor's pick alone.
    assert not [node for node in comments.values() if "text" in node]
    with factory.app.app_context(), transaction() as session:
        marking.pick(session, edith, top, on=True)
    said = {node["@id"]: node["text"] for node in of(described(client, "/articles/news"), "Comment") if "text" in node}
    assert said == {named[top]: "One </script> & <!--"}

    factory.decide(edith, answer, "spam")
    assert len(of(described(client, "/articles/news"), "Comment")) == 2


def test_the_front_page_tells_of_the_site(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    (site,) = described(client, "/")
    assert (site["@type"], site["name"], site["url"]) == ("WebSite", "Broadsheet", f"{BASE_URL}/")
    address = site["potentialAction"]["target"]["urlTemplate"].replace("{search_term_string}", "Some+text")
    assert "About news" in Page(client.get(address.removeprefix(BASE_URL))).text()


def test_an_article_without_a_thread_tells_of_no_comments(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    factory.published(factory.article("news", comments="open"), editor=edith)
    factory.article("news", comments="off")
    assert of(described(client, "/articles/news"), "Comment") == []
