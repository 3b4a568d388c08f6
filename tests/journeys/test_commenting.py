"""The reader's form: mistakes, the keyboard, and a thread."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Story, Town, Visitor, write_comment


def test_a_form_with_mistakes_comes_back_filled_and_says_what_to_change(reader: Page, story: Story) -> None:
    reader.goto(story.path)
    write_comment(reader, "A *sound* point.\n\nWith a second paragraph.", name="", email="ann at example")
    expect(reader).to_have_title(f"Error: Your comment: {story.title} — Broadsheet")
    summary = reader.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_text(
        [
            "Give a name; it stands under your comment.",
            "That is not an e-mail address. It looks like name@example.org; you may also leave it out.",
        ]
    )
    expect(reader.get_by_label("Comment", exact=True)).to_have_value("A *sound* point.\n\nWith a second paragraph.")
    expect(reader.get_by_label("E-mail")).to_have_value("ann at example")
    summary.get_by_role("link").first.click()
    expect(reader.get_by_label("Name")).to_be_focused()
    expect(reader.get_by_label("Name")).to_have_accessible_description("Give a name; it stands under your comment.")
    expect(reader.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    write_comment(reader, "A *sound* point.")
    expect(reader.get_by_text("Your comment is with the editor.")).to_be_visible()


def test_too_long_a_comment_comes_back_whole_with_how_much_to_cut(reader: Page, story: Story) -> None:
    reader.goto(story.path)
    write_comment(reader, "word " * 1002)
    expect(reader.get_by_role("alert")).to_contain_text("the limit is 5,000. Cut")
    assert len(reader.get_by_label("Comment", exact=True).input_value().strip()) == 5009


def test_the_sixth_comment_in_ten_minutes_comes_back_with_when_to_send_it(reader: Page, story: Story) -> None:
    for number in range(5):
        reader.goto(story.path)
        write_comment(reader, f"Point {number}.")
        expect(reader.get_by_text("Your comment is with the editor.")).to_be_visible()
    reader.goto(story.path)
    write_comment(reader, "And another thing.")
    expect(reader.get_by_role("alert")).to_contain_text("Five comments in ten minutes is our limit.")
    expect(reader.get_by_label("Comment", exact=True)).to_have_value("And another thing.")


def test_a_comment_can_be_written_and_sent_with_the_keyboard_alone(reader: Page, story: Story) -> None:
    reader.goto(story.path)
    reader.keyboard.press("Tab")
    skip = reader.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("main")).to_be_focused()

    name = reader.get_by_label("Name")
    for _step in range(60):
        reader.keyboard.press("Tab")
        assert has_visible_focus(reader)
        if name.evaluate("field => field === document.activeElement"):
            break
    reader.keyboard.type("Ann Reader")
    passed = []
    for _step in range(6):
        reader.keyboard.press("Tab")
        assert has_visible_focus(reader)
        passed.append(reader.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        if passed[-1] == "body":
            reader.keyboard.type("Written without a mouse.")
    ways = ["House rules", "Keep your comments together", "How comments are moderated"]
    assert passed == ["email", "body", *ways, "Send"]
    reader.keyboard.press("Enter")
    expect(reader.get_by_text("Your comment is with the editor.")).to_be_visible()
    expect(reader.get_by_role("article").get_by_text("Written without a mouse.")).to_be_visible()


def test_a_reply_stands_below_the_comment_it_answers_and_names_it(reader: Page, town: Town, story: Story) -> None:
    first = town.factory.published(story.id, "The first word.", author="Bo", editor=town.editor)
    town.factory.published(story.id, "Another matter.", author="Cy", editor=town.editor)
    town.factory.published(story.id, "An answer.", author="Di", parent_id=first, editor=town.editor)
    reader.goto(story.path)
    assert reader.locator(".thread .author").all_text_contents() == ["Bo", "Di", "Cy"]
    reader.get_by_role("link", name="In reply to Bo").click()
    expect(reader.locator(".comment:target")).to_contain_text("The first word.")
    reader.get_by_role("link", name="Reply to Bo", exact=True).click()
    expect(reader.get_by_role("region", name="The comment you reply to")).to_contain_text("The first word.")
    expect(reader.get_by_role("link", name=story.title)).to_be_visible()


def test_a_comment_is_looked_at_before_it_is_sent(reader: Page, story: Story, javascript: bool) -> None:
    reader.goto(story.path)
    preview = reader.get_by_role("region", name="Preview: nothing is sent yet")
    reader.get_by_label("Comment", exact=True).fill("A *sound* point.")
    reader.get_by_role("button", name="Preview").click()
    expect(reader.get_by_role("alert")).to_contain_text("Give a name; it stands under your comment.")
    expect(preview).to_be_hidden()
    reader.get_by_label("Name").fill("Ann Reader")
    reader.get_by_role("button", name="Preview").click()
    expect(preview.get_by_role("article", name="Ann Reader")).to_contain_text("A sound point.")
    expect(preview.locator("em")).to_have_text("sound")
    expect(reader.get_by_role("alert")).to_be_hidden()
    expect(preview).to_be_focused() if javascript else expect(preview).to_be_in_viewport()
    assert reader.url.endswith(story.path) == javascript
    reader.get_by_label("Comment", exact=True).fill("A *better* point.")
    reader.get_by_role("button", name="Preview").click()
    expect(preview.locator("em")).to_have_text("better")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_text("Your comment is with the editor.")).to_be_visible()
    expect(reader.get_by_text("A better point.")).to_be_visible()


def test_without_an_answer_a_preview_leaves_the_text_where_it_is_and_says_so(
    visit: Callable[..., Visitor], town: Town, story: Story
) -> None:
    visitor = visit(town.site)
    page = visitor.page
    page.goto(story.path)
    page.route("**/preview", lambda route: route.abort())
    page.get_by_label("Comment", exact=True).fill("A sound point.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("We could not be reached.")).to_be_visible()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("A sound point.")
    visitor.complaints.clear()


def has_visible_focus(page: Page) -> bool:
    """Whether what has the focus is outlined, in the viewport, and not covered by something else."""
    return bool(
        page.evaluate(
            """() => {
                const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
                const ringed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                const seen = box.bottom > 0 && box.top < innerHeight && box.width > 1 && box.height > 1;
                const top = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2,
                    Math.max(1, box.y + Math.min(box.height, 20) / 2));
                return ringed && seen && (here === top || here.contains(top));
            }"""
        )
    )
