"""What an article is like: found when it is saved, explained to its editor, followed in the background."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.articles.models import Article, ArticleWord, RelatedArticle
from app.core.db import transaction
from app.core.jobs import Job
from tests.factories import Factory, send_form
from tests.pages import Page

RIVERS = "The harbour bridge was closed. A harbour pilot found the bridge; the harbour stays closed, and the bridge.\n"
WHALES = "Singing whales.\n"


def related(client: FlaskClient, slug: str) -> list[str]:
    links = Page(client.get(f"/articles/{slug}")).find("//section[contains(@class, 'related')]//h3/a")
    return [str(link.get("href")).removeprefix("/articles/") for link in links]


def work_off(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["jobs", "run", "--once"]).exit_code == 0


def fill(factory: Factory) -> None:
    """Sixteen articles of which three share something with the first, which is the oldest."""
    days = {"news": ["A"], "tagged": ["A"], "worded": [], "both": ["A"], **{f"other-{n}": [] for n in range(12)}}
    for day, (slug, tags) in enumerate(days.items(), 1):
        body = RIVERS if slug in {"news", "worded", "both"} else WHALES
        title = "Pilot stranded" if slug in {"news", "both"} else f"No {slug}"
        published = datetime(2026, 11, day, tzinfo=UTC)
        factory.article(slug, body, title=title, standfirst="So.", tags=tags, published=published)


def test_an_article_leads_to_those_that_share_its_tags_and_words_and_its_editor_reads_why(
    app: Flask, browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    fill(factory)
    work_off(app)
    assert related(client, "news") == ["both", "tagged", "worded"]
    reasons = Page(browser.get("/admin/articles/1/edit")).texts("//*[@id='alike']//li")
    assert reasons == [
        "Pilot stranded Same tags: A. Shared words: bridge, harbour, pilot, stranded.",
        "No tagged Same tags: A.",
        "No worded Shared words: bridge, harbour.",
    ]


def test_those_that_are_like_a_changed_article_follow_in_the_background(
    app: Flask, browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    fill(factory)
    work_off(app)
    factory.article("late", RIVERS, title="Pilot stranded again", tags=["A"], standfirst="So.")
    work_off(app)
    assert related(client, "news") == ["late", "both", "tagged"]
    factory.article("late", WHALES, title="No late", tags=[], standfirst="So.")
    work_off(app)
    assert related(client, "news") == ["both", "tagged", "worded"]
    send_form(browser, "/admin/articles/4/withdraw", {"reason": "A court."})
    assert related(client, "news")[:2] == ["tagged", "worded"]
    assert factory.ask(sa.select(Job.kind).where(Job.error.is_not(None))) == []


def test_articles_from_before_there_were_such_lists_are_gone_through_once(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    fill(factory)
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(RelatedArticle))
        session.execute(sa.delete(ArticleWord))
        session.execute(sa.update(Article).values(words_version=0))
    assert related(client, "news") == ["other-11", "other-10", "other-9"]
    work_off(app)
    assert related(client, "news") == ["both", "tagged", "worded"]
    assert set(factory.ask(sa.select(Article.words_version))) == {1}
