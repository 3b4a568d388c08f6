"""What the author of a comment does from its receipt: change it, withdraw it, take it home, erase it."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Story, Town
from tests.journeys.test_moderating import row_of, says


def test_a_published_comment_is_changed_and_an_editor_refuses_then_takes_the_new_text(
    desk: Page, reader: Page, town: Town, story: Story
) -> None:
    comment, token = town.factory.comment(story.id, "A sound point, nine of ten.")
    town.factory.decide(town.editor, comment, "publish")
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_text("You can change it until")).to_be_visible()
    reader.get_by_label("Your comment", exact=True).fill("A sound point, you fool.")
    reader.get_by_role("button", name="Send the new text").click()
    expect(reader.get_by_text("It is with the editor. Readers see the text above")).to_be_visible()

    desk.goto("/admin/")
    row = row_of(desk, story, "A sound point, nine of ten.")
    expect(row.locator("ins").last).to_have_text("fool.")
    row.get_by_text("Refuse it", exact=True).click()
    row.get_by_label("Note").first.fill("No names.")
    row.get_by_role("button", name="Argue with what was said").first.click()
    says(desk, "The new text is refused; the present one stays.")

    reader.reload()
    expect(reader.get_by_text("An editor refused it on")).to_contain_text("No names.")
    reader.get_by_label("Your comment", exact=True).fill("A sound point, eight of ten.")
    reader.get_by_role("button", name="Send the new text").click()
    desk.goto("/admin/")
    row_of(desk, story, "A sound point").get_by_role("button", name="Publish the new text").click()
    says(desk, "The new text is published.")
    reader.goto(story.path)
    article = reader.get_by_role("article", name="Ann Reader")
    expect(article).to_contain_text("A sound point, eight of ten.")
    expect(article).to_contain_text("Edited by its author")

    desk.get_by_role("button", name="Undo").first.click()
    says(desk, "Undone: the new text waits again.")
    reader.reload()
    expect(reader.get_by_role("article", name="Ann Reader")).to_contain_text("nine of ten.")


def test_a_comment_with_a_reply_is_withdrawn_downloaded_and_erased(reader: Page, town: Town, story: Story) -> None:
    comment, token = town.factory.comment(story.id, "A point of mine.", email="ann@example.org")
    town.factory.decide(town.editor, comment, "publish")
    town.factory.published(story.id, "A reply to it.", author="Bo", parent_id=comment, editor=town.editor)
    reader.goto(f"/receipts/{token}")
    reader.get_by_role("link", name="Withdraw").click()
    expect(reader.get_by_role("heading", name="Withdraw your comment?")).to_be_visible()
    reader.get_by_role("link", name="Leave it as it is").click()
    reader.get_by_role("link", name="Withdraw").click()
    reader.get_by_role("button", name="Withdraw it").click()
    expect(reader.get_by_role("status")).to_contain_text("You withdrew your comment on")
    receipt = reader.url
    reader.goto(story.path)
    expect(reader.get_by_role("article", name="A withdrawn comment")).to_have_text("Withdrawn by its author.")
    expect(reader.get_by_text("A reply to it.")).to_be_visible()
    expect(reader.get_by_text("A point of mine.")).to_have_count(0)

    reader.goto(receipt)
    with reader.expect_download() as saved:
        reader.get_by_role("link", name="Download").click()
    found = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert (found["text"], found["email"]) == ("A point of mine.", "ann@example.org")
    assert re.fullmatch(r"comment-\d+\.json", saved.value.suggested_filename)

    reader.get_by_role("link", name="Erase").click()
    reader.get_by_role("button", name="Erase it").click()
    expect(reader.get_by_role("status")).to_contain_text("Your comment was erased on")
    expect(reader.get_by_text("A point of mine.")).to_have_count(0)
    expect(reader.get_by_role("link", name="Withdraw")).to_have_count(0)
    reader.goto(story.path)
    expect(reader.get_by_text("Withdrawn by its author.")).to_be_visible()
