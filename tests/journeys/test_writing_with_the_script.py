"""What the form's script adds to writing: marks, a live preview, rows in place, and text that is kept by itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from app.accounts.models import EditorSession
from app.core.db import transaction
from tests.images import encoded
from tests.journeys.conftest import Story, Town, Visitor, log_in

KEPT = "Not saved yet. Kept for you at"


@pytest.fixture
def visitor(visit: Callable[..., Visitor], town: Town, story: Story) -> Visitor:
    """An editor's browser, in which the form of the story is open."""
    visitor = visit(town.site)
    visitor.page.goto(f"/admin/articles/{story.id}/edit")
    log_in(visitor.page, town.editor)
    return visitor


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.page


def text_of(page: Page) -> Locator:
    return page.get_by_label("Text", exact=True)


def test_marks_are_set_and_taken_back_and_seen_as_readers_will_see_them(page: Page) -> None:
    text, frame = text_of(page), page.frame_locator(".live iframe")
    expect(frame.get_by_text("Some text.")).to_be_visible()
    text.fill("Nine bridges\nTen plans")

    def choose(words: str) -> None:
        text.evaluate("(t, w) => t.setSelectionRange(t.value.indexOf(w), t.value.indexOf(w) + w.length)", words)

    choose("Nine ")
    text.press("Control+b")
    expect(text).to_have_value("**Nine** bridges\nTen plans")
    text.press("Control+i")
    expect(text).to_have_value("***Nine*** bridges\nTen plans")
    text.press("Control+b")
    expect(text).to_have_value("*Nine* bridges\nTen plans")
    text.press("Control+z")
    expect(text).to_have_value("***Nine*** bridges\nTen plans")
    choose("bridges\nTen plans")
    page.get_by_role("button", name="List").click()
    expect(text).to_have_value("- ***Nine*** bridges\n- Ten plans")
    choose("plans")
    text.press("Control+k")
    page.keyboard.type("https://example.org/")
    expect(text).to_have_value("- ***Nine*** bridges\n- Ten [plans](https://example.org/)")
    text.press("Control+End")
    page.get_by_role("button", name="Table").click()
    page.keyboard.type("Ticket")
    expect(frame.get_by_role("columnheader")).to_have_text(["Ticket", "Price"])
    text.press("Control+z")
    text.press("Control+z")
    expect(text).to_have_value("- ***Nine*** bridges\n- Ten [plans](https://example.org/)")
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Box")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Nine.")
    expect(frame.locator(".callout")).to_contain_text("Nine.")
    expect(frame.get_by_role("link", name="plans")).to_be_visible()
    expect(page.locator(".length")).to_have_text("8 words, 1 minute to read")
    root = frame.locator("html")
    root.evaluate("html => html.ownerDocument.defaultView.scrollTo(0, 90)")
    page.get_by_label("Headline").fill("A new headline")
    expect(frame.get_by_role("heading", name="A new headline")).to_be_attached()
    assert root.evaluate("html => html.ownerDocument.defaultView.scrollY") == 90
    page.get_by_label("Headline").fill("")
    expect(page.locator(".live li")).to_have_text("Headline: It takes some text.")
    expect(frame.locator(".callout")).to_be_visible()


def give_picture(page: Page, event: str) -> None:
    """Drops a picture on the text, or pastes it."""
    data = b64encode(encoded(kind="PNG")).decode()
    text_of(page).evaluate(
        """(text, [name, data]) => {
            const given = new DataTransfer();
            const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
            given.items.add(new File([bytes], `${name}.png`, { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            text.dispatchEvent(name === "drop"
                ? new DragEvent(name, { ...options, dataTransfer: given })
                : new ClipboardEvent(name, { ...options, clipboardData: given }));
        }""",
        [event, data],
    )


def test_a_picture_that_is_dropped_or_pasted_stands_in_the_text_once_it_is_said_what_it_shows(page: Page) -> None:
    text, alt = text_of(page), page.get_by_label("What it shows, for those who can’t see it")
    text.fill("One.\nTwo.")
    text.evaluate("text => text.setSelectionRange(2, 2)")
    for event in ("drop", "paste"):
        give_picture(page, event)
        expect(alt).to_be_focused()
        page.get_by_role("button", name="Add the picture to the text").click()
        expect(page.locator("#picture [role=alert]")).to_have_text(
            "Say what the picture shows, for those who can’t see it."
        )
        expect(alt).to_be_focused()
        page.keyboard.type(f"A {event}")
        page.get_by_role("button", name="Add the picture to the text").click()
        expect(text).to_be_focused()
        page.keyboard.type(f"The caption of a {event}.")
    figure = "::: figure\nimage: drop.png\nalt: A {0}\n\nThe caption of a {0}.\n:::"
    expect(text).to_have_value(f"One.\n\n{figure.format('drop')}\n\n{figure.format('paste')}\n\nTwo.")
    expect(page.frame_locator(".live iframe").get_by_role("img", name="A drop")).to_be_visible()


