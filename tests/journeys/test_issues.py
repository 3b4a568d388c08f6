"""An issue of the newsletter in the browser, with JavaScript and without: from its empty form to its readers."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Story, Town
from tests.newsletter.mailroom import subscribers
from tests.serving.site import wait_until


def outbox(town: Town) -> list[Path]:
    return list((town.site.instance / "outbox").glob("*.eml"))


def test_an_issue_is_written_looked_at_tested_and_sent(
    desk: Page, reader: Page, town: Town, story: Story, javascript: bool
) -> None:
    number = 1 if javascript else 2
    subscribers(town.factory.app, [f"ann{number}@example.org"])
    desk.get_by_role("link", name="Newsletter").click()
    desk.get_by_role("link", name="New issue").click()
    desk.get_by_label("Subject").fill(f"Issue {number}")
    desk.get_by_label("Text", exact=True).fill("Dear *reader*.")
    desk.get_by_label("Address of an article").fill(story.slug)
    desk.get_by_role("button", name="Add this article").click()
    expect(desk.get_by_label("Text", exact=True)).to_have_value("Dear *reader*.")
    with desk.context.expect_page() as opened:
        desk.get_by_role("button", name="Preview").click()
    expect(opened.value.get_by_role("heading", name=f"Issue {number}", level=1)).to_be_visible()
    expect(opened.value.get_by_role("link", name=story.title)).to_be_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("link", name="Test and send …").click()
    desk.get_by_role("button", name="Send the test").click()
    expect(desk.get_by_role("status")).to_have_text(f"A test is on its way to {town.editor.email}.")
    before = len(outbox(town))
    desk.get_by_role("button", name="Send it now to").click()
    expect(desk.get_by_role("progressbar")).to_be_visible()
    if not javascript:
        wait_until(lambda: len(outbox(town)) >= before + number, "the issue does not leave")

        def look_again() -> bool:
            desk.reload()
            return desk.get_by_role("button", name="Pause").count() == 0

        wait_until(look_again, "it is not told that all have left")
    expect(desk.get_by_text(f"Sent to {number} of {number}.")).to_be_visible(timeout=20_000)
    expect(desk.get_by_role("button", name="Pause")).to_have_count(0, timeout=20_000)
    reader.goto("/newsletter/issues")
    reader.get_by_role("link", name=f"Issue {number}").click()
    expect(reader.get_by_role("heading", name=f"Issue {number}", level=1)).to_be_visible()
    reader.get_by_role("link", name=story.title).click()
    expect(reader.get_by_role("heading", name=story.title, level=1)).to_be_visible()
