"""Pictures in articles: from the form or a file, whole at first and then in the sizes that a page needs."""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.accounts.queries import Identity
from app.articles import writing
from app.articles.files import read_article_file
from app.articles.models import Article, ArticleImage, ArticleRevision
from app.core.db import transaction
from app.media.models import Image
from app.media.queries import ImageGone
from tests.articles.conftest import Dump, Load
from tests.articles.test_dumping import files_in, forget_all
from tests.articles.test_writing import FIELDS, NEW, filled, said, write, write_again
from tests.conftest import ON_SQLITE
from tests.factories import Factory, csrf_token, send_form
from tests.images import encoded, picture
from tests.media.test_images import do_what_waits, files_of, upload
from tests.pages import Page

ALT = "Nine bridges over a river"
FIGURE = f"::: figure\nimage: bridges.jpg\nalt: {ALT}\n\nThe *first* of nine.\n:::\n"


def add_picture(browser: FlaskClient, data: bytes | None, path: str = NEW, **fields: Any) -> TestResponse:
    """Sends the article's form, filled in, with a picture that is to be added."""
    given = {"csrf_token": csrf_token(browser.get(path).text), **FIELDS, "picture-alt": ALT, "do": "picture", **fields}
    if data is not None:
        given["picture-file"] = FileStorage(io.BytesIO(data), "bridges.jpg")
    boundary, body = encode_multipart(given)
    return browser.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def pictures(answer: TestResponse) -> list[list[Any]]:
    """Of each picture its sources and its image."""
    return [list(one.iter("source", "img")) for one in Page(answer).find("//figure//picture")]


