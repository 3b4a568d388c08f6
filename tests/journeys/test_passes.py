"""A reader keeps comments together by a pass: by its link alone, and shorter where a script runs."""

from __future__ import annotations

import json
from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.comments.models import Comment
from tests.journeys.conftest import Story, Town, Visitor, write_comment

REMEMBER = "Remember it in this browser"


def start_a_pass(page: Page) -> str:
    """Returns its address."""
    page.goto("/passes")
    page.get_by_role("button", name="Start a pass").click()
    expect(page.get_by_role("heading", name="Your pass")).to_be_visible()
    return page.url


def remembered(page: Page) -> str | None:
    kept = page.evaluate("localStorage.getItem('pass')")
    return json.loads(kept)["token"] if kept else None


def test_comments_are_kept_together_by_a_link(reader: Page, town: Town, story: Story) -> None:
    reader.goto(story.path)
    write_comment(reader, "Sent before there was a pass.")
    receipt = reader.url
    reader.get_by_role("button", name="Start a pass with this comment").click()
    expect(reader.locator(".row")).to_contain_text("Your comment is with the editor.")
    address = reader.url

    reader.get_by_role("link", name="Choose an article to comment on").click()
    reader.get_by_label("The article’s address").fill(story.path)
    reader.get_by_role("button", name="Go on").click()
    expect(reader.get_by_label("Name")).to_have_value("Ann Reader")
    expect(reader.get_by_role("button", name="Forget it in this browser")).to_be_hidden()
    reader.get_by_label("Comment", exact=True).fill("")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_text("Sent with your pass.")).to_be_visible()
    reader.get_by_label("Comment", exact=True).fill("Sent with the pass.")
    reader.get_by_role("button", name="Preview").click()
    expect(reader.get_by_text("Preview: nothing is sent yet")).to_be_visible()
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_text("This comment is in a pass.")).to_be_visible()
    assert address.rpartition("/")[2] not in reader.content()

    reader.goto(story.path)
    write_comment(reader, "Sent beside it.")
    alone = reader.url
    reader.goto(address)
    expect(reader.locator(".row")).to_have_count(2)
    reader.get_by_label("The private link of a receipt").fill("nonsense")
    reader.get_by_role("button", name="Add it").click()
    expect(reader.get_by_label("The private link of a receipt")).to_have_value("nonsense")
    reader.get_by_label("The private link of a receipt").fill(alone)
    reader.get_by_role("button", name="Add it").click()
    expect(reader.locator(".row")).to_have_count(3)
    reader.get_by_role("link", name=story.title).last.click()
    expect(reader.locator("main")).to_contain_text("Sent before there was a pass.")
    assert reader.url != receipt

    reader.goto(address)
    reader.get_by_role("link", name="Delete the pass").click()
    reader.get_by_role("button", name="Delete the pass").click()
    expect(reader.get_by_role("status")).to_contain_text("Its address leads nowhere any more.")
    reader.goto(receipt)
    expect(reader.get_by_role("button", name="Start a pass with this comment")).to_be_visible()


def test_the_script_remembers_a_pass_only_where_it_is_asked_to(
    visit: Callable[..., Visitor], town: Town, story: Story
) -> None:
    visitor = visit(town.site)
    page = visitor.page
    parent = town.factory.published(story.id, "To be answered.", editor=town.editor)
    last = town.factory.published(story.id, "Below it.", editor=town.editor)
    address = start_a_pass(page)
    token = address.rpartition("/")[2]
    assert remembered(page) is None
    page.goto(story.path)
    expect(page.get_by_text("Sent with your pass.")).to_be_hidden()
    page.goto(address)
    page.get_by_label(REMEMBER).check()
    assert remembered(page) == token

    page.goto(f"/comments/{parent}/reply")
    expect(page.get_by_text("Sent with your pass.")).to_be_visible()
    write_comment(page, "An answer that waits.", name="Ann Reader")
    page.goto(story.path)
    expect(page.get_by_label("Name")).to_have_value("Ann Reader")
    page.get_by_label("Comment", exact=True).fill("At the end.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview")).to_contain_text("At the end.")
    expect(page.get_by_text("Sent with your pass.")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This comment is in a pass.")).to_be_visible()

    page.goto(story.path)
    expect(page.locator(".own")).to_have_count(2)
    order = page.locator(".thread .comment").evaluate_all("all => all.map(one => one.id)")
    waiting = town.factory.ask(sa.select(Comment.id).where(Comment.pass_id.is_not(None)).order_by(Comment.id))[-2:]
    assert order == [f"comment-{parent}", f"own-{waiting[0]}", f"comment-{last}", f"own-{waiting[1]}"]
    expect(page.locator(".own").first).to_contain_text("Waiting for an editor. Only you see this.")
    assert token not in page.content().replace(f'href="/passes/{token}"', "")
    assert visitor.context.cookies() == []

    page.get_by_role("button", name="Forget it in this browser").click()
    expect(page.locator(".own")).to_have_count(0)
    expect(page.get_by_text("Sent with your pass.")).to_be_hidden()
    assert remembered(page) is None


def test_the_script_fills_in_the_pass_on_a_receipt_and_forgets_one_that_is_deleted(
    visit: Callable[..., Visitor], town: Town, story: Story
) -> None:
    page = visit(town.site).page
    address = start_a_pass(page)
    page.get_by_label(REMEMBER).check()
    _comment, receipt = town.factory.comment(story.id, "Sent elsewhere.")
    page.goto(f"/receipts/{receipt}")
    expect(page.get_by_label("the link of your pass")).to_have_value(address)
    page.get_by_role("button", name="Add to this pass").click()
    expect(page.get_by_text("This comment is in a pass.")).to_be_visible()
    other = visit(town.site).page
    other.goto(f"{address}/delete")
    other.get_by_role("button", name="Delete the pass").click()
    page.goto(story.path)
    expect(page.get_by_text("Sent with your pass.")).to_be_hidden()
    page.wait_for_function("localStorage.getItem('pass') === null")
