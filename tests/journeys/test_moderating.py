"""The editor's desk: deciding, undoing, many at once, and a session that has run out."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Story, Town, log_in


def row_of(desk: Page, story: Story, text: str) -> Locator:
    return (
        desk.get_by_role("listitem")
        .filter(has=desk.get_by_role("link", name=story.title, exact=True))
        .filter(has_text=text)
    )


def open_tab(desk: Page, name: str) -> None:
    desk.get_by_role("navigation", name="Comments by state").get_by_role("link", name=name).click()


def counts(desk: Page) -> list[int]:
    """Pending, published, rejected and spam, as the tabs say."""
    return [int(count) for count in desk.locator(".tabs .count").all_text_contents()]


def test_rejecting_and_undoing_leave_the_comment_where_it_was(
    desk: Page, reader: Page, town: Town, story: Story
) -> None:
    _comment, token = town.factory.comment(story.id, "One to reject.")
    desk.goto("/admin/")
    before = counts(desk)
    row_of(desk, story, "One to reject.").get_by_role("button", name="Reject").click()
    expect(desk.get_by_role("status")).to_contain_text("1 comment rejected.")
    assert counts(desk) == [before[0] - 1, before[1], before[2] + 1, before[3]]
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_text("Not published. An editor decided this on")).to_be_visible()

    desk.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("status")).to_contain_text("1 decision undone.")
    assert counts(desk) == before
    expect(row_of(desk, story, "One to reject.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("Your comment is with the editor.")).to_be_visible()


def test_spam_is_found_in_its_tab_and_can_be_published_from_there(
    desk: Page, reader: Page, town: Town, story: Story
) -> None:
    _comment, token = town.factory.comment(story.id, "Buy a bridge.")
    desk.goto("/admin/")
    row_of(desk, story, "Buy a bridge.").get_by_role("button", name="Spam").click()
    expect(desk.get_by_role("status")).to_contain_text("1 comment put with the spam.")
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_text("an editor took it for advertising")).to_be_visible()
    reader.goto(story.path)
    expect(reader.get_by_text("Buy a bridge.")).to_have_count(0)

    open_tab(desk, "Spam")
    expect(row_of(desk, story, "Buy a bridge.")).to_contain_text("Edith Ward put this with the spam on")
    row_of(desk, story, "Buy a bridge.").get_by_role("button", name="Publish").click()
    reader.reload()
    expect(reader.get_by_text("Buy a bridge.")).to_be_visible()


def test_what_is_ticked_is_decided_together_and_undone_together(
    desk: Page, reader: Page, town: Town, story: Story
) -> None:
    for text in ["Ticked one.", "Left alone.", "Ticked two."]:
        town.factory.comment(story.id, text)
    desk.goto("/admin/")
    before = counts(desk)
    for text in ["Ticked one.", "Ticked two."]:
        row_of(desk, story, text).get_by_role("checkbox").check()
    desk.locator("#bulk").get_by_role("button", name="Publish").click()
    expect(desk.get_by_role("status")).to_contain_text("2 comments published.")
    assert counts(desk) == [before[0] - 2, before[1] + 2, before[2], before[3]]
    expect(row_of(desk, story, "Left alone.")).to_be_visible()
    reader.goto(story.path)
    assert reader.locator(".thread .words").all_inner_texts() == ["Ticked one.", "Ticked two."]

    desk.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("status")).to_contain_text("2 decisions undone.")
    assert counts(desk) == before
    reader.reload()
    assert reader.locator(".thread .words").count() == 0


def test_a_decision_that_comes_too_late_shows_who_was_first(desk: Page, town: Town, story: Story) -> None:
    comment, _token = town.factory.comment(story.id, "Decided twice.")
    desk.goto("/admin/")
    town.factory.decide(town.editor, comment, "reject")
    row_of(desk, story, "Decided twice.").get_by_role("button", name="Publish").click()
    expect(desk.get_by_role("heading", name="Already decided")).to_be_visible()
    expect(desk.get_by_role("status")).to_contain_text("Edith Ward rejected this on")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_role("status")).to_contain_text("1 comment published.")


def test_an_editors_text_survives_a_session_that_has_run_out(
    desk: Page, reader: Page, town: Town, story: Story
) -> None:
    comment, _token = town.factory.comment(story.id, "A long question.")
    words = "A long answer, which took an hour to write.\n\nIt has two paragraphs."
    desk.goto(f"/admin/comments/{comment}/reply")
    desk.get_by_role("textbox").fill(words)
    desk.context.clear_cookies()
    desk.get_by_role("button", name="Publish both").click()
    expect(desk.get_by_text("What you sent is kept. Log in, then send it.")).to_be_visible()
    log_in(desk, town.editor)
    expect(desk.get_by_role("textbox")).to_have_value(words)
    reader.goto(story.path)
    expect(reader.get_by_text("A long answer")).to_have_count(0)
    desk.get_by_role("button", name="Send it now").click()
    expect(desk.get_by_role("status")).to_contain_text("Your reply is published.")
    reader.reload()
    expect(reader.get_by_text("It has two paragraphs.")).to_be_visible()


def test_after_logging_out_the_way_back_leads_nowhere(desk: Page) -> None:
    desk.get_by_role("button", name="Log out").click()
    expect(desk.get_by_role("heading", name="Log in")).to_be_visible()
    desk.goto("/admin/account")
    expect(desk.get_by_role("heading", name="Log in")).to_be_visible()