def test_rows_are_added_moved_and_taken_out_where_they_stand(visitor: Visitor) -> None:
    page = visitor.page
    text_of(page).fill("New words.")
    pages = [url for url in visitor.requested if url.endswith("/edit")]
    for question in ("Why?", "How?"):
        page.get_by_role("button", name="Add a question").click()
        expect(page.locator("#faq fieldset").last.get_by_label("Question", exact=True)).to_be_focused()
        page.keyboard.type(question)
    page.get_by_role("button", name="Move up Question 2").click()
    expect(page.get_by_role("button", name="Move down Question 1")).to_be_focused()
    expect(page.get_by_label("Question", exact=True).first).to_have_value("How?")
    page.get_by_role("button", name="Take out Question 1").click()
    expect(page.locator("#faq fieldset")).to_have_count(1)
    expect(page.get_by_label("Question", exact=True)).to_have_value("Why?")
    expect(page.get_by_role("button", name="Take out Question 1")).to_be_focused()
    page.get_by_role("button", name="Add a source").click()
    expect(page.get_by_label("Publisher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(text_of(page)).to_have_value("New words.")
    sent = [url for url in visitor.requested if url.endswith("/edit")]
    assert len(sent) == len(pages) + 5
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_what_is_not_saved_is_there_again_for_its_editor_alone_and_no_reader_sees_it(
    page: Page, visit: Callable[..., Visitor], town: Town, story: Story
) -> None:
    text_of(page).fill("What she wrote.")
    expect(page.locator(".told")).to_contain_text(KEPT)
    page.close()
    rosa = town.factory.editor("Rosa Martin", f"rosa@{story.slug}.example")
    other, again = visit(town.site, javascript=False).page, visit(town.site).page
    for window, editor in ((other, rosa), (again, town.editor)):
        window.goto(f"/admin/articles/{story.id}/edit")
        log_in(window, editor)
        expect(text_of(window)).to_have_value("Some text.\n")
    expect(other.get_by_text("Your unsaved text")).to_have_count(0)
    other.goto(story.path)
    expect(other.get_by_text("Some text.")).to_be_visible()
    again.get_by_role("link", name="Go on with it").click()
    expect(text_of(again)).to_have_value("What she wrote.")
    again.get_by_label("What is new, as readers read it").fill("New words.")
    again.get_by_role("button", name="Save the change").click()
    expect(again.get_by_role("status")).to_contain_text("is live")
    again.reload()
    expect(again.get_by_text("Your unsaved text")).to_have_count(0)
    other.reload()
    expect(other.get_by_text("What she wrote.")).to_be_visible()


def test_a_desk_that_is_away_and_a_session_that_ends_are_said_and_lose_nothing(
    visitor: Visitor, town: Town, story: Story
) -> None:
    page, told = visitor.page, visitor.page.locator(".told")
    expect(page.frame_locator(".live iframe").get_by_text("Some text.")).to_be_visible()
    visitor.context.set_offline(True)
    text_of(page).fill("Written in a tunnel.")
    expect(told).to_contain_text("The desk can’t be reached. Your text stays in this window")
    visitor.context.set_offline(False)
    expect(told).to_contain_text(KEPT)
    with town.factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(EditorSession))
    text_of(page).fill("Written after the session.")
    expect(told).to_contain_text("You were logged out. Your text stays in this window")
    with visitor.context.expect_page() as opened:
        told.get_by_role("link", name="Log in in a new tab").click()
    log_in(opened.value, town.editor)
    expect(opened.value.get_by_role("heading", name="Articles", exact=True)).to_be_visible()
    opened.value.close()
    page.bring_to_front()
    text_of(page).press("End")
    page.keyboard.type(" And on.")
    expect(told).to_contain_text(KEPT)
    expect(told.get_by_role("link")).to_be_hidden()
    page.get_by_label("What is new, as readers read it").fill("New words.")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("status")).to_contain_text("is live")
    expect(text_of(page)).to_have_value("Written after the session. And on.\n")
    visitor.complaints = [one for one in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
