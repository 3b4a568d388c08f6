"""The main job from end to end: a reader comments, an editor moderates, the reader sees it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.journeys.conftest import Visitor, write_comment
from tests.serving.site import ServedSite

ARTICLE = "/articles/frontier-model"


def test_a_comment_goes_from_its_reader_through_the_queue_onto_the_page(
    visit: Callable[..., Visitor], new_site: ServedSite, javascript: bool
) -> None:
    reader, editor = visit(new_site, javascript), visit(new_site, javascript)

    reader.page.goto(ARTICLE)
    write_comment(reader.page, "A *sound* point.", email="ann@example.org")
    expect(reader.page.get_by_text("Your comment is with the editor.")).to_be_visible()
    receipt = reader.page.url
    assert receipt in (reader.page.get_by_role("link", name="/receipts/").text_content() or "")
    expect(reader.page.get_by_text("ann@example.org")).to_have_count(0)

    become_the_first_editor(editor.page, new_site.first_link())
    expect(editor.page.get_by_role("link", name="Pending 1")).to_be_visible()
    row = editor.page.get_by_role("listitem").filter(has_text="A sound point.")
    expect(row).to_contain_text("ann@example.org")
    expect(row).to_contain_text("What people mean by “frontier model”")
    row.get_by_role("button", name="Publish").click()
    expect(editor.page.get_by_role("status").filter(has_text="published.")).to_be_attached()
    expect(editor.page.get_by_role("link", name="Pending 0")).to_be_visible()

    reader.page.goto(receipt)
    expect(reader.page.get_by_text("Published")).to_be_visible()
    reader.page.get_by_role("link", name="/comments/").click()
    expect(reader.page.locator(".comment:target em")).to_have_text("sound")

    editor.page.get_by_role("link", name="Published 1").click()
    editor.page.get_by_role("link", name="Reply to Ann Reader").click()
    editor.page.get_by_role("textbox").fill("Thank you. We have *checked*.")
    editor.page.get_by_role("button", name="Publish reply").click()
    expect(editor.page.get_by_text("Your reply is published.")).to_be_visible()

    reader.page.goto(ARTICLE)
    answer = reader.page.get_by_role("article", name="Edith Ward")
    expect(answer.locator(".badge")).to_have_text("Editor")
    expect(answer.get_by_role("link", name="In reply to Ann Reader")).to_be_visible()
    answer.get_by_role("link", name="Reply to Edith Ward").click()
    expect(reader.page.get_by_role("region", name="The comment you reply to")).to_contain_text("We have checked.")
    write_comment(reader.page, "I am glad to hear it.")
    expect(reader.page.get_by_text("Your comment is with the editor.")).to_be_visible()

    editor.page.goto("/admin/")
    row = editor.page.get_by_role("listitem").filter(has_text="I am glad to hear it.")
    expect(row.locator("blockquote")).to_contain_text("We have checked.")
    row.get_by_role("button", name="Publish").click()
    expect(editor.page.get_by_role("status").filter(has_text="published.")).to_be_attached()
    reader.page.goto(ARTICLE)
    signatures = reader.page.locator(".thread .author").all_text_contents()
    assert signatures == ["Ann Reader", "Edith Ward", "Ann Reader"]
    assert reader.page.locator(".thread .badge").count() == 1
    assert reader.context.cookies() == []


def test_the_first_editors_link_is_spent_by_the_account_and_not_by_looking(
    visit: Callable[..., Visitor], new_site: ServedSite, javascript: bool
) -> None:
    link = new_site.first_link()
    curious, editor, late = (visit(new_site, javascript).page for _person in range(3))
    curious.goto(link)
    expect(curious.get_by_role("heading", name="Set up your account")).to_be_visible()

    editor.goto(link)
    editor.get_by_label("Name").fill("Edith Ward")
    editor.get_by_label("E-mail").fill("edith@example.org")
    editor.get_by_label("Password").fill("short")
    editor.get_by_role("button", name="Save and log in").click()
    expect(editor.get_by_role("alert")).to_contain_text("12 characters at least")
    expect(editor.get_by_label("Name")).to_have_value("Edith Ward")
    become_the_first_editor(editor, link)
    editor.get_by_role("link", name="Account").click()
    expect(editor.get_by_text("Edith Ward, editor since")).to_be_visible()

    answer = late.goto(link)
    assert answer is not None
    assert answer.status == 410
    expect(late.get_by_role("heading", name="This link is no longer good")).to_be_visible()


def become_the_first_editor(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Name").fill("Edith Ward")
    page.get_by_label("E-mail").fill("edith@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_role("navigation", name="Comments by state")).to_be_visible()
