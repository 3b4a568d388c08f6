"""The editor's desk: deciding, undoing, many at once, and a session that has run out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Story, Town, Visitor, log_in


def row_of(desk: Page, story: Story, text: str) -> Locator:
    return (
        desk.get_by_role("listitem")
        .filter(has=desk.get_by_role("link", name=story.title, exact=True))
        .filter(has_text=text)
    )


def open_tab(desk: Page, name: str) -> None:
    desk.get_by_role("navigation", name="Comments by state").get_by_role("link", name=name).click()


def says(desk: Page, sentence: str) -> None:
    """What was done is said, on the page that follows or in the one that stays."""
    expect(desk.get_by_role("status").filter(has_text=sentence)).to_be_attached()


def reject(row: Locator, rule: str) -> None:
    row.get_by_text("Reject", exact=True).click()
    row.get_by_role("button", name=rule).click()


def counts(desk: Page) -> list[int]:
    """Pending, published, rejected and spam, as the tabs say."""
    numbers = [int(count) for count in desk.locator(".tabs .count").all_text_contents()]
    return [numbers[0], *numbers[3:6]]


def test_rejecting_and_undoing_leave_the_comment_where_it_was(
    desk: Page, reader: Page, town: Town, story: Story
) -> None:
    _comment, token = town.factory.comment(story.id, "One to reject.")
    desk.goto("/admin/")
    before = counts(desk)
    reject(row_of(desk, story, "One to reject."), "Argue with what was said")
    says(desk, "rejected.")
    assert counts(desk) == [before[0] - 1, before[1], before[2] + 1, before[3]]
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_text("Not published, under house rule 2")).to_be_visible()

    desk.get_by_role("button", name="Undo").click()
    says(desk, "1 decision undone.")
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
    says(desk, "put with the spam.")
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_text("an editor took it for advertising")).to_be_visible()
    reader.goto(story.path)
    expect(reader.get_by_text("Buy a bridge.")).to_have_count(0)

    open_tab(desk, "Spam")
    expect(row_of(desk, story, "Buy a bridge.")).to_contain_text("Edith Ward put this with the spam on")
    row_of(desk, story, "Buy a bridge.").get_by_role("button", name="Publish").click()
    says(desk, "published.")
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
    says(desk, "2 comments published.")
    assert counts(desk) == [before[0] - 2, before[1] + 2, before[2], before[3]]
    expect(row_of(desk, story, "Left alone.")).to_be_visible()
    reader.goto(story.path)
    assert reader.locator(".thread .words").all_inner_texts() == ["Ticked one.", "Ticked two."]

    desk.get_by_role("status").get_by_role("button", name="Undo").click()
    says(desk, "2 decisions undone.")
    assert counts(desk) == before
    reader.reload()
    assert reader.locator(".thread .words").count() == 0


def test_a_decision_that_comes_too_late_shows_who_was_first(desk: Page, town: Town, story: Story) -> None:
    comment, _token = town.factory.comment(story.id, "Decided twice.")
    desk.goto("/admin/")
    town.factory.decide(town.editor, comment, "reject")
    row_of(desk, story, "Decided twice.").get_by_role("button", name="Publish").click()
    expect(desk.locator(".state, .warning")).to_contain_text("Edith Ward rejected this on")
    row = desk.locator(".queue-row").filter(has_text="Decided twice.")
    row.get_by_role("button", name="Publish").click()
    says(desk, "published.")


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
    says(desk, "Your reply is published.")
    reader.reload()
    expect(reader.get_by_text("It has two paragraphs.")).to_be_visible()


def test_after_logging_out_the_way_back_leads_nowhere(desk: Page) -> None:
    desk.get_by_role("button", name="Log out").click()
    expect(desk.get_by_role("heading", name="Log in")).to_be_visible()
    desk.goto("/admin/account")
    expect(desk.get_by_role("heading", name="Log in")).to_be_visible()


def test_all_that_match_are_decided_behind_a_bar_that_fills(
    desk: Page, town: Town, story: Story, javascript: bool
) -> None:
    for number in range(25):
        town.factory.comment(story.id, f"One of many, number {number}.")
    desk.goto(f"/admin/?article={story.slug}")
    desk.get_by_text("All that match:").locator("..").get_by_role("button", name="Reject").click()
    expect(desk.get_by_role("heading", name="Reject 25 comments")).to_be_visible()
    desk.get_by_label("5 Do not advertise").check()
    desk.get_by_role("button", name="Reject 25 comments").click()
    expect(desk.get_by_role("progressbar")).to_be_visible()
    done = desk.get_by_text("25 of 25 looked at. 25 comments rejected.")
    for _ in range(0 if javascript else 100):
        if done.count():
            break
        desk.get_by_role("link", name="Look again").click()
        desk.wait_for_timeout(200)
    expect(done).to_be_visible()
    desk.get_by_role("link", name="Go to the queue").click()
    desk.goto(f"/admin/?tab=rejected&article={story.slug}")
    expect(desk.locator(".queue-row")).to_have_count(25)
    expect(desk.locator(".queue-row").first).to_contain_text("House rule 5: Do not advertise")


def test_on_a_telephone_each_button_is_large_enough_and_can_be_tapped(
    chromium: Browser, town: Town, story: Story
) -> None:
    town.factory.comment(story.id, "Tapped once.")
    town.factory.comment(story.id, "Tapped twice.")
    context = chromium.new_context(
        base_url=town.site.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"/admin/?article={story.slug}")
    log_in(page, town.editor)
    row = row_of(page, story, "Tapped twice.")
    row.get_by_text("Reject", exact=True).tap()
    for button in page.locator(".queue-row .verbs :is(button, summary), .bulk button").all():
        box = button.bounding_box()
        if button.is_visible():
            assert box
            assert box["height"] >= 48
            assert box["x"] + box["width"] <= 390
    row.get_by_role("button", name="Respect privacy").tap()
    expect(page.locator(".decided")).to_contain_text("Rejected.")
    row_of(page, story, "Tapped once.").get_by_role("button", name="Publish").tap()
    expect(page.locator(".decided").filter(has_text="Published.")).to_have_count(1)
    page.locator(".decided").filter(has_text="Published.").get_by_role("button", name="Undo").tap()
    expect(row_of(page, story, "Tapped once.")).to_be_visible()
    context.close()


def test_without_a_script_no_list_of_keys_is_offered(visit: Callable[..., Visitor], town: Town) -> None:
    page = visit(town.site, javascript=False).page
    page.goto("/admin/")
    log_in(page, town.editor)
    expect(page.get_by_role("button", name="Switch them off")).to_be_visible()
    expect(page.get_by_text("Which keys")).to_be_hidden()


def test_without_a_script_the_form_that_narrows_the_queue_says_what_is_wrong(desk: Page, story: Story) -> None:
    desk.get_by_text("Narrow down").first.click()
    desk.get_by_label("Article").fill("no-such-story")
    desk.get_by_role("button", name="Narrow down").click()
    expect(desk.get_by_text("There is no such article.")).to_be_visible()
    expect(desk.get_by_label("Article")).to_have_value("no-such-story")
