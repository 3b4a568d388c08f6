"""An error that a comment or an editor found becomes a dated correction."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.articles.models import Correction
from app.audit.models import AuditEntry
from app.comments.models import Comment, Status
from tests.articles.conftest import WHOLE, Load, WriteFile
from tests.conftest import FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

SLIPS = "//header//*[contains(@class, 'correction')]"


def correct(
    browser: FlaskClient, comment: int, text: str = "*Nine*, not ten.", seen: str = "published.1"
) -> TestResponse:
    """Turns a comment into a correction."""
    return send_form(browser, f"/admin/comments/{comment}/correction", {"text": text, "seen": seen})


def write_one(browser: FlaskClient, slug: str, text: str = "*Nine*, not ten.") -> TestResponse:
    """Writes a correction that no comment asked for."""
    return send_form(browser, f"/admin/corrections/new?article={slug}", {"text": text})


def verbs(factory: Factory) -> list[tuple[str, str, str]]:
    rows = factory.ask(sa.select(AuditEntry).where(AuditEntry.verb.contains("correct")).order_by(AuditEntry.id))
    return [(row.verb, row.subject, row.detail) for row in rows]


def test_a_correction_stands_below_the_head_dated_and_leads_to_the_comment(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    article = factory.article("news")
    comment = factory.published(article, "There are nine.", editor=edith)
    client.get("/articles/news")
    assert correct(browser, comment).status_code == 303
    page = Page(client.get("/articles/news"))
    assert page.text(SLIPS) == "Corrected 20 November 2026 Nine, not ten. Found by a reader"
    assert page.find(f"{SLIPS}//em")
    assert page.link(f"{SLIPS}//a") == f"/comments/{comment}"
    assert verbs(factory) == [("correct", f"article:{article}", f"comment:{comment}")]


def test_the_newest_correction_comes_first_and_an_update_before_it_is_not_repeated(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity, frozen_clock: FrozenClock
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    write_one(browser, "news", "First.")
    frozen_clock.advance(days=1)
    correct(browser, comment, "Second.")
    page = Page(client.get("/articles/news"))
    assert page.texts(f"{SLIPS}/div") == ["Second.", "First."]
    assert "Updated" not in page.text("//header[@class='story-head']")


def test_an_update_after_the_last_correction_is_said_beside_it(
    load: Load, write: WriteFile, client: FlaskClient, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    load(write(WHOLE))
    write_one(browser, "bridges")
    frozen_clock.advance(days=1)
    assert load(write(WHOLE.replace("They are old.", "They are new."))).exit_code == 0
    head = Page(client.get("/articles/bridges")).text("//header[@class='story-head']")
    assert "Corrected 20 November 2026" in head
    assert "Updated 21 November 2026." in head


def test_a_comment_that_waits_is_published_with_its_correction(factory: Factory, browser: FlaskClient) -> None:
    comment, _token = factory.comment(factory.article("news"))
    assert correct(browser, comment, seen="pending.1").status_code == 303
    assert factory.ask(sa.select(Comment.status)) == [Status.PUBLISHED]


def test_what_readers_cannot_see_is_not_taken_up(factory: Factory, browser: FlaskClient, edith: Identity) -> None:
    comment, _token = factory.comment(factory.article("news"))
    factory.decide(edith, comment, "reject")
    refused = correct(browser, comment, seen="rejected.1")
    assert refused.status_code == 409
    assert Page(refused).field("text").strip() == "*Nine*, not ten."
    assert factory.ask(sa.select(Correction)) == []


def test_one_comment_makes_one_correction_however_often_it_is_sent(
    factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    correct(browser, comment)
    again = correct(browser, comment, "Other words.")
    assert again.status_code == 409
    assert Page(again).field("text").strip() == "Other words."
    assert len(factory.ask(sa.select(Correction))) == 1


def test_one_comment_can_be_a_question_and_a_correction(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    correct(browser, comment)
    fields = {"question": "How many?", "answer": "Nine.", "seen": "published.1"}
    assert send_form(browser, f"/admin/comments/{comment}/faq", fields).status_code == 303


def test_a_correction_can_be_written_without_a_comment(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    article = factory.article("news")
    for address in ("news", "/articles/news", "http://broadsheet.test/articles/news/?from=1#comments"):
        found = browser.get("/admin/corrections/new", query_string={"article": address})
        assert Page(found).link("//*[contains(@class, 'about')]/a") == "/articles/news"
    assert write_one(browser, "news").status_code == 303
    assert Page(client.get("/articles/news")).text(SLIPS) == "Corrected 20 November 2026 Nine, not ten."
    assert verbs(factory) == [("correct", f"article:{article}", "")]


def test_an_article_that_is_not_there_or_not_out_is_asked_for_again(
    factory: Factory, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    later = frozen_clock()
    frozen_clock.advance(hours=-1)
    factory.article("later", published=later)
    for address in ("nowhere", "later", "../etc", "\x00", "http://["):
        answer = browser.get("/admin/corrections/new", query_string={"article": address})
        assert answer.status_code == 404, address
        assert "No article is there." in answer.text
    assert Page(browser.get("/admin/corrections/new?article=nowhere")).field("article") == "nowhere"
    assert write_one(browser, "nowhere").status_code == 404
    assert "No article is there." not in browser.get("/admin/corrections/new").text


def test_a_mistake_gives_back_what_was_typed(factory: Factory, browser: FlaskClient, edith: Identity) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    for answer in (correct(browser, comment, "# Big"), write_one(browser, "news", "# Big")):
        page = Page(answer)
        assert answer.status_code == 422
        assert page.error_at("text").startswith("Line 1: a heading begins with ##")
        assert page.field("text").strip() == "# Big"
    too_long = Page(correct(browser, comment, "x" * 10_001))
    assert too_long.error_at("text") == "A correction takes 10000 characters at most."


def test_a_withdrawn_correction_is_gone_everywhere_but_from_the_record(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    article = factory.article("news")
    comment = factory.published(article, editor=edith)
    correct(browser, comment)
    (correction,) = factory.ask(sa.select(Correction.id))
    for path in ("/articles/news", "/corrections", "/corrections.atom"):
        assert "not ten" in client.get(path).text
    path = f"/admin/corrections/{correction}/remove"
    assert "not ten" in Page(browser.get(path)).text()
    assert factory.ask(sa.select(Correction.id)) == [correction]
    assert send_form(browser, path).status_code == 303
    for page in ("/articles/news", "/corrections", "/corrections.atom"):
        assert "not ten" not in client.get(page).text
    assert verbs(factory)[-1] == ("withdraw correction", f"article:{article}", f"comment:{comment}")
    assert browser.get(path).status_code == 404
    late = send_form(browser, path)
    assert "Someone had taken it out already." in browser.get(late.location).text


def test_a_correction_leaves_the_file_of_its_article_free_to_be_loaded(
    load: Load, write: WriteFile, client: FlaskClient, browser: FlaskClient
) -> None:
    load(write(WHOLE))
    write_one(browser, "bridges")
    assert load(write(WHOLE)).output.endswith(": unchanged\n")
    assert load(write(WHOLE.replace("Nine", "Ten"))).output.endswith(": updated\n")
    assert "Nine, not ten." in Page(client.get("/articles/bridges")).text(SLIPS)


def test_the_desk_lists_the_corrections_newest_first_by_pages(
    factory: Factory, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    factory.article("news")
    for number in range(21):
        frozen_clock.advance(minutes=number % 2)
        write_one(browser, "news", f"Number {number}.")
    first = Page(browser.get("/admin/corrections"))
    words = "//*[contains(@class, 'row-text')]"
    assert first.texts(words) == [f"Number {number}." for number in range(20, 0, -1)]
    assert Page(browser.get(first.link("//a[@rel='next']") or "")).texts(words) == ["Number 0."]
    assert browser.get("/admin/corrections?before=99").status_code == 404
    assert browser.get("/admin/corrections?before=x").status_code == 404
