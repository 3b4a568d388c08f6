"""What a reader can do about a decision, and about another reader's comment."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Story, Town, Visitor
from tests.journeys.test_moderating import open_tab, row_of, says


def test_a_rejection_is_appealed_overturned_and_published(desk: Page, reader: Page, town: Town, story: Story) -> None:
    _comment, token = town.factory.comment(story.id, "A point that is sharp.")
    desk.goto("/admin/")
    row = row_of(desk, story, "A point that is sharp.")
    row.get_by_text("Reject", exact=True).click()
    row.get_by_label("Note").first.fill("Cut the first sentence.")
    row.get_by_role("button", name="Argue with what was said").click()
    says(desk, "rejected.")

    reader.goto(f"/receipts/{token}")
    slip = reader.get_by_role("status")
    expect(slip).to_contain_text("Not published, under house rule 2: Argue with what was said, not with who said it.")
    expect(slip).to_contain_text("Cut the first sentence.")
    expect(slip).to_contain_text("You may appeal once, until")
    reader.get_by_role("button", name="Send the appeal").click()
    expect(reader.get_by_role("alert")).to_contain_text("Say why it should be published.")
    reader.get_by_label("Why it should be published").fill("It has only one sentence.")
    reader.get_by_role("button", name="Send the appeal").click()
    expect(reader.get_by_text("An editor reads your appeal")).to_be_visible()
    expect(reader.get_by_role("button", name="Send the appeal")).to_have_count(0)

    desk.goto("/admin/")
    open_tab(desk, "Appeals")
    row = row_of(desk, story, "A point that is sharp.")
    expect(row).to_contain_text("It has only one sentence.")
    expect(row).to_contain_text("Cut the first sentence.")
    row.get_by_label("Your reason").fill("So it has. We misread it.")
    row.get_by_role("button", name="Uphold and publish").click()
    says(desk, "Appeal upheld: the comment is published.")

    reader.reload()
    expect(reader.get_by_text("You were right. Published")).to_be_visible()
    expect(reader.get_by_text("So it has. We misread it.")).to_be_visible()
    reader.get_by_role("link", name="/comments/").click()
    expect(reader.locator(".comment:target")).to_contain_text("A point that is sharp.")


def test_a_returned_comment_is_changed_and_published(desk: Page, reader: Page, town: Town, story: Story) -> None:
    comment, token = town.factory.comment(story.id, "A point, Mr Smith.")
    town.factory.decide(town.editor, comment, "return", note="Leave out the name.")
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_role("status")).to_contain_text("Leave out the name.")
    text = reader.get_by_label("Your comment", exact=True)
    expect(text).to_have_value("A point, Mr Smith.")
    text.fill("A point.")
    reader.get_by_role("button", name="Send again").click()
    expect(reader.get_by_role("status")).to_contain_text("Your comment is with the editor.")

    desk.goto("/admin/")
    row_of(desk, story, "A point.").get_by_role("button", name="Publish", exact=True).click()
    says(desk, "published.")
    reader.goto(story.path)
    expect(reader.get_by_role("article", name="Ann Reader")).to_contain_text("A point.")


def test_what_readers_report_is_held_and_kept_by_an_editor(
    visit: Callable[..., Visitor], desk: Page, town: Town, story: Story, javascript: bool
) -> None:
    town.factory.published(story.id, "A point that some dislike.", editor=town.editor)
    reporters = [visit(town.site, javascript).page for _ in range(3)]
    for page in reporters:
        page.goto(story.path)
        page.get_by_role("link", name="Report the comment by Ann Reader").click()
        page.get_by_label("It insults or threatens somebody").check()
        page.get_by_role("button", name="Send the report").click()
        expect(page.get_by_role("status")).to_contain_text("Your report is with the editor.")
    receipt = reporters[0].url
    reporters[0].goto(story.path)
    expect(reporters[0].get_by_text("A point that some dislike.")).to_have_count(0)

    desk.goto("/admin/")
    open_tab(desk, "Reported")
    row_of(desk, story, "A point that some dislike.").get_by_role("button", name="Keep and publish").click()
    says(desk, "Kept.")
    reporters[0].goto(receipt)
    expect(reporters[0].get_by_role("status")).to_contain_text("and it stays.")
    reporters[0].goto(story.path)
    expect(reporters[0].get_by_text("A point that some dislike.")).to_be_visible()
