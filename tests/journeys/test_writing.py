"""Writing in the browser, with JavaScript and without: an article from its empty form to its readers, and by two."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

from tests.journeys.conftest import SLUGS, Story, Town, Visitor, log_in


def save(desk: Page, button: str = "Save the change") -> None:
    desk.get_by_role("button", name=button, exact=True).click()


def fill_in(desk: Page) -> None:
    desk.get_by_label("Headline").fill("Nine new bridges")
    desk.get_by_label("Standfirst").fill("The city builds nine bridges in a year.")
    desk.get_by_label("Text", exact=True).fill(
        "The first span stands.\n\n::: callout\ntitle: Did you know?\n\nSo.\n:::\n"
    )
    for question in ("Why?", "How many?"):
        desk.get_by_role("button", name="Add a question").click()
        last = desk.locator("fieldset").last
        last.get_by_label("Question").fill(question)
        last.get_by_label("Answer").fill(f"The answer to *{question}*")
    desk.get_by_role("button", name="Move up Question 2").click()
    desk.get_by_role("button", name="Add a source").click()
    desk.get_by_label("Publisher").fill("City archive")


def test_an_editor_writes_an_article_looks_at_it_and_publishes_it(desk: Page, reader: Page, town: Town) -> None:
    desk.goto("/admin/articles")
    desk.get_by_role("link", name="New article").click()
    fill_in(desk)
    with desk.context.expect_page() as opened:
        desk.get_by_role("button", name="Preview").click()
    preview = opened.value
    expect(preview.get_by_role("heading", name="Nine new bridges", level=1)).to_be_visible()
    expect(preview.get_by_text("Preview: nothing of this is saved.")).to_be_visible()
    assert preview.locator(".faq h3").all_inner_texts() == ["How many?", "Why?"]
    preview.close()

    slug = next(SLUGS)
    desk.get_by_label("Address", exact=True).fill(slug)
    save(desk, "Save")
    expect(desk.get_by_role("status")).to_contain_text("is saved as a draft")
    answer = reader.goto(f"/articles/{slug}")
    assert answer is not None
    assert answer.status == 404
    desk.get_by_role("button", name="Publish now").click()
    expect(desk.get_by_role("status")).to_contain_text("“Nine new bridges” is live.")
    reader.goto(f"/articles/{slug}")
    expect(reader.get_by_role("heading", name="Nine new bridges", level=1)).to_be_visible()
    expect(reader.locator(".callout")).to_contain_text("Did you know?")


def test_two_editors_on_one_article_lose_nothing_and_an_earlier_text_is_brought_back(
    desk: Page, reader: Page, town: Town, story: Story, visit: Callable[..., Visitor]
) -> None:
    other = visit(town.site).page
    other.goto(f"/admin/articles/{story.id}/edit")
    log_in(other, town.editor)
    desk.goto(f"/admin/articles/{story.id}/edit")
    for page, words in ((other, "What she wrote."), (desk, "What he wrote.")):
        page.get_by_label("Text", exact=True).fill(words)
        page.get_by_label("What is new, as readers read it").fill("New words.")
        save(page)
    expect(other.get_by_role("status")).to_contain_text("is live")
    expect(desk.get_by_role("alert")).to_contain_text("saved this article on")
    expect(desk.locator(".compared")).to_contain_text("she wrote.")
    expect(desk.get_by_label("Text", exact=True)).to_have_value("What he wrote.")
    reader.goto(story.path)
    expect(reader.get_by_text("What she wrote.")).to_be_visible()
    expect(reader.locator("header .slip")).to_have_count(1)
    save(desk, "Save mine over it")
    reader.reload()
    expect(reader.get_by_text("What he wrote.")).to_be_visible()

    desk.get_by_role("link", name="Revisions").click()
    desk.get_by_role("link", name="Bring back … 1").click()
    expect(desk.get_by_label("Text", exact=True)).to_have_value("Some text.\n")
    desk.get_by_label("What is new, as readers read it").fill("The first words are back.")
    save(desk)
    reader.reload()
    expect(reader.get_by_text("Some text.")).to_be_visible()
    expect(reader.get_by_text("The first words are back.")).to_be_visible()


def test_a_script_warns_before_what_is_written_is_lost(visit: Callable[..., Visitor], town: Town, story: Story) -> None:
    desk = visit(town.site).page
    desk.goto(f"/admin/articles/{story.id}/edit")
    log_in(desk, town.editor)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.on("dialog", stay)
    desk.route("**/admin/articles/unsaved?*", lambda route: route.abort())
    desk.get_by_label("Headline").fill("Nine new bridges")
    desk.get_by_role("button", name="Add a question").click()
    assert asked == []
    desk.get_by_role("link", name="All articles").click()
    expect(desk.get_by_label("Headline")).to_have_value("Nine new bridges")
    assert asked == ["beforeunload"]
    desk.get_by_label("What is new, as readers read it").fill("The number.")
    save(desk)
    desk.get_by_role("link", name="All articles").click()
    expect(desk.get_by_role("heading", name="Articles", exact=True)).to_be_visible()
    assert asked == ["beforeunload"]
