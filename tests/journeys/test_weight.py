"""What a reader's article page costs a browser that has never been here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.articles.models import Article
from tests.journeys.conftest import Town, Visitor

SAMPLE = "/articles/trump-anthropic-national-security"


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
