"""The newsroom's images at the desk: taken in, listed, described, deleted; and their files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app import BODY_LIMIT
from app.audit.models import AuditEntry
from app.core.jobs import work_off
from app.media.models import Image, Variants
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, csrf_token
from tests.images import encoded, opened, picture
from tests.media.conftest import MakeRoom
from tests.pages import Page

IMAGES = "/admin/images"
ALT = "Nine bridges over a river"


def upload(browser: FlaskClient, data: bytes, name: str = "Nine Bridges.JPEG", **more: Any) -> TestResponse:
    fields = {"csrf_token": csrf_token(browser.get(IMAGES).text), "alt": ALT, "credit": "Photograph: Rosa Martin"}
    headers = more.pop("headers", {})
    return send(browser, {**fields, "file": FileStorage(io.BytesIO(data), name), **more}, **headers)


def send(client: FlaskClient, fields: dict[str, Any], **headers: str) -> TestResponse:
    # Encoded here, since the client leaves the file open into which it writes a long body.
    boundary, body = encode_multipart(fields)
    return client.post(IMAGES, data=body, content_type=f"multipart/form-data; boundary={boundary}", headers=headers)


def do_what_waits(factory: Factory) -> None:
    with factory.app.app_context():
        work_off()


def files_of(factory: Factory, image_hash: str) -> list[str]:
    return sorted(path.name for path in (Path(factory.app.instance_path) / "media" / image_hash).glob("*"))


def test_a_picture_is_taken_in_made_smaller_in_the_background_and_served_for_ever(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    answer = upload(browser, encoded(picture(900, 600)))
    assert answer.headers["Location"] == "/admin/images/1"
    assert "Its smaller files are being made" in browser.get("/admin/images/1").text
    (image,) = factory.ask(sa.select(Image))
    assert (image.name, image.alt, image.width, image.height) == ("nine-bridges.jpg", ALT, 900, 600)
    assert files_of(factory, image.hash) == ["original.jpg"]

    do_what_waits(factory)
    (image,) = factory.ask(sa.select(Image))
    assert (image.variants, image.widths) == (Variants.MADE, [480, 736, 900])
    assert len(files_of(factory, image.hash)) == 10
    for name, kind, mimetype in [("480.avif", "AVIF", "image/avif"), ("736.webp", "WEBP", "image/webp")]:
        file = client.get(f"/media/{image.hash}/{name}")
        assert file.mimetype == mimetype
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in file.headers
        shown = opened(file.data)
        assert (shown.format, shown.width) == (kind, int(name.partition(".")[0]))
        known = client.get(f"/media/{image.hash}/{name}", headers={"If-None-Match": file.headers["ETag"]})
        assert (known.status_code, known.data) == (304, b"")
    assert Page(browser.get(IMAGES)).attribute("//main//img", "src") == f"/media/{image.hash}/480.webp"
    assert factory.ask(sa.select(AuditEntry.verb).order_by(AuditEntry.id))[-1] == "add image"


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    ["0/480.avif", "{}/481.avif", "{}/original.svg", "{}/..%2foriginal.jpg", "../secret_key", "{}/.original.jpg"],
)
def test_nothing_else_is_served(browser: FlaskClient, client: FlaskClient, factory: Factory, path: str) -> None:
    upload(browser, encoded())
    (image_hash,) = factory.ask(sa.select(Image.hash))
    assert client.get(f"/media/{path.format(image_hash)}").status_code == 404


@ON_SQLITE
def test_what_is_refused_is_said_at_its_field_and_nothing_that_was_written_is_lost(
    browser: FlaskClient, factory: Factory
) -> None:
    for data, words in [(b"<svg/>", "SVG is not taken here."), (b"GIF89a", "This is no JPEG, PNG, WebP or AVIF")]:
        answer = upload(browser, data, "photo.png")
        page = Page(answer)
        assert answer.status_code == 422
        assert page.error_at("file").startswith(words)
        assert (page.field("alt"), page.field("credit")) == (ALT, "Photograph: Rosa Martin")
    assert Page(upload(browser, encoded(), alt=" ")).error_at("alt").startswith("Say what the picture shows")
    assert Page(upload(browser, encoded(), alt="x" * 501)).error_at("alt").startswith("501 characters")
    assert "Choose a picture." in Page(upload(browser, b"", "")).error_at("file")
    assert factory.ask(sa.select(Image)) == []
    assert list((Path(factory.app.instance_path) / "staged").glob("*")) == []


@ON_SQLITE
def test_a_full_disk_only_puts_the_smaller_files_off(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock, request: pytest.FixtureRequest
) -> None:
    upload(browser, encoded())
    make_room: MakeRoom = request.getfixturevalue("full_disk")
    do_what_waits(factory)
    assert factory.ask(sa.select(Image.variants)) == [Variants.WAITING]
    make_room()
    frozen_clock.advance(minutes=2)
    do_what_waits(factory)
    assert factory.ask(sa.select(Image.variants)) == [Variants.MADE]


@ON_SQLITE
def test_on_a_full_disk_nothing_is_taken_in_and_the_words_come_back(
    browser: FlaskClient, factory: Factory, full_disk: MakeRoom
) -> None:
    answer = upload(browser, encoded())
    assert answer.status_code == 507
    assert "the disk is full" in Page(answer).text("//main")
    assert ALT in answer.text
    assert factory.ask(sa.select(Image)) == []


@ON_SQLITE
def test_the_same_picture_is_the_same_image_and_another_of_the_same_name_gets_a_number(
    browser: FlaskClient, factory: Factory
) -> None:
    for data in (encoded(), encoded(comment="A word in it."), encoded(picture(colour="#98141A")), encoded(kind="PNG")):
        upload(browser, data)
    assert factory.ask(sa.select(Image.name).order_by(Image.id)) == [
        "nine-bridges.jpg",
        "nine-bridges-2.jpg",
        "nine-bridges.png",
    ]


@ON_SQLITE
def test_a_script_gets_the_lines_that_show_the_picture_or_what_is_wrong(browser: FlaskClient) -> None:
    accepts = {"Accept": "application/json"}
    answer = upload(browser, encoded(), headers=accepts, credit="")
    lines = f"::: figure\nimage: nine-bridges.jpg\nalt: {ALT}\n\n:::\n"
    assert (answer.status_code, answer.json) == (200, {"name": "nine-bridges.jpg", "alt": ALT, "markdown": lines})
    answer = upload(browser, b"GIF89a", headers=accepts)
    assert answer.status_code == 422
    assert answer.json == {"error": "This is no JPEG, PNG, WebP or AVIF, whatever its name says."}
    token = csrf_token(browser.get(IMAGES).text)
    by_header = {**accepts, "X-CSRFToken": token}
    fields = {"alt": ALT, "file": (io.BytesIO(encoded()), "a.jpg")}
    assert browser.post(IMAGES, data=fields, headers=by_header).status_code == 200


@ON_SQLITE
def test_only_an_editor_may_send_as_much_as_a_picture_takes(browser: FlaskClient, client: FlaskClient) -> None:
    noise = PIL.Image.effect_noise((1700, 1200), 200)
    large = encoded(noise, "PNG")
    assert len(large) > BODY_LIMIT
    assert upload(browser, large).status_code == 303
    assert send(client, {"file": FileStorage(io.BytesIO(large), "a.png")}).status_code == 413


def test_an_image_that_is_deleted_takes_its_files_with_it(browser: FlaskClient, factory: Factory) -> None:
    upload(browser, encoded(picture(500, 300)))
    do_what_waits(factory)
    (image_hash,) = factory.ask(sa.select(Image.hash))
    fields = {"csrf_token": csrf_token(browser.get("/admin/images/1").text)}
    assert browser.post("/admin/images/1/delete", data=fields).headers["Location"] == IMAGES
    assert files_of(factory, image_hash) != []
    do_what_waits(factory)
    assert files_of(factory, image_hash) == []
    assert browser.get("/admin/images/1").status_code == 404


@ON_SQLITE
def test_one_that_comes_back_before_its_files_are_forgotten_keeps_them(browser: FlaskClient, factory: Factory) -> None:
    upload(browser, encoded())
    do_what_waits(factory)
    fields = {"csrf_token": csrf_token(browser.get("/admin/images/1").text)}
    browser.post("/admin/images/1/delete", data=fields)
    upload(browser, encoded())
    do_what_waits(factory)
    (image,) = factory.ask(sa.select(Image))
    assert (image.id, image.variants) == (2, Variants.MADE)
    assert "original.jpg" in files_of(factory, image.hash)


@ON_SQLITE
def test_a_picture_whose_smaller_files_can_not_be_made_is_shown_whole_and_the_editor_is_told(
    browser: FlaskClient, factory: Factory
) -> None:
    upload(browser, encoded())
    (image_hash,) = factory.ask(sa.select(Image.hash))
    (Path(factory.app.instance_path) / "media" / image_hash / "original.jpg").write_bytes(b"gone")
    do_what_waits(factory)
    page = Page(browser.get("/admin/images/1"))
    assert "could not be made" in page.text("//p[@class='warning']")
    assert page.attribute("//main//img", "src") == f"/media/{image_hash}/original.jpg"


@ON_SQLITE
def test_the_description_can_be_changed(browser: FlaskClient, factory: Factory) -> None:
    upload(browser, encoded())
    page = browser.get("/admin/images/1")
    answer = browser.post("/admin/images/1", data={"csrf_token": csrf_token(page.text), "alt": "", "credit": "x"})
    assert (answer.status_code, Page(answer).field("credit")) == (422, "x")
    browser.post("/admin/images/1", data={"csrf_token": csrf_token(page.text), "alt": "Ten", "credit": ""})
    assert factory.ask(sa.select(Image.alt)) == ["Ten"]
    assert "alt: Ten" in browser.get("/admin/images/1").text
