"""What an editor writes is kept by the form's script before it is saved, for that editor alone."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.articles.models import ArticleRevision, UnsavedText
from app.audit.models import AuditEntry
from tests.articles.test_writing import filled, write, write_again
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, csrf_token, send_form
from tests.pages import Page

EDIT = "/admin/articles/1/edit"
SLIPS = "//div[@class='slip'][.//a[@class='button']]"
LISTED = "//*[contains(@class, 'unsaved')]//a"
ONE, OTHER = "1" * 32, "2" * 32


def keep(browser: FlaskClient, form: dict[str, str], window: str = ONE, article: int | None = 1) -> TestResponse:
    """What the script does after a pause of the editor's."""
    path = f"/admin/articles/unsaved?article={article}" if article else "/admin/articles/unsaved"
    answer = send_form(browser, path, {**form, "window": window})
    if answer.status_code == 200:
        form["form_version"] = str(answer.json["version"])  # type: ignore[index]
    return answer


def opened(browser: FlaskClient, path: str = EDIT) -> dict[str, str]:
    return filled(Page(browser.get(path)))


def test_what_is_not_saved_is_kept_apart_and_gone_on_with_and_saved(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    write(browser, do="publish")
    form = opened(browser) | {"text": "Half a sen", "title": "", "faq-0-question": "Why"}
    before = client.get("/articles/nine-new-bridges").text, factory.ask(sa.select(AuditEntry.id))
    assert keep(browser, form).json == {"said": "Not saved yet. Kept for you at 10:00:00.", "version": 1}
    keep(browser, form | {"text": "Half a sentence, and no note."})
    assert (client.get("/articles/nine-new-bridges").text, factory.ask(sa.select(AuditEntry.id))) == before
    assert factory.ask(sa.select(ArticleRevision.number)) == [1]
    assert factory.ask(sa.select(UnsavedText.version)) == [2]

    page = Page(browser.get(EDIT))
    assert page.text(SLIPS).startswith("Your unsaved text of 20 November 2026, 10:00 is here.")
    assert page.field("title") == "Nine new bridges"
    page = Page(browser.get(page.link(f"{SLIPS}//a") or ""))
    assert (page.field("text").strip(), page.field("title")) == ("Half a sentence, and no note.", "")
    assert (page.field("faq-0-question"), page.field("form_version")) == ("Why", "2")
    assert "This is your unsaved text of 20 November 2026, 10:00." in page.text()
    whole = filled(page) | {"title": "Nine", "note": "New words.", "do": "save"}
    assert send_form(browser, EDIT, whole).status_code == 303
    assert factory.ask(sa.select(UnsavedText.id)) == []
    assert "Half a sentence" in client.get("/articles/nine-new-bridges").text


def test_it_is_its_editors_alone_and_dropped_at_a_word(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    write(browser)
    other = factory.logged_in(factory.editor("Rosa Martin", "rosa@example.org"))
    keep(browser, opened(browser) | {"text": "Hers."})
    assert not Page(other.get(EDIT)).find(SLIPS)
    assert other.get(f"{EDIT}?unsaved=1").status_code == 404
    send_form(other, "/admin/articles/unsaved/1/drop")
    frozen_clock.advance(minutes=1)
    keep(browser, opened(browser) | {"text": "Hers, in a second tab."})
    assert len(Page(browser.get(EDIT)).find(SLIPS)) == 2
    send_form(browser, "/admin/articles/unsaved/1/drop")
    page = Page(browser.get(EDIT))
    assert page.text("//*[@role='status']") == "Your unsaved text is dropped."
    assert page.text(SLIPS).startswith("Your unsaved text of 20 November 2026, 10:01 is here.")


@ON_SQLITE
def test_two_windows_with_one_text_do_not_overwrite_each_other(browser: FlaskClient, factory: Factory) -> None:
    write(browser)
    first = opened(browser)
    keep(browser, first | {"text": "One."})
    second = opened(browser, f"{EDIT}?unsaved=1")
    keep(browser, second, OTHER)
    refused = keep(browser, first, ONE)
    assert refused.status_code == 409
    assert "goes on in another window" in refused.text
    # The answer to the second window's was lost on its way.
    assert keep(browser, second | {"text": "Two.", "form_version": "1"}, OTHER).status_code == 200
    assert Page(browser.get(f"{EDIT}?unsaved=1")).field("text").strip() == "Two."


def test_the_text_of_a_new_article_is_found_again_and_so_is_that_of_one_that_was_deleted(
    browser: FlaskClient, factory: Factory
) -> None:
    keep(browser, opened(browser, "/admin/articles/new") | {"title": "Nine"}, article=None)
    write(browser)
    other = factory.logged_in(factory.editor("Rosa Martin", "rosa@example.org"))
    form = opened(other) | {"title": "Ten"}
    keep(other, form)
    keep(browser, opened(browser) | {"title": "Eleven"})
    send_form(browser, "/admin/articles/1/delete", {"seen": "1"})
    assert keep(other, form | {"title": "Ten new bridges"}).status_code == 200
    for editor, title in ((browser, "Nine"), (other, "Ten new bridges")):
        assert Page(editor.get("/admin/articles/new")).text(f"{SLIPS}/p[2]") == title
        listed = Page(editor.get("/admin/articles"))
        assert listed.text(LISTED) == title
        assert Page(editor.get(listed.link(LISTED) or "")).field("title") == title


@ON_SQLITE
def test_what_nobody_went_on_with_is_forgotten_after_thirty_days(
    app: Flask, browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    write(browser)
    keep(browser, opened(browser))
    for days, left in ((30, [1]), (1, [])):
        frozen_clock.advance(days=days)
        app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
        assert factory.ask(sa.select(UnsavedText.id)) == left


@ON_SQLITE
def test_no_form_that_someone_makes_up_is_kept_or_is_an_error_of_ours(browser: FlaskClient, factory: Factory) -> None:
    write(browser)
    form = opened(browser)
    assert keep(browser, form | {"form_name": "x"}).status_code == 400
    assert keep(browser, form, window="").status_code == 400
    strange = form | {
        "form_version": "²",
        "text": "\x00\udc80".encode(errors="surrogateescape").decode(errors="replace"),
    }
    assert keep(browser, strange, article=2**40).status_code == 200
    assert browser.get("/admin/articles/new?unsaved=1").status_code == 200
    for path in (f"{EDIT}?unsaved=1", f"{EDIT}?unsaved=x", "/admin/articles/new?unsaved=9"):
        assert browser.get(path).status_code == 404
    kept = factory.ask(sa.select(UnsavedText.fields))[0]
    assert not {"csrf_token", "window", "do"} & {name for name, _value in kept}
    assert write_again(browser).status_code == 303


@ON_SQLITE
def test_a_script_gets_the_preview_with_the_length_of_the_text_or_all_that_is_wrong(browser: FlaskClient) -> None:
    write(browser)
    form = opened(browser)

    def preview(**fields: str) -> TestResponse:
        token = csrf_token(browser.get("/admin/account").text)
        return browser.post(
            "/admin/articles/preview?article=1",
            data={"csrf_token": token, **form, **fields},
            headers={"Accept": "application/json"},
        )

    shown = preview(text="One two three.").json
    assert shown is not None
    assert "<p>One two three.</p>" in shown["page"]
    assert shown["words"] == "3 words, 1 minute to read"
    wrong = preview(title="", text="# One")
    assert wrong.status_code == 422
    assert wrong.json == {
        "problems": [
            "Headline: It takes some text.",
            "Text: Line 1: a heading begins with ##, ### or ####; the headline is the article's title.",
        ]
    }
