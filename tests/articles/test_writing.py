"""An editor writes in the browser: a plain form that sends all of an article, and loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.articles.models import Article, ArticleRevision, FaqEntry
from app.audit.models import AuditEntry
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

NEW = "/admin/articles/new"
FIELDS = {
    "title": "Nine new bridges",
    "standfirst": "The city builds nine bridges in a year.",
    "text": "The first span stands.\r\n\r\n## The plans\r\n\r\nThey are old.\r\n",
    "byline": "Rosa Martin",
    "tags": "Bridges, City,",
    "faq-0-question": "How many?",
    "faq-0-answer": "*Nine*.",
    "sources-0-publisher": "City archive",
    "sources-0-url": "https://archive.example/plans",
    "sources-1-publisher": " ",
}


def write(browser: FlaskClient, path: str = NEW, do: str = "save", **fields: object) -> TestResponse:
    return send_form(browser, path, {**FIELDS, "do": do, **fields})


def write_again(browser: FlaskClient, do: str = "save", article: int = 1, **changed: str) -> TestResponse:
    """Opens the article's form, changes some of what stands in it, and sends it."""
    path = f"/admin/articles/{article}/edit"
    return send_form(browser, path, {**filled(Page(browser.get(path))), "do": do, **changed})


def filled(page: Page) -> dict[str, str]:
    """What stands in the form of the page."""
    fields = page.find("//div[@class='manuscript']/form//*[self::input[not(@type='checkbox')] or self::textarea]")
    return {
        one.get("name"): (one.text or "").removeprefix("\n") if one.tag == "textarea" else one.get("value", "")
        for one in fields
    }


def said(answer: TestResponse) -> str:
    return Page(answer).text("//*[@role='alert']")


