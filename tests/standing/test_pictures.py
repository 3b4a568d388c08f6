"""Pictures in pages beside the articles."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.core.db import transaction
from app.media.models import Image
from app.pages.models import PageImage, PageRevision, StandingPage
from tests.articles.test_pictures import ALT, FIGURE, pictures
from tests.articles.test_pictures_beside_the_text import LEFT_OPEN, deletion, send_picture
from tests.conftest import ON_SQLITE
from tests.factories import Factory, send_form
from tests.images import encoded, picture
from tests.media.test_images import do_what_waits, upload
from tests.pages import Page
from tests.standing.conftest import form_of, save, write


def test_a_page_shows_a_picture_that_was_added_in_its_form_in_its_sizes_once_they_are_made(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    filled = {"title": "Imprint", "slug": "imprint", "state": "live", "seen": ""}
    form = send_picture(browser, "/admin/pages/new", text="Written by:", **filled)
    assert form.field("text").endswith(f"Written by:\n\n::: figure\nimage: bridges.jpg\nalt: {ALT}\n\n:::\n")
    assert (form.field("title"), form.field("picture-alt")) == ("Imprint", "")
    assert "“bridges.jpg” is added." in form.text("//*[@role='status']")
    assert factory.ask(sa.select(StandingPage)) == []
    write(browser, **{**filled, "text": form.field("text")})
    ((image,),) = pictures(client.get("/imprint"))
    assert image.get("src").endswith("/original.jpg")
    do_what_waits(factory)
    ((avif, _webp, image),) = pictures(client.get("/imprint"))
    assert avif.get("srcset").endswith("/60.avif 60w")
    assert (image.get("alt"), image.get("width"), image.get("loading")) == (ALT, "60", "lazy")
    assert factory.ask(sa.select(sa.func.count()).select_from(PageRevision)) == [1]
    refused = deletion(browser)
    assert (refused.status_code, Page(refused).link("//*[@role='alert']//a")) == (409, "/admin/pages/1/edit")
    save(browser, form_of(browser), text="Nobody.")
    assert deletion(browser).status_code == 303


@ON_SQLITE
def test_a_preview_and_a_page_say_themselves_what_their_picture_shows(browser: FlaskClient, factory: Factory) -> None:
    upload(browser, encoded(picture(500, 300)), "bridges.jpg")
    do_what_waits(factory)
    write(browser, text=LEFT_OPEN)
    assert form_of(browser)["text"].lstrip() == FIGURE
    preview = send_form(browser, "/admin/pages/preview?page=1", {**form_of(browser), "text": LEFT_OPEN})
    ((_avif, _webp, image),) = pictures(preview)
    # It stands at the top of the page.
    assert (image.get("alt"), image.get("loading")) == (ALT, None)
    wrong = save(browser, form_of(browser), text=FIGURE.replace("bridges", "no"))
    assert wrong.error_at("text") == "Line 1: there is no image 'no.jpg'."


@ON_SQLITE
def test_an_earlier_text_of_a_page_comes_back_with_its_own_picture(browser: FlaskClient, factory: Factory) -> None:
    for width in (60, 90):
        upload(browser, encoded(picture(width, 40)), "bridges.jpg")
    write(browser, text=FIGURE)
    # As it is where a file has brought its picture along, whose name another one has at the desk.
    hashes = factory.ask(sa.select(Image.hash).order_by(Image.id))
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(PageImage).values(image_id=2))
        session.execute(sa.update(PageRevision).values(images={"bridges.jpg": hashes[1]}))
    save(browser, form_of(browser), text="Nothing to see.")
    restored = "/admin/pages/1/edit?revision=1"
    save(browser, {**form_of(browser, restored), "restored": "1"})
    assert factory.ask(sa.select(PageImage.image_id)) == [2]
    assert Page(browser.get(restored)).field("restored") == "1"


@ON_SQLITE
def test_enter_in_a_field_only_sends_the_form_of_a_page_back(browser: FlaskClient, factory: Factory) -> None:
    kept = write(browser, do="stay", title="Imprint")
    assert kept.field("title") == "Imprint"
    assert kept.find("//div[@class='manuscript']/form//button")[0].get("value") == "stay"
    assert factory.ask(sa.select(StandingPage)) == []
