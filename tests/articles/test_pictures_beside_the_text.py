"""Pictures in what stands beside an article's text: its answers and its corrections."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.accounts.queries import Identity
from app.articles.models import Article, ArticleImage, Drawing, FaqEntry
from app.media.models import Image
from tests.articles.conftest import WHOLE, Dump, Load
from tests.articles.test_corrections import SLIPS, correct, write_one
from tests.articles.test_dumping import files_in, forget_all
from tests.articles.test_pictures import ALT, FIGURE, pictures
from tests.articles.test_questions import answer
from tests.articles.test_writing import said, write, write_again
from tests.conftest import ON_SQLITE
from tests.factories import Factory, csrf_token, send_form
from tests.images import encoded, picture
from tests.media.test_images import do_what_waits, upload
from tests.pages import Page

LEFT_OPEN = FIGURE.replace(f"alt: {ALT}\n", "")


def deletion(browser: FlaskClient, image_id: int = 1) -> TestResponse:
    """What an editor is told who wants to delete an image."""
    return send_form(browser, f"/admin/images/{image_id}/delete")


def answer_anew(browser: FlaskClient, text: str) -> TestResponse:
    """Changes the first answer in the article's form."""
    changed: dict[str, Any] = {"faq-0-answer": text}
    return write_again(browser, **changed)


def send_picture(browser: FlaskClient, path: str, **fields: str) -> Page:
    """Sends a form with a picture that is to be added to its text, and returns the form that comes back."""
    given = {"csrf_token": csrf_token(browser.get(path).text), "picture-alt": ALT, "do": "picture", **fields}
    file = FileStorage(io.BytesIO(encoded()), "bridges.jpg")
    boundary, body = encode_multipart({**given, "picture-file": file})
    return Page(browser.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}"))


