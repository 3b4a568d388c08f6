"""The page of all corrections, and what search engines are told of them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.correcting import correct
from app.articles.crediting import credit
from app.articles.models import Article
from app.core.db import transaction
from app.core.markup import render_article
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.reading.test_article_page import json_ld

WORDS = "//*[contains(@class, 'correction')]/div"


def corrected(factory: Factory, slug: str, text: str, found_in: int | None = None) -> int:
    """Makes a correction and returns its id."""
    (article,) = factory.ask(sa.select(Article.id).where(Article.slug == slug))
    with factory.app.app_context(), transaction() as session:
        markup = render_article(text, {})
        made = correct(session, article, actor="editor:1", text=text, markup=markup, found_in_id=found_in)
        session.flush()
        return made.id


def test_without_corrections_the_page_says_so(client: FlaskClient) -> None:
    page = Page(client.get("/corrections"))
    assert "Nothing has been corrected yet." in page.text()
    assert page.link("//main//a") == "/"


def test_each_readers_page_leads_there(client: FlaskClient) -> None:
    assert Page(client.get("/")).find("//footer//a[@href='/corrections']")


def test_every_correction_leads_to_its_place_in_the_article(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", title="Nine bridges")
    correction = corrected(factory, "news", "*Nine*, not ten.")
    page = Page(client.get("/corrections"))
    assert page.text("//h2") == "Nine bridges"
    assert page.link("//h2/a") == f"/articles/news#correction-{correction}"
    assert page.text("//*[contains(@class, 'correction')]") == "Corrected 20 November 2026 Nine, not ten."
    assert page.find(f"{WORDS}//em")
    assert Page(client.get("/articles/news")).find(f"//*[@id='correction-{correction}']")


def test_following_the_links_finds_every_correction_once_the_newest_first(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news")
    factory.article("other")
    for number in range(45):
        # Some share their moment, so that their ids tell them apart.
        frozen_clock.advance(minutes=number % 3)
        corrected(factory, ("news", "other")[number % 2], f"Number {number}.")
    pages = [Page(client.get("/corrections"))]
    while older := pages[-1].link("//a[@rel='next']"):
        pages.append(Page(client.get(older)))
    assert [len(page.find(WORDS)) for page in pages] == [20, 20, 5]
    assert [words for page in pages for words in page.texts(WORDS)] == [f"Number {n}." for n in range(44, -1, -1)]
    assert {page.link("//a[@rel='prev']") for page in pages[1:]} == {"/corrections"}


def test_a_page_after_what_is_no_correction_is_no_page(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    corrected(factory, "news", "Nine.")
    for before in ("2", "x", "0", "9" * 30, "1;"):
        assert client.get("/corrections", query_string={"before": before}).status_code == 404, before


def test_the_page_is_made_anew_with_each_correction_and_with_what_becomes_of_its_comment(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), author="Ann Reader", editor=edith)
    assert not Page(client.get("/corrections")).find(WORDS)
    corrected(factory, "news", "Nine.", comment)
    page = Page(client.get("/corrections"))
    assert page.text("//*[contains(@class, 'owed')]") == "Found by a reader"
    assert page.link("//*[contains(@class, 'owed')]/a") == f"/comments/{comment}"
    with factory.app.app_context(), transaction() as session:
        credit(session, comment, "Ann Reader")
    assert Page(client.get("/corrections")).text("//*[contains(@class, 'owed')]") == "Found by Ann Reader"
    factory.decide(edith, comment, "reject")
    page = Page(client.get("/corrections"))
    assert page.text("//*[contains(@class, 'owed')]") == "Found by Ann Reader"
    assert not page.find("//*[contains(@class, 'owed')]/a")
    factory.article("news", title="Another title")
    assert Page(client.get("/corrections")).text("//h2") == "Another title"


def test_a_correction_of_an_article_that_is_held_back_is_held_back_with_it(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news")
    correction = corrected(factory, "news", "Nine.")
    later = frozen_clock()
    frozen_clock.advance(hours=-1)
    factory.article("news", published=later)
    assert not Page(client.get("/corrections")).find(WORDS)
    assert client.get(f"/corrections?before={correction}").status_code == 404
    assert "Nine." not in client.get("/corrections.atom").text
    frozen_clock.advance(hours=2)
    assert Page(client.get("/corrections")).texts(WORDS) == ["Nine."]


def test_search_engines_are_told_what_was_corrected_and_when(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news")
    factory.article("whole")
    frozen_clock.advance(days=1)
    first = corrected(factory, "news", "*Nine* & not </script> ten.")
    page = Page(client.get("/articles/news"))
    news = json_ld(page)["NewsArticle"]
    assert news["correction"] == [
        {
            "@type": "CorrectionComment",
            "@id": f"{BASE_URL}/articles/news#correction-{first}",
            "url": f"{BASE_URL}/articles/news#correction-{first}",
            "datePublished": "2026-11-21T10:00:00+00:00",
            "text": "Nine & not </script> ten.",
        }
    ]
    assert news["dateModified"] == "2026-11-21T10:00:00+00:00"
    assert "correction" not in json_ld(Page(client.get("/articles/whole")))["NewsArticle"]


def test_nothing_is_told_of_corrections_of_samples(
    client: FlaskClient, factory: Factory, app_with: Callable[..., Flask]
) -> None:
    factory.article("made-up", sample=True)
    corrected(factory, "made-up", "Nine.")
    assert not Page(client.get("/articles/made-up")).find("//script[@type='application/ld+json']")
    assert "Nine." in client.get("/corrections").text
    assert "Nine." not in client.get("/corrections.atom").text
    at_home = app_with(base_url="http://127.0.0.1:8000").test_client()
    assert "Nine." in at_home.get("/corrections.atom").text
