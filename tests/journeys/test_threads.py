"""Reading a long thread: in another order, with what was left out, by a link to one comment, on a narrow screen."""

from __future__ import annotations

from math import ceil

from playwright.sync_api import FloatRect, Page, expect

from app.core.db import transaction
from app.moderation import marking
from tests.journeys.conftest import Story, Town

LEVELS = 10
TOO_WIDE = "document.scrollingElement.scrollWidth > innerWidth"
ZALGO = "Z" + "̴̷͓͔̂́̀̃" * 40 + "algo " + "o" + "̸" * 60
HOSTILE = [
    ("W" * 4_900, "M" * 80),
    (ZALGO * 20, "Ẑ̴̷͓͔́̀̃algo"),
    ("שלום לכולם, this is הערה with (brackets) 123. " * 5, "שרה לוי"),
    ("\u202eturned round\u202c \u200b\u200d\u2067apart\u2069 " * 20, "Eve \u202enoitar"),
    ("👩‍👩‍👧‍👦🏳️‍🌈" * 200, "🧑‍🚀 Al"),
]


def test_a_reader_turns_the_thread_round_and_opens_what_it_leaves_out(reader: Page, story: Story, town: Town) -> None:
    first = town.factory.published_many(story.id, [None] + [0] * 12 + [None], editor=town.editor)
    with town.factory.app.app_context(), transaction() as session:
        marking.pick(session, town.editor, first[3], on=True)
    thread = reader.get_by_role("region", name="Comments")
    reader.goto(story.path)
    expect(thread.get_by_role("article").last).to_contain_text("Letter 13.")
    reader.get_by_role("link", name="Newest first").click()
    expect(thread.get_by_role("article").first).to_contain_text("Letter 13.")
    reader.get_by_role("link", name="Editor’s picks first").click()
    expect(thread.get_by_role("article").first).to_contain_text("Letter 3.")
    reader.get_by_text("12 replies").click()
    expect(thread.get_by_text("Letter 1.", exact=True)).to_be_hidden()
    reader.get_by_text("12 replies").click()
    reader.get_by_role("link", name="Show 7 more replies").click()
    expect(thread.get_by_role("article")).to_contain_text(["Letter 0.", *(f"Letter {one}." for one in range(6, 13))])
    reader.get_by_role("link", name="All comments").click()
    expect(reader.locator(f"#comment-{first[0]}")).to_be_in_viewport()


def test_a_link_to_a_reply_that_the_thread_leaves_out_leads_to_it(reader: Page, story: Story, town: Town) -> None:
    ids = town.factory.published_many(story.id, [None] + [0] * 12, editor=town.editor)
    reader.goto(f"/comments/{ids[-1]}")
    expect(reader.locator("article:target")).to_contain_text("Letter 12.")
    expect(reader.locator("article:target")).to_be_in_viewport()
    reader.goto(f"{story.path}?comment=99999#comment-99999")
    expect(reader.get_by_text("is not shown, or no longer")).to_be_in_viewport()


def test_ten_levels_and_letters_made_to_break_a_page_stay_in_their_place_at_320_pixels(
    reader: Page, story: Story, town: Town
) -> None:
    above = town.factory.published(story.id, editor=town.editor)
    for _ in range(LEVELS - 1):
        above = town.factory.published(story.id, parent_id=above, editor=town.editor)
    opening = town.factory.published(story.id, "A question.", editor=town.editor)
    piled = 0
    for text, author in HOSTILE:
        made = town.factory.published(story.id, text, author=author, parent_id=opening, editor=town.editor)
        piled = made if author.endswith("algo") else piled
    reader.set_viewport_size({"width": 320, "height": 900})
    for path in (story.path, f"{story.path}?comment={above}"):
        reader.goto(path)
        assert not reader.evaluate(TOO_WIDE)
        deepest = reader.locator(".depth-2 > .words").last.bounding_box()
        assert deepest is not None
        assert deepest["width"] > 240
    reader.goto(story.path)
    following = reader.locator(f"#comment-{piled} + article")
    # What is piled on letters paints on no other comment: with and without it the next one looks the same.
    following.scroll_into_view_if_needed()
    box = following.bounding_box()
    assert box is not None
    # Its first row of pixels may be shared with the line beside the comment above, where a height is no whole number.
    inside: FloatRect = {"x": box["x"], "y": ceil(box["y"]) + 1, "width": box["width"], "height": box["height"] - 2}
    seen = reader.screenshot(clip=inside)
    reader.locator(f"#comment-{piled}").evaluate("comment => { comment.style.visibility = 'hidden' }")
    assert reader.screenshot(clip=inside) == seen