def test_an_answer_shows_a_picture_on_each_page_that_it_stands_on_and_in_its_sizes_once_they_are_made(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    upload(browser, encoded(picture(500, 300)), "bridges.jpg")
    write(browser, do="publish", **{"faq-0-answer": LEFT_OPEN})
    assert factory.ask(sa.select(FaqEntry.source)) == [FIGURE.strip()]
    pages = ["/articles/nine-new-bridges", "/faq"]
    for path in pages:
        ((image,),) = pictures(client.get(path))
        assert image.get("src").endswith("/original.jpg")
        # It is far below the top, whatever its answer begins with.
        assert image.get("loading") == "lazy"
    do_what_waits(factory)
    for path in pages:
        ((avif, _webp, image),) = pictures(client.get(path))
        assert "480.avif 480w" in avif.get("srcset")
        assert (image.get("alt"), image.get("width"), image.get("height")) == (ALT, "500", "300")
    (image_hash,) = factory.ask(sa.select(Image.hash))
    address = f"http://broadsheet.test/media/{image_hash}/500.jpg"
    assert escape(f'<img src="{address}"').replace("&quot;", "&#34;") in client.get("/feed.atom").text
    assert factory.ask(sa.select(Article.lead_image)) == [None]


@ON_SQLITE
def test_what_an_answer_shows_is_in_use_and_what_it_names_in_vain_is_said_at_its_field(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    upload(browser, encoded(), "bridges.jpg")
    write(browser, **{"faq-0-answer": FIGURE})
    assert deletion(browser).status_code == 409
    wrong = answer_anew(browser, FIGURE.replace("bridges", "no"))
    assert "Line 1: there is no image 'no.jpg'." in said(wrong)
    answer_anew(browser, "Nine.")
    assert factory.ask(sa.select(ArticleImage.name)) == []
    assert deletion(browser).status_code == 303


def test_a_file_brings_the_pictures_of_its_answers_and_is_dumped_with_them_to_the_same_bytes(
    browser: FlaskClient, factory: Factory, dump: Dump, load: Load, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    upload(browser, encoded(), "bridges.jpg")
    write(browser, **{"faq-0-answer": FIGURE, "text": "Text."})
    dump(first)
    assert set(files_in(first)) == {"images/bridges.jpg", "nine-new-bridges.md"}
    assert set(load(first).output.split()[1::2]) == {"unchanged"}
    forget_all(factory.app)
    deletion(browser)
    do_what_waits(factory)
    assert set(load(first).output.split()[1::2]) == {"added"}
    dump(second)
    assert files_in(second) == files_in(first)
    assert factory.ask(sa.select(Image.alt)) == [ALT]
    (first / "images" / "bridges.jpg").write_bytes(b"GIF89a")
    line = files_in(first)["nine-new-bridges.md"].decode().split("\n").index("faq:") + 1
    assert f"nine-new-bridges.md:{line}: image bridges.jpg: This is no JPEG" in load(first).output


def test_a_readers_question_is_answered_with_a_picture_that_is_free_once_the_answer_is_taken_out(
    browser: FlaskClient, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    # The article calls another picture by the same name as the desk does.
    article = factory.pictured("news", encoded(picture(90, 60)))
    comment = factory.published(article, "Where are they?", editor=edith)
    path = f"/admin/comments/{comment}/faq"
    form = send_picture(browser, path, question="Where?", answer="See:", seen="published.1")
    assert form.field("answer").endswith(f"See:\n\n::: figure\nimage: bridges.jpg\nalt: {ALT}\n\n:::\n")
    assert (form.field("question").strip(), form.field("picture-alt")) == ("Where?", "")
    text = form.field("answer") + LEFT_OPEN.replace("bridges.jpg", "gate.png").replace("\n\n", f"\nalt: {ALT}\n\n", 1)
    assert answer(browser, comment, text=text).status_code == 303
    do_what_waits(factory)
    shown = pictures(client.get("/articles/news"))
    assert [one[-1].get("width") for one in shown] == ["90", "60", "90"]
    assert all(len(one) == 3 for one in shown)
    named = sa.select(ArticleImage.name).order_by(ArticleImage.name)
    assert factory.ask(named) == ["bridges.jpg", "gate.png"]
    assert deletion(browser, 2).status_code == 409
    send_form(browser, "/admin/questions/1/remove")
    assert factory.ask(named) == ["gate.png"]
    assert [deletion(browser, one).status_code for one in (1, 2)] == [409, 303]


def test_a_correction_shows_a_picture_of_its_own_that_no_change_of_the_article_takes_away(
    browser: FlaskClient, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    comment = factory.published(factory.pictured("news"), editor=edith)
    path = f"/admin/comments/{comment}/correction"
    form = send_picture(browser, path, text="The map was wrong.", seen="published.1")
    assert correct(browser, comment, form.field("text")).status_code == 303
    client.get("/corrections")
    do_what_waits(factory)
    assert write_again(browser, text="No figure.", note="Without it.").status_code == 303
    for page in (client.get("/articles/news"), client.get("/corrections")):
        ((_avif, _webp, image),) = pictures(page)
        assert (image.get("alt"), image.get("loading")) == (ALT, "lazy")
    assert Page(client.get("/articles/news")).find(f"{SLIPS}//picture")
    assert "img src=&#34;http://broadsheet.test/media/" in client.get("/corrections.atom").text
    assert "&lt;picture" not in client.get("/corrections.atom").text
    refused = deletion(browser, 2)
    assert (refused.status_code, Page(refused).link("//*[@role='alert']//a")) == (409, "/admin/corrections/1/remove")
    assert browser.get("/admin/corrections/1/remove").status_code == 200
    send_form(browser, "/admin/corrections/1/remove")
    assert deletion(browser, 2).status_code == 303


@ON_SQLITE
def test_a_correction_without_a_comment_takes_a_picture_too(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    form = send_picture(browser, "/admin/corrections/new?article=news", text="So:")
    assert "“bridges.jpg” is added." in form.text("//*[@role='status']")
    wrong = Page(write_one(browser, "news", FIGURE.replace("bridges", "no")))
    assert wrong.error_at("text") == "Line 1: there is no image 'no.jpg'."
    assert write_one(browser, "news", form.field("text")).status_code == 303
    assert pictures(client.get("/articles/news"))


@ON_SQLITE
def test_an_answers_drawing_comes_with_the_file_and_goes_with_the_answer(
    browser: FlaskClient, client: FlaskClient, factory: Factory, load: Load, tmp_path: Path
) -> None:
    (tmp_path / "gate.svg").write_text('<svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" class="d-ink"/></svg>')
    file = tmp_path / "bridges.md"
    figure = "::: figure\n      drawing: gate.svg\n      alt: A gate\n      :::"
    file.write_text(WHOLE.replace("*Nine*.", figure))
    assert load(file).output == f"{file}: added\n"
    assert Page(client.get("/articles/bridges")).find("//*[@class='answer']//figure//*[name()='svg']")
    assert factory.ask(sa.select(Drawing.name)) == ["gate.svg"]
    entry = factory.ask(sa.select(FaqEntry.id).order_by(FaqEntry.position))[0]
    send_form(browser, f"/admin/questions/{entry}/remove")
    assert factory.ask(sa.select(Drawing)) == []
