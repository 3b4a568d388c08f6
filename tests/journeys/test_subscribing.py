"""The newsletter asked for under an article, confirmed and left; and an editor's list, taken in and given out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.following.mailbox import page_in
from tests.journeys.conftest import Visitor, log_in
from tests.journeys.test_following import Paper, office, paper

__all__ = ["office", "paper"]


@pytest.fixture
def visitor(visit: Callable[..., Visitor], paper: Paper) -> Visitor:
    return visit(paper.site, javascript=False)


def test_a_reader_subscribes_under_an_article_and_leaves_and_an_editor_brings_others(
    paper: Paper, visitor: Visitor
) -> None:
    paper.factory.article("news")
    reader: Page = visitor.page
    reader.goto("/articles/news")
    reader.get_by_label("Mail it to").fill("ann@example.org")
    reader.get_by_role("button", name="Subscribe").click()
    expect(reader.get_by_role("heading", name="Look into your mail")).to_be_visible()

    reader.goto(page_in(paper.letter(1)))
    reader.get_by_role("button", name="Confirm").click()
    expect(reader.get_by_role("heading", name="Mailed to you")).to_be_visible()
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Download what we keep of this address").click()
    assert "Our newsletter by e-mail." in download.value.path().read_text()
    reader.locator("a.stop").click()
    reader.get_by_role("button", name="Stop the letters").click()
    expect(reader.get_by_text("no longer mailed to ann@example.org")).to_be_visible()
    assert visitor.context.cookies() == []

    reader.goto("/admin/newsletter/imports/new")
    log_in(reader, paper.editor)
    content = b"email\nben@example.org\nann@example.org\nnonsense\n"
    reader.get_by_label("The file").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    reader.get_by_label("What proves that they asked for it").fill("They signed a list at the fair.")
    reader.get_by_role("button", name="Read the file").click()
    expect(reader.get_by_text("Line 4: no address that mail can go to")).to_be_visible()
    reader.get_by_role("button", name="Subscribe 1 reader").click()
    for _look in range(20):
        if reader.get_by_text("Done: 1 reader is subscribed.").is_visible():
            break
        reader.get_by_role("link", name="Look again").click()
        reader.wait_for_timeout(250)
    reader.get_by_role("link", name="All subscribers").click()
    expect(reader.get_by_role("link", name="Unsubscribed 1")).to_be_visible()
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Export as CSV").click()
    assert "ben@example.org,confirmed" in download.value.path().read_text()