def test_what_is_written_becomes_an_article_that_readers_see_once_it_is_published(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    answer = write(browser)
    assert answer.headers["Location"] == "/admin/articles/1/edit"
    page = Page(browser.get("/admin/articles/1/edit"))
    assert page.text("//*[@role='status']") == "“Nine new bridges” is saved as a draft. Readers can’t see it."
    assert [client.get(path).status_code for path in ("/articles/nine-new-bridges", "/")] == [404, 200]
    assert "Nine" not in client.get("/").text + client.get("/feed.atom").text + client.get("/sitemap.xml").text
    write_again(browser, do="publish")
    assert Page(browser.get("/admin/articles")).text("//*[@role='status']") == "“Nine new bridges” is live."
    story = Page(client.get("/articles/nine-new-bridges"))
    assert story.text("//h1") == "Nine new bridges"
    assert story.texts("//main//h2")[:3] == ["The plans", "Sources", "Questions and answers"]
    assert story.text("//*[@class='answer']") == "Nine."
    assert story.texts("//ul[@class='kicker']/li") == ["Bridges", "City"]
    assert "20 November 2026" in story.text("//header/p[@class='meta']")
    assert factory.ask(sa.select(AuditEntry.verb).order_by(AuditEntry.id))[-2:] == ["write article", "save article"]


def test_the_form_shows_what_is_stored_and_sent_unchanged_changes_nothing(
    browser: FlaskClient, factory: Factory
) -> None:
    write(browser, related="")
    before = factory.ask(sa.select(AuditEntry.id)), factory.ask(sa.select(FaqEntry.id))
    form = filled(Page(browser.get("/admin/articles/1/edit")))
    assert (form["slug"], form["tags"], form["seen"]) == ("nine-new-bridges", "Bridges, City", "1")
    assert form["text"] == "The first span stands.\n\n## The plans\n\nThey are old.\n"
    assert (form["faq-0-question"], form["sources-0-url"]) == ("How many?", "https://archive.example/plans")
    write_again(browser)
    page = Page(browser.get("/admin/articles"))
    assert page.text("//*[@role='status']") == "Nothing was changed, so nothing was saved."
    assert (factory.ask(sa.select(AuditEntry.id)), factory.ask(sa.select(FaqEntry.id))) == before
    assert factory.ask(sa.select(ArticleRevision.number)) == [1]


def test_a_date_to_come_schedules_it_by_the_sites_clock_and_it_goes_live_by_itself(
    browser: FlaskClient, client: FlaskClient, frozen_clock: FrozenClock
) -> None:
    client.get("/")
    write(browser, published="2026-11-21T09:30")
    assert Page(browser.get("/admin/articles")).text("//*[@role='status']") == (
        "“Nine new bridges” is saved. It goes live on 21 November 2026, 09:30, by itself."
    )
    assert "nine-new-bridges" not in client.get("/").text
    frozen_clock.time = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert "nine-new-bridges" in client.get("/").text
    assert client.get("/articles/nine-new-bridges").status_code == 200


WRONG = [
    ({"title": " "}, "title", "It takes some text."),
    ({"byline": ""}, "byline", "It takes some text."),
    ({"slug": "Nine Bridges"}, "slug", "It takes lower-case letters, digits and single hyphens, 200 at most."),
    (
        {"slug": "", "title": "九"},
        "slug",
        "None can be made of this headline. Write one in lower-case letters, digits and hyphens.",
    ),
    ({"slug": "", "title": ""}, "title", "It takes some text."),
    ({"slug": "taken"}, "slug", "Another article has this address, or had it. Choose another."),
    ({"published": "soon"}, "published", "It takes a date and a time such as 2026-11-20 09:00."),
    ({"published": "0001-01-01T00:00"}, "published", "It takes a year from 1600 to 8999."),
    (
        {"text": "One.\n\n# Two"},
        "text",
        "Line 3: a heading begins with ##, ### or ####; the headline is the article's title.",
    ),
    ({"text": "::: figure\ndrawing: no.svg\nalt: x\n:::"}, "text", "Line 1: there is no drawing 'no.svg'."),
    ({"related": "taken, nowhere"}, "related", "There is no article with the address nowhere."),
    ({"sources-1-title": "Alone"}, "sources-1-publisher", "The publisher is missing."),
    ({"sources-0-url": "javascript:x"}, "sources-0-url", "The url has to begin with http:// or https://."),
    ({"faq-0-answer": ""}, "faq-0-answer", "It takes a question and an answer."),
    (
        {"faq-0-answer": "[x](javascript:y)"},
        "faq-0-answer",
        "Line 1: a link can't lead to 'javascript:y': https://, mailto:, / or # come first.",
    ),
]


@ON_SQLITE
@pytest.mark.parametrize(("fields", "field", "sentence"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_all_is_kept(
    browser: FlaskClient, factory: Factory, fields: Mapping[str, str], field: str, sentence: str
) -> None:
    factory.article("taken")
    answer = write(browser, **fields)
    page = Page(answer)
    assert answer.status_code == 422
    assert page.text("//title").startswith("Error: ")
    assert page.text(f"//*[@id='{field}-error']") == sentence
    (named,) = page.texts(f"//*[@role='alert']//a[@href='#{field}']")
    assert named.endswith(f": {sentence}")
    sent = {name: str(value).replace("\r\n", "\n") for name, value in {**FIELDS, **fields}.items()}
    form = {name: value.replace("\r\n", "\n") for name, value in filled(page).items()}
    assert {name: form[name] for name in sent if name != "slug"} == {n: v for n, v in sent.items() if n != "slug"}
    assert factory.ask(sa.select(Article.slug)) == ["taken"]


@ON_SQLITE
def test_rows_are_added_moved_and_taken_out_by_buttons_that_lose_nothing(browser: FlaskClient) -> None:
    rows = {"faq-0-question": "A", "faq-0-answer": "1", "faq-1-question": "B", "faq-1-answer": "2"}

    def questions(do: str) -> list[str]:
        answer = write(browser, do=do, **rows)
        form = filled(Page(answer))
        assert (answer.status_code, form["title"]) == (200, "Nine new bridges")
        assert form["text"].replace("\r\n", "\n") == FIELDS["text"].replace("\r\n", "\n")
        return [
            f"{value}{form[name.replace('question', 'answer')]}" for name, value in form.items() if "question" in name
        ]

    assert questions("faq-add") == ["A1", "B2", ""]
    assert questions("faq-up-1") == ["B2", "A1"]
    assert questions("faq-down-0") == ["B2", "A1"]
    assert questions("faq-remove-0") == ["B2"]
    assert questions("faq-up-0") == questions("faq-remove-999") == questions("sources-add") == ["A1", "B2"]


@ON_SQLITE
def test_no_form_that_someone_makes_up_is_an_error_of_ours(browser: FlaskClient, factory: Factory) -> None:
    strange = {"faq-²-question": "x", "faq-99999-question": "x", "seen": "²", "restored": "-1", "do": "faq-up-²"}
    assert write(browser, **strange).status_code == 303
    assert send_form(browser, NEW, {}).status_code == 422
    assert write(browser, "/admin/articles/99/edit").status_code == 404
    assert write(browser, title="\x00\x07x").status_code in {303, 422}
    assert browser.get("/admin/articles?words=%00%FF&state=").status_code == 200
    assert browser.get("/admin/articles?state=gone").status_code == 404


def test_the_preview_is_the_readers_page_and_stores_nothing(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("other", tags=["City"])
    answer = send_form(browser, "/admin/articles/preview", {**FIELDS, "do": "preview"})
    shown = Page(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Preview: nothing of this is saved." in shown.text("//header/*[@class='slip']")
    assert factory.ask(sa.select(Article.slug)) == ["other"]
    write(browser, do="publish")
    story = Page(client.get("/articles/nine-new-bridges"))
    for part in ("//h1", "//*[contains(@class, 'story-body')]", "//*[@class='faq prose']", "//ol[@class='sources']"):
        assert shown.text(part) == story.text(part)
    assert shown.texts("//h3/a") == ["About other"]
    assert not shown.find("//form")


@ON_SQLITE
def test_a_preview_of_what_is_wrong_says_what(browser: FlaskClient) -> None:
    answer = send_form(browser, "/admin/articles/preview", {**FIELDS, "text": "# One"})
    assert answer.status_code == 422
    assert "Line 1: a heading begins with" in Page(answer).text("//main//ul")


@ON_SQLITE
def test_a_figure_that_came_with_a_file_stays_in_an_article_that_is_edited(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="1" height="1"/></svg>'
    figure = "::: figure\ndrawing: gate.svg\nalt: A gate\n\nThe gate.\n:::\n"
    (Path(factory.app.instance_path) / "gate.svg").write_text(drawing)
    factory.article("news", figure)
    write_again(browser, text=f"New words.\n\n{figure}", note="It is new.")
    page = Page(client.get("/articles/news"))
    assert "New words." in page.text("//*[contains(@class, 'story-body')]")
    assert page.find("//figure//*[local-name()='rect']")


def test_what_an_answer_owes_to_a_reader_stays_through_an_edit(
    browser: FlaskClient, client: FlaskClient, factory: Factory, edith: object
) -> None:
    article = factory.article("news", faq=[{"question": "Why?", "answer": "So."}])
    comment = factory.published(article, "How many?", editor=edith)  # type: ignore[arg-type]
    send_form(
        browser, f"/admin/comments/{comment}/faq", {"seen": "published.1", "question": "How many?", "answer": "9"}
    )
    before = Page(client.get("/articles/news"))
    write_again(browser, **{"faq-1-question": "How many are there?", "faq-1-answer": "Nine.", "note": "It is new."})  # type: ignore[arg-type]
    after = Page(client.get("/articles/news"))
    assert before.text("//*[@id='faq-how-many']").startswith("9")
    assert after.texts("//*[@class='faq prose']/h3") == ["Why?", "How many are there?"]
    assert after.text("//*[@id='faq-how-many']") == "Nine. Asked by a reader"


@ON_SQLITE
def test_what_readers_can_see_keeps_a_date_that_has_passed(browser: FlaskClient, client: FlaskClient) -> None:
    write(browser, do="publish")
    for date in ("", "2026-12-01T10:00"):
        answer = write_again(browser, published=date)
        assert answer.status_code == 422
        assert Page(answer).text("//*[@id='published-error']").startswith("Readers can see it, so its date")
    assert client.get("/articles/nine-new-bridges").status_code == 200


def test_the_list_is_searched_by_words_of_the_headline_and_by_state(browser: FlaskClient, factory: Factory) -> None:
    factory.article("a", title="Über neue Brücken")
    factory.article("b", title="100% of the bridges", published=datetime(2026, 12, 1, tzinfo=UTC))
    write(browser, title="A draft on bridges")

    def found(query: str) -> list[str]:
        return Page(browser.get(f"/admin/articles?{query}")).texts("//p[@class='listed-title']")

    assert found("") == ["100% of the bridges", "A draft on bridges", "Über neue Brücken"]
    assert found("words=BRIDGES") == ["100% of the bridges", "A draft on bridges"]
    assert found("words=bridges+draft") == ["A draft on bridges"]
    assert found("words=über") == ["Über neue Brücken"]
    assert found("words=%25") == ["100% of the bridges"]
    assert found("words=a_draft") == []
    assert found("state=draft") == ["A draft on bridges"]
    assert found("state=scheduled") == ["100% of the bridges"]
    assert found("state=live") == ["Über neue Brücken"]
    page = Page(browser.get("/admin/articles?state=withdrawn"))
    assert page.text("//ul[@class='listed']") == "No article is like that. Show all"


LIVE = {"title": "Nine new bridges", "text": "The first span stands.", "do": "publish"}


def head(client: FlaskClient) -> list[str]:
    """The slips at the head of the article."""
    return Page(client.get("/articles/nine-new-bridges")).texts("//header//*[@class='slip']")


def test_a_change_to_a_live_article_comes_with_a_dated_public_note(
    browser: FlaskClient, client: FlaskClient, frozen_clock: FrozenClock
) -> None:
    write(browser, **LIVE)
    frozen_clock.advance(days=1)
    refused = Page(write_again(browser, text="The second span stands."))
    assert refused.answer.status_code == 422
    assert refused.text("//*[@id='note-error']").startswith("Readers have seen this article. Say what is new")
    assert filled(refused)["text"] == "The second span stands."
    assert head(client) == []
    write_again(browser, text="The second span stands.", note="The second span stands, too.")
    assert head(client) == ["Updated 21 November 2026 The second span stands, too."]
    assert "<updated>2026-11-21T10:00:00+00:00</updated>" in client.get("/feed.atom").text
    frozen_clock.advance(days=1)
    write_again(browser, text="The third span stands.", note="And the third.")
    assert head(client)[0] == "Updated 22 November 2026 And the third."
    assert len(head(client)) == 2


def test_a_typo_is_mended_without_a_word_as_long_as_it_is_one(browser: FlaskClient, client: FlaskClient) -> None:
    write(browser, **{**LIVE, "text": "The frist span stands."})
    write_again(browser, text="The first span stands.", typo="y")
    assert "The first span" in client.get("/articles/nine-new-bridges").text
    assert head(client) == []
    refused = Page(write_again(browser, text="The first span has fallen into the river.", typo="y"))
    assert refused.text("//*[@id='note-error']") == (
        "31 characters are changed; a typo is 30 at most. Say what is new."
    )
    assert "fallen" not in client.get("/articles/nine-new-bridges").text


@ON_SQLITE
def test_what_is_no_text_changes_without_a_note(browser: FlaskClient, client: FlaskClient) -> None:
    write(browser, **LIVE)
    assert write_again(browser, tags="City", slug="nine-new-bridges", related="").status_code == 303
    assert Page(client.get("/articles/nine-new-bridges")).texts("//ul[@class='kicker']/li") == ["City"]
    assert head(client) == []
