"""Searching: from the masthead to a word, and from a hit to its place."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Story, Town


def test_a_reader_looks_for_a_word_and_goes_to_the_comment_that_holds_it(
    reader: Page, town: Town, story: Story
) -> None:
    word = f"ferry{story.id}"
    for number in range(6):
        comment = town.factory.published(story.id, f"Number {number} of the {word}boats.", editor=town.editor)
    reader.goto("/")
    reader.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    reader.get_by_label("Search articles, questions and comments").fill(word)
    reader.get_by_role("button", name="Search").click()
    expect(reader.locator("article mark")).to_have_text([f"{word}boats"] * 4)
    reader.get_by_role("link", name="All comments found").click()
    expect(reader.locator("article mark")).to_have_count(6)
    reader.get_by_role("heading", level=3).first.get_by_role("link").click()
    expect(reader.locator(f"#comment-{comment}:target")).to_contain_text(f"Number 5 of the {word}boats.")


def test_who_comes_to_no_page_can_look_for_it(reader: Page, story: Story) -> None:
    reader.goto("/nowhere")
    reader.get_by_label("Search articles, questions and comments").fill(story.title)
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name=story.title).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(story.title)
