"""Reading: from the front page to an article, its questions and its video."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import SLUGS, Town, Visitor
from tests.serving.site import flask

VIDEO = """---
title: A talk on film
slug: a-talk
byline: Chief Editor
standfirst: In short.
---
Some text.

::: video
title: A talk on the bridge
publisher: A channel
url: https://www.youtube.com/watch?v=AbCdEfGhIjK
:::
"""
WATCH = "https://www.youtube.com/watch?v=AbCdEfGhIjK"
PLAYER = "https://www.youtube-nocookie.com/embed/AbCdEfGhIjK"


def test_a_reader_goes_from_the_front_page_to_an_article_and_its_questions(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("link", name="Trump says he has stopped seeing Anthropic as a threat").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Trump says he has stopped seeing Anthropic as a threat to national security"
    )
    assert reader.locator(".figure [role=img]").count() == 2
    expect(reader.get_by_text("Did you know?")).to_be_visible()
    expect(reader.get_by_role("heading", name="Which of Anthropic’s models was the dispute about?")).to_be_visible()
    expect(reader.get_by_text("Two: Fable 5 and Mythos 5.")).to_be_visible()
    related = reader.get_by_role("region", name="You may also like")
    related.get_by_role("link").first.click()
    expect(reader.get_by_role("region", name="Leave a comment")).to_be_visible()


def test_the_questions_page_opens_an_answer_on_request_and_leads_to_its_article(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("link", name="Questions", exact=True).click()
    answer = reader.get_by_text("Two: Fable 5 and Mythos 5.")
    expect(answer).to_be_hidden()
    reader.get_by_text("Which of Anthropic’s models was the dispute about?").click()
    expect(answer).to_be_visible()
    reader.locator("details[open]").get_by_role("link", name="In the article").click()
    expect(reader.locator(".answer:target")).to_contain_text("Two: Fable 5 and Mythos 5.")


def test_a_link_to_an_answer_on_the_questions_page_opens_it(reader: Page, town: Town) -> None:
    questions = [{"question": f"Question {number}?", "answer": f"Answer {number}."} for number in range(3)]
    town.factory.article("asked", faq=questions)
    reader.goto("/faq")
    anchor = reader.locator(".answer", has_text="Answer 1.").get_attribute("id")
    reader.goto("about:blank")
    reader.goto(f"/faq#{anchor}")
    expect(reader.get_by_text("Answer 1.")).to_be_visible()
    expect(reader.get_by_text("Answer 0.")).to_be_hidden()


@pytest.fixture
def talk(town: Town) -> str:
    """The path of an article with a video, loaded as an editor would."""
    file = town.site.instance / "a-talk.md"
    file.write_text(VIDEO, encoding="utf-8")
    loaded = flask(town.site.instance, "articles", "load", "--force", str(file))
    assert loaded.returncode == 0, loaded.stderr
    return "/articles/a-talk"


def answer_in_their_place(visitor: Visitor) -> list[str]:
    """Answers for every other site; returns what was asked of them, which then does not count against the visitor."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        visitor.requested.remove(route.request.url)
        route.fulfill(body="<p>The other site</p>", content_type="text/html")

    visitor.context.route(lambda url: visitor.home not in url, answer)
    return asked


def test_a_video_plays_in_its_place_once_it_is_clicked_and_asks_nobody_before(
    visit: Callable[..., Visitor], town: Town, talk: str
) -> None:
    visitor = visit(town.site)
    asked = answer_in_their_place(visitor)
    visitor.page.goto(talk, wait_until="networkidle")
    assert asked == []
    assert visitor.page.locator("iframe").count() == 0
    visitor.page.get_by_role("link", name="A talk on the bridge").click()
    expect(visitor.page.locator("iframe")).to_have_attribute("src", PLAYER)
    expect(visitor.page.frame_locator("iframe").get_by_text("The other site")).to_be_visible()
    assert asked == [PLAYER]
    assert visitor.page.url.endswith(talk)


def test_without_javascript_a_video_is_a_plain_link(visit: Callable[..., Visitor], town: Town, talk: str) -> None:
    visitor = visit(town.site, javascript=False)
    asked = answer_in_their_place(visitor)
    visitor.page.goto(talk, wait_until="networkidle")
    assert asked == []
    visitor.page.get_by_role("link", name="A talk on the bridge").click()
    assert visitor.page.url == WATCH
    assert asked == [WATCH]


def test_only_an_article_with_a_video_lets_its_player_into_a_frame(reader: Page, talk: str) -> None:
    policies = [reader.goto(path).headers["content-security-policy"] for path in [talk, "/articles/frontier-model"]]  # type: ignore[union-attr]
    assert "frame-src https://www.youtube-nocookie.com;" in policies[0]
    assert "frame-src 'none';" in policies[1]


def test_a_column_of_numbers_stands_to_the_right_where_its_writer_says_so(
    visit: Callable[..., Visitor], town: Town
) -> None:
    slug = next(SLUGS)
    town.factory.article(slug, "| Ticket | Price |\n| --- | ---: |\n| Car | 31 |\n")
    page = visit(town.site, javascript=False).page
    page.goto(f"/articles/{slug}")
    for cell, side in {"Car": "start", "31": "right"}.items():
        expect(page.get_by_role("cell", name=cell)).to_have_css("text-align", side)
    expect(page.get_by_role("columnheader", name="Price")).to_have_css("text-align", "right")
