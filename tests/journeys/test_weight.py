"""What a reader's page costs a browser that has never been here, and that it stands still once it is painted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from app.articles.models import Article
from tests.images import encoded, picture
from tests.journeys.conftest import SLUGS, Town, Visitor
from tests.serving.site import wait_until

SAMPLE = "/articles/trump-anthropic-national-security"
LATE = re.compile(r"\.js$|/media/")
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
SHOWN = "[...document.images].every(image => image.complete && image.naturalWidth)"
SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => entry.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(("comments", "most_bytes"), [(0, 60_000), (100, 100_000)])
def test_an_article_page_is_light_and_asks_only_its_own_site(
    visit: Callable[..., Visitor], town: Town, comments: int, most_bytes: int
) -> None:
    article = town.factory.ask(sa.select(Article.id).where(Article.slug == SAMPLE.rpartition("/")[2]))[0]
    town.factory.published_many(article, [None] * comments, editor=town.editor)
    visitor = visit(town.site)
    transferred: list[float] = []
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: transferred.append(event["encodedDataLength"]))
    visitor.page.goto(SAMPLE, wait_until="networkidle")
    assert len(transferred) == len(visitor.requested)
    assert len(visitor.requested) <= 6
    assert sum(transferred) <= most_bytes


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_is_painted_before_its_scripts_and_pictures_are_there_and_then_stands_still(
    visit: Callable[..., Visitor], town: Town, width: int
) -> None:
    slug = next(SLUGS)
    town.factory.pictured(slug, encoded(picture(1200, 800)))
    page = visit(town.site).page
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    # No font comes at all: until it does, a page stands in the reader's own, and which those are is up to the machine.
    page.route("**/*.woff2", lambda _route: None)
    for path in ["/", f"/articles/{slug}"]:
        waiting = hold_back(page)
        page.goto(path, wait_until="commit")
        expect(page.get_by_role("link", name="House rules").first).to_be_visible()
        wait_until(lambda: page.evaluate(PAINTED), "the page is not painted")
        assert page.evaluate("document.images[0].complete") is False
        page.unroute(LATE)
        for route in waiting:
            route.continue_()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        wait_until(lambda: page.evaluate(SHOWN), "a picture is not shown")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("shifts") == []


def hold_back(page: Page) -> list[Route]:
    """Lets no script and no picture come; those that the page asks for gather in the list."""
    waiting: list[Route] = []

    def keep(route: Route) -> None:
        waiting.append(route)

    page.route(LATE, keep)
    return waiting
