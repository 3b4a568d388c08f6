"""An article's page is put together from a frame, which is kept, and what changes with each comment."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.correcting import correct
from app.core.db import transaction
from app.core.frames import FRAMES
from app.core.markup import render_article
from app.site import editing
from app.site.models import Site
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.reading.test_query_counts import counted


@pytest.fixture
def rendered(app: Flask) -> Iterator[list[str | None]]:
    """The names of the templates that were rendered."""
    names: list[str | None] = []

    def hear(_sender: Flask, template: object, **_context: object) -> None:
        names.append(getattr(template, "name", None))

    with template_rendered.connected_to(hear, app):
        yield names


def counts(page: Page) -> tuple[str, list[str], int]:
    """How many comments the head of the article, the head of the thread and the structured data speak of."""
    (script,) = page.find("//script[@type='application/ld+json']")
    news = json.loads(script.text)["@graph"][0]
    head = page.text("//a[@href='#comments']")
    return head, page.texts("//h2[@id='comments']/*[@class='count']"), news["commentCount"]


def test_a_new_comment_shows_everywhere_without_the_article_being_rendered_again(
    client: FlaskClient, factory: Factory, edith: Identity, rendered: list[str | None]
) -> None:
    article = factory.article("news", related=["other"])
    factory.article("other", related=["news"])
    assert counts(Page(client.get("/articles/news"))) == ("No comments yet", [], 0)
    assert "1 comment" not in client.get("/articles/other").text
    rendered.clear()
    for number in (1, 2):
        comment = factory.published(article, f"Letter {number}.", editor=edith)
        page = Page(client.get("/articles/news"))
        words = f"{number} comment" + "s" * (number > 1)
        assert counts(page) == (words, [str(number)], number)
        assert page.text(f"//*[@id='comment-{comment}']/*[@class='words']") == f"Letter {number}."
        assert words in Page(client.get("/articles/other")).text("//*[@class='rows']")
    factory.decide(edith, comment, "reject")
    assert counts(Page(client.get("/articles/news"))) == ("1 comment", ["1"], 1)
    assert rendered == []


@ON_SQLITE
def test_after_a_new_comment_a_page_asks_for_numbers_and_the_thread_and_nothing_more(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    article = factory.article("news", tags=["A"], related=["other"])
    factory.article("other", tags=["A"])
    client.get("/articles/news")
    factory.published(article, editor=edith)
    with counted(app) as statements:
        assert client.get("/articles/news").status_code == 200
    tables = [statement.partition("FROM ")[2].split()[0] for statement in statements]
    assert sorted(tables) == ["articles", "comments", "revisions"]


def test_every_page_of_a_thread_stands_in_the_same_frame(
    client: FlaskClient, factory: Factory, edith: Identity, rendered: list[str | None]
) -> None:
    article = factory.article("news")
    ids = factory.published_many(article, [None] * 3, editor=edith)
    first = Page(client.get("/articles/news"))
    later = Page(client.get(f"/articles/news?from={ids[1]:08x}"))
    assert rendered.count("reading/article.html") == 1
    shown = [[element.get("id") for element in page.find("//article[@id]")] for page in (first, later)]
    assert shown == [[f"comment-{one}" for one in ids], [f"comment-{one}" for one in ids[1:]]]
    assert later.link("//a[@rel='prev']") == "/articles/news#comments"


def test_another_text_or_another_article_makes_the_frame_anew(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", "The first text.\n")
    assert "The first text." in client.get("/articles/news").text
    factory.article("news", "The second text.\n", related=["other"])
    assert "The second text." in client.get("/articles/news").text
    factory.article("other", title="About the other")
    assert "About the other" in client.get("/articles/news").text


def test_what_editors_set_makes_every_frame_anew(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    factory.article("news")
    assert Page(client.get("/articles/news")).find("//form[@id='comment-form']")
    with app.app_context(), transaction() as session:
        editing.pause(session, edith, "The court sits.")
    page = Page(client.get("/articles/news"))
    assert not page.find("//form[@id='comment-form']")
    assert "The court sits." in page.text()


def test_a_frame_ends_when_its_article_closes_by_itself(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("news", published=frozen_clock.time)
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(close_after_days=2))
    frozen_clock.advance(days=1)
    assert Page(client.get("/articles/news")).find("//form[@id='comment-form']")
    # The frame outlives this change, and has to know its end by itself.
    factory.published(article, editor=edith)
    assert Page(client.get("/articles/news")).find("//form[@id='comment-form']")
    frozen_clock.advance(days=1)
    assert not Page(client.get("/articles/news")).find("//form[@id='comment-form']")


def test_a_correction_leads_to_the_comment_that_found_the_error_only_while_it_is_published(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    article = factory.article("news")
    comment = factory.published(article, editor=edith)
    with app.app_context(), transaction() as session:
        markup = render_article("Nine.", {})
        correct(session, article, actor=edith.actor, text="Nine.", markup=markup, found_in_id=comment)
    link = f"//*[@class='story-head']//a[contains(@href, '{comment}')]"
    client.get("/articles/news")
    # Made anew with its thread alone.
    factory.published(article, editor=edith)
    assert Page(client.get("/articles/news")).find(link)
    factory.decide(edith, comment, "reject")
    assert not Page(client.get("/articles/news")).find(link)


def test_frames_are_kept_up_to_a_number(app: Flask, client: FlaskClient, factory: Factory) -> None:
    for number in range(FRAMES + 3):
        factory.article(f"article-{number}")
    for number in range(FRAMES + 3):
        client.get(f"/articles/article-{number}")
    assert len(app.extensions["frames"]) == FRAMES
    client.get("/articles/nothing-here")
    assert len(app.extensions["frames"]) == FRAMES


def test_a_title_that_looks_like_the_place_of_a_number_stays_a_title(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    title = 'It said "commentCount": 0, and {{ slot }}'
    factory.published(factory.article("news", title=title), editor=edith)
    page = Page(client.get("/articles/news"))
    (script,) = page.find("//script[@type='application/ld+json']")
    assert json.loads(script.text)["@graph"][0]["headline"] == page.text("//h1") == title
    assert counts(page) == ("1 comment", ["1"], 1)