def test_a_picture_is_shown_whole_until_its_sizes_are_made_and_then_the_page_is_made_anew(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    upload(browser, encoded(picture(1300, 700)), "bridges.jpg")
    write(browser, do="publish", text=f"Text.\n\n{FIGURE}")
    (image_hash,) = factory.ask(sa.select(Image.hash))
    ((image,),) = pictures(client.get("/articles/nine-new-bridges"))
    assert dict(image.attrib) == {
        "src": f"/media/{image_hash}/original.jpg",
        "alt": ALT,
        "width": "1300",
        "height": "700",
        "loading": "lazy",
        "decoding": "async",
    }
    do_what_waits(factory)
    page = client.get("/articles/nine-new-bridges")
    ((avif, webp, image),) = pictures(page)
    assert [avif.get("type"), webp.get("type")] == ["image/avif", "image/webp"]
    sizes = ",".join(f"/media/{image_hash}/{width}.avif {width}w" for width in (480, 736, 1184, 1300))
    assert avif.get("srcset") == sizes
    assert avif.get("sizes") == "(min-width:39rem) 37rem,calc(100vw - 2rem)"
    assert image.get("src") == f"/media/{image_hash}/1184.jpg"
    assert Page(page).text("//figure/figcaption") == "The first of nine."
    assert Page(client.get("/")).find("//article[@class='lead']//picture//img")[0].get("alt") == ALT
    named = {one.partition(" ")[0] for source in (avif, webp) for one in source.get("srcset").split(",")}
    assert {client.get(path).status_code for path in {*named, image.get("src")}} == {200}
    assert factory.ask(sa.select(sa.func.count(ArticleRevision.id))) == [1]


@ON_SQLITE
def test_a_figure_above_the_text_is_not_put_off_and_one_that_exists_in_all_sizes_is_shown_so_at_once(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    upload(browser, encoded(picture(500, 300)), "bridges.jpg")
    do_what_waits(factory)
    write(browser, do="publish", text=f"{FIGURE}\nText.\n\n{FIGURE}")
    first, second = pictures(client.get("/articles/nine-new-bridges"))
    assert [one[-1].get("loading") for one in (first, second)] == [None, "lazy"]
    assert "480.avif 480w" in first[0].get("srcset")


@ON_SQLITE
def test_a_picture_is_added_from_the_form_and_no_word_of_the_article_is_lost(
    browser: FlaskClient, factory: Factory
) -> None:
    refused = add_picture(browser, b"<svg/>")
    assert refused.status_code == 422
    assert "SVG is not taken here." in said(refused)
    assert Page(refused).field("picture-alt") == ALT
    for data, fields, words in [(None, {}, "Choose a picture."), (encoded(), {"picture-alt": ""}, "Say what the")]:
        refused = add_picture(browser, data, **fields)
        assert words in said(refused)
        kept = filled(Page(refused))
        written = {name: value for name, value in FIELDS.items() if name != "sources-1-publisher"}
        assert {name: kept[name].replace("\n", "\r\n") for name in written} == written
    added = add_picture(browser, encoded(), **{"picture-credit": "Photograph: Rosa Martin"})
    form = filled(Page(added))
    assert form["text"].endswith(
        f"They are old.\n\n::: figure\nimage: bridges.jpg\nalt: {ALT}\ncredit: Photograph: Rosa Martin\n\n:::\n"
    )
    assert (form["title"], form["picture-alt"]) == (FIELDS["title"], "")
    assert "“bridges.jpg” is added." in Page(added).text("//*[@role='status']")
    assert factory.ask(sa.select(Article)) == []


@ON_SQLITE
def test_a_file_that_was_chosen_is_added_whichever_button_sends_it(browser: FlaskClient, factory: Factory) -> None:
    assert add_picture(browser, encoded(), do="save").status_code == 303
    (article,) = factory.ask(sa.select(Article))
    assert factory.ask(sa.select(ArticleImage.name)) == ["bridges.jpg"]
    assert "image: bridges.jpg" in article.source
    assert add_picture(browser, encoded(), do="save", **{"picture-alt": ""}).status_code == 422


@ON_SQLITE
def test_an_article_says_itself_what_its_picture_shows(browser: FlaskClient, factory: Factory) -> None:
    upload(browser, encoded(), "bridges.jpg")
    write(browser, text="::: figure\nimage: bridges.jpg\n\nA caption.\n:::\n")
    (article,) = factory.ask(sa.select(Article))
    assert article.source == f"::: figure\nimage: bridges.jpg\nalt: {ALT}\n\nA caption.\n:::\n"
    for text, words in [
        ("::: figure\nimage: no.jpg\nalt: x\n:::\n", "Line 1: there is no image 'no.jpg'."),
        ("::: figure\nalt: x\n:::\n", "Line 1: figure needs either 'drawing: …' or 'image: …'."),
    ]:
        assert words in said(write_again(browser, text=text))


@ON_SQLITE
def test_an_image_that_an_article_shows_can_not_be_deleted(browser: FlaskClient, factory: Factory) -> None:
    upload(browser, encoded(), "bridges.jpg")
    write(browser, text=FIGURE)
    fields = {"csrf_token": csrf_token(browser.get("/admin/images").text)}
    refused = browser.post("/admin/images/1/delete", data=fields)
    assert refused.status_code == 409
    assert Page(refused).link("//*[@role='alert']//a") == "/admin/articles/1/edit"
    write_again(browser, text="Nothing to see.")
    assert browser.post("/admin/images/1/delete", data=fields).status_code == 303
    assert "there is no image 'bridges.jpg'" in said(write_again(browser, text=FIGURE))


def test_what_is_dumped_with_pictures_loads_on_another_site_and_dumps_to_the_same_bytes(
    factory: Factory,
    browser: FlaskClient,
    dump: Dump,
    load: Load,
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    upload(browser, encoded(picture(90, 60)), "gate.png")
    factory.pictured("news", encoded(picture(60, 90), "WEBP"))
    write(browser, text=FIGURE.replace("bridges", "gate").replace(f"alt: {ALT}\n", ""))
    dump(first)
    assert {"images/gate.png", "images/gate.jpg"} < set(files_in(first))
    assert set(load(first).output.split()[1::2]) == {"unchanged"}
    images = factory.ask(sa.select(Image).order_by(Image.id))
    assert [image.name for image in images] == ["gate.jpg", "gate-2.jpg"]
    assert (images[1].alt, images[1].credit) == ("A gate", "Rosa Martin")

    forget_all(factory.app)
    for image_id in (1, 2):
        fields = {"csrf_token": csrf_token(browser.get("/admin/images").text)}
        assert browser.post(f"/admin/images/{image_id}/delete", data=fields).status_code == 303
    do_what_waits(factory)
    assert set(load(first).output.split()[1::2]) == {"added"}
    dump(second)
    assert files_in(second) == files_in(first)
    do_what_waits(factory)
    for image in factory.ask(sa.select(Image)):
        assert len(files_of(factory, image.hash)) == 4, image.name


@ON_SQLITE
def test_two_articles_whose_pictures_of_one_name_differ_are_dumped_apart(
    factory: Factory,
    dump: Dump,
    load: Load,
    tmp_path: Path,
) -> None:
    factory.pictured("one")
    factory.pictured("two", encoded(picture(30, 30), "PNG"))
    answer = dump(tmp_path)
    assert answer.exit_code == 1
    assert "two: another article has a different drawing or image of the same name" in answer.output
    (tmp_path / "images" / "gate.png").write_bytes(b"GIF89a")
    refused = load(tmp_path / "one.md")
    assert "image gate.png: This is no JPEG, PNG, WebP or AVIF" in refused.output
    (tmp_path / "images" / "gate.png").unlink()
    assert "there is no image 'gate.png'" in load(tmp_path / "one.md").output


@ON_SQLITE
def test_an_earlier_text_comes_back_with_its_own_picture(browser: FlaskClient, factory: Factory) -> None:
    factory.pictured("one")
    article = factory.pictured("two", encoded(picture(30, 30), "PNG"))
    write_again(browser, article=article, text="Nothing to see.", note="Without it.")
    path = f"/admin/articles/{article}/edit"
    form = filled(Page(browser.get(f"{path}?revision=1")))
    assert send_form(browser, path, {**form, "do": "save", "note": "With it."}).status_code == 303
    (image_id,) = factory.ask(sa.select(ArticleImage.image_id).where(ArticleImage.article_id == article))
    assert factory.ask(sa.select(Image.width).where(Image.id == image_id)) == [30]
    assert "Images" in browser.get(f"/admin/articles/{article}/revisions?from=2&to=3").text


def test_an_image_that_is_deleted_between_check_and_save_is_missed_in_words(factory: Factory, edith: Identity) -> None:
    factory.pictured("one")
    content = read_article_file(Path(factory.app.instance_path) / "one.md")
    content = replace(content, slug="two", images={"gate.png": "0" * 32})
    with factory.app.app_context(), pytest.raises(ImageGone, match=r"gate\.png"), transaction() as session:
        writing.create(session, edith, content)
    assert factory.ask(sa.select(Article.slug)) == ["one"]


@ON_SQLITE
def test_feeds_show_a_plain_image_with_its_whole_address(client: FlaskClient, factory: Factory) -> None:
    factory.pictured("news")
    do_what_waits(factory)
    (image_hash,) = factory.ask(sa.select(Image.hash))
    feed = client.get("/feed.atom").text
    address = f"http://broadsheet.test/media/{image_hash}/60.png"
    shown = f'<img src="{address}" alt="A gate" width="60" height="40">'
    assert escape(shown).replace("&quot;", "&#34;") in feed
    assert "&lt;picture" not in feed
