"""Pictures in an issue: in its form, on the web, and in the letters."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import transaction
from app.core.jobs import Job
from app.media.keeping import MAKE_VARIANTS
from app.media.models import Image
from app.newsletter.models import IssueState
from tests.articles.test_pictures import ALT, FIGURE, pictures
from tests.articles.test_pictures_beside_the_text import LEFT_OPEN, deletion, send_picture
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.images import encoded, picture
from tests.media.test_images import do_what_waits, upload
from tests.newsletter.mailroom import issue_of, subscribers
from tests.newsletter.test_issues import NEW, act, edit, write
from tests.pages import Page


def test_an_issue_leads_to_a_light_picture_by_its_whole_address_and_says_in_words_what_it_shows(
    browser: FlaskClient, client: FlaskClient, app: Flask, factory: Factory
) -> None:
    subscribers(app, ["ann@example.org"])
    upload(browser, encoded(picture(1300, 700)), "bridges.jpg")
    write(browser, text=LEFT_OPEN)
    assert issue_of(app, 1).source == FIGURE
    waits = act(browser, "send")
    assert (waits.status_code, issue_of(app, 1).state) == (409, IssueState.DRAFT)
    assert "Its pictures are still being made smaller" in Page(waits).text("//*[@role='alert']")
    do_what_waits(factory)
    assert issue_of(app, 1).revision == 1
    assert act(browser, "send").status_code == 303

    (image_hash,) = factory.ask(sa.select(Image.hash))
    shown = Page(browser.get("/admin/newsletter/1/letter"))
    (image,) = shown.find("//figure//img")
    assert dict(image.attrib) == {
        "src": f"http://broadsheet.test/media/{image_hash}/1184.jpg",
        "alt": ALT,
        "width": "592",
        "height": "319",
        "style": "max-width:100%;height:auto",
    }
    assert not shown.find("//picture | //source")
    assert shown.text("//figcaption") == "The first of nine."
    assert f"[{ALT}]\n\nThe first of nine." in browser.get("/admin/newsletter/1/letter?as=text").text
    ((avif, _webp, _image),) = pictures(client.get(issue_of(app, 1).path))
    assert "480.avif 480w" in avif.get("srcset")
    refused = deletion(browser)
    assert (refused.status_code, Page(refused).link("//*[@role='alert']//a")) == (409, "/admin/newsletter/1")


def test_one_that_is_due_before_its_pictures_are_ready_waits_for_them_but_not_for_ever(
    browser: FlaskClient, app: Flask, factory: Factory, frozen_clock: FrozenClock
) -> None:
    subscribers(app, ["ann@example.org"])
    upload(browser, encoded(), "bridges.jpg")
    write(browser, text=FIGURE)
    send_form(browser, "/admin/newsletter/1/schedule", {"send_at": "2026-11-20T10:05"})
    # As it is where the job that makes the smaller files came to grief.
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(Job).where(Job.kind == MAKE_VARIANTS))
    frozen_clock.advance(minutes=6)
    do_what_waits(factory)
    assert issue_of(app, 1).state is IssueState.SCHEDULED
    frozen_clock.advance(minutes=6)
    do_what_waits(factory)
    assert issue_of(app, 1).state is IssueState.SENT


@ON_SQLITE
def test_a_picture_is_added_in_the_form_of_an_issue_and_shown_in_its_preview(
    browser: FlaskClient, factory: Factory, app: Flask
) -> None:
    form = send_picture(browser, NEW, subject="The week in courts", text="Dear reader,", **{"articles-0": ""})
    text = form.field("text")
    assert text.endswith(f"Dear reader,\n\n::: figure\nimage: bridges.jpg\nalt: {ALT}\n\n:::\n")
    assert form.field("subject") == "The week in courts"
    preview = send_form(browser, "/admin/newsletter/preview", {"subject": "So", "text": text, "do": "preview"})
    assert Page(preview).attribute("//figure//img", "alt") == ALT
    wrong = Page(write(browser, text=FIGURE.replace("bridges", "no")))
    assert wrong.error_at("text") == "Line 1: there is no image 'no.jpg'."
    write(browser, text=text)
    assert deletion(browser).status_code == 409
    edit(browser, text="Dear reader.")
    assert deletion(browser).status_code == 303
