"""Finding: from the front page to the archive, and from an article to all that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from app.articles.models import Series
from app.core import clock
from tests.journeys.conftest import Town, Visitor


def test_a_reader_without_javascript_finds_an_old_article_and_what_belongs_to_it(
    visit: Callable[..., Visitor], town: Town
) -> None:
    factory, now = town.factory, clock.now()
    factory.described("rosa-martin", text="Writes on *rivers*.\n")
    factory.described("bridges", Series, name="Nine bridges")
    named: dict[str, Any] = {"authors": ["rosa-martin"], "series": "bridges", "tags": ["City Hall"]}
    for number, title in enumerate(("The first span", "Who pays", "A question of stone"), 1):
        published = now - timedelta(days=400 * (4 - number))
        factory.article(f"part-{number}", title=title, byline=None, published=published, **named)
    for number in range(20):
        factory.article(f"filler-{number}", title=f"Filler {number}")
    page = visit(town.site, javascript=False).page
    page.goto("/")
    expect(page.get_by_role("link", name="Who pays")).to_have_count(0)
    page.get_by_role("link", name="Older articles").click()
    page.get_by_role("link", name=f"{now - timedelta(days=800):%B %Y}").click()
    page.get_by_role("link", name="Who pays").click()
    expect(page.get_by_text("Part 2 of Nine bridges")).to_be_visible()
    page.get_by_role("link", name="Next part: A question of stone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A question of stone")
    page.get_by_role("link", name="Nine bridges").click()
    expect(page.get_by_role("article")).to_have_count(3)
    page.get_by_role("link", name="The first span").click()
    page.get_by_role("link", name="City Hall").click()
    expect(page.get_by_role("article").first).to_contain_text("A question of stone")
    page.get_by_role("link", name="Who pays").click()
    page.locator(".story-head").get_by_role("link", name="Rosa Martin").click()
    expect(page.get_by_text("Writes on rivers.")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(3)
