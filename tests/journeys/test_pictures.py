"""A picture on its way from an editor's disk into a reader's page, with JavaScript and without."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.images import encoded, picture
from tests.journeys.conftest import SLUGS, Story, Town
from tests.serving.site import wait_until


def test_an_editor_adds_a_picture_to_an_article_and_readers_see_it(desk: Page, reader: Page, tmp_path: Path) -> None:
    file = tmp_path / "bridges.jpg"
    file.write_bytes(encoded(picture(700, 400)))
    desk.goto("/admin/articles/new")
    desk.get_by_label("Headline").fill("Nine new bridges")
    desk.get_by_label("Standfirst").fill("The city builds nine bridges in a year.")
    desk.get_by_label("Text", exact=True).fill("The first span stands.")
    slug = next(SLUGS)
    desk.get_by_label("Address", exact=True).fill(slug)
    desk.get_by_text("Add a picture", exact=True).click()
    desk.get_by_label("Picture", exact=True).set_input_files(file)
    desk.get_by_role("button", name="Add the picture to the text").click()
    expect(desk.get_by_role("alert")).to_contain_text("Say what the picture shows")
    expect(desk.get_by_label("Text", exact=True)).to_have_value("The first span stands.")
    desk.get_by_label("Picture", exact=True).set_input_files(file)
    desk.get_by_label("What it shows").fill("Nine bridges over a river")
    desk.get_by_role("button", name="Add the picture to the text").click()
    expect(desk.get_by_label("Text", exact=True)).to_have_value(
        re.compile("image: bridges.jpg\nalt: Nine bridges over a river\n")
    )
    desk.get_by_role("button", name="Publish now").click()
    expect(desk.get_by_role("status")).to_contain_text("is live.")

    reader.goto(f"/articles/{slug}")
    shown = reader.get_by_role("img", name="Nine bridges over a river")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("picture => picture.naturalWidth") > 0
    wait_until(lambda: loads_a_light_one(reader), "the page shows no smaller file")


def loads_a_light_one(reader: Page) -> bool:
    reader.reload()
    shown = reader.get_by_role("img", name="Nine bridges over a river")
    shown.scroll_into_view_if_needed()
    return str(shown.evaluate("picture => picture.currentSrc")).endswith(".avif")


def test_a_picture_is_added_to_a_page_and_to_an_answer_by_the_same_part_of_their_forms(
    desk: Page, reader: Page, story: Story, town: Town, tmp_path: Path
) -> None:
    file = tmp_path / "map.jpg"
    file.write_bytes(encoded(picture(700, 400)))
    slug = next(SLUGS)
    desk.goto("/admin/pages/new")
    desk.get_by_label("Title").fill("Where to find us")
    desk.get_by_label("Address", exact=True).fill(slug)
    desk.get_by_label("Live: at its address").check()
    add_picture(desk, file)
    expect(desk.get_by_label("Live: at its address")).to_be_checked()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("is live.")

    comment = town.factory.published(story.id, "Where are they?", editor=town.editor)
    desk.goto(f"/admin/comments/{comment}/faq")
    add_picture(desk, file)
    desk.get_by_role("button", name="Answer it in the article").click()
    expect(desk.get_by_role("status")).to_contain_text("stands in the article")

    for path in (f"/{slug}", story.path):
        reader.goto(path)
        shown = reader.get_by_role("img", name="A map of the bridges")
        shown.scroll_into_view_if_needed()
        expect(shown).to_have_js_property("complete", True)
        assert shown.evaluate("picture => picture.naturalWidth") > 0


def add_picture(desk: Page, file: Path) -> None:
    desk.get_by_text("Add a picture", exact=True).click()
    desk.get_by_label("Picture", exact=True).set_input_files(file)
    desk.get_by_label("What it shows").fill("A map of the bridges")
    desk.get_by_role("button", name="Add the picture to the text").click()
    expect(desk.get_by_role("status")).to_contain_text("is added.")
