"""A reader's question becomes part of the article."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.articles.crediting import credit
from app.articles.models import LISTS, Article, CommentsState, FaqEntry
from app.articles.questions import QUESTION_LIMIT
from app.audit.models import AuditEntry
from app.comments.models import Comment, Status
from app.core.db import transaction
from app.core.revisions import bump
from tests.articles.conftest import WHOLE, Load, WriteFile
from tests.factories import Factory, send_form
from tests.pages import Page


def answer(
    browser: FlaskClient, comment: int, question: str = "How many?", text: str = "*Nine*.", seen: str = "published.1"
) -> TestResponse:
    fields = {"question": question, "answer": text, "seen": seen}
    return send_form(browser, f"/admin/comments/{comment}/faq", fields)


def faq(client: FlaskClient, slug: str = "news") -> Page:
    return Page(client.get(f"/articles/{slug}"))


def agree(factory: Factory, comment: int, name: str | None) -> bool:
    with factory.app.app_context(), transaction() as session:
        return credit(session, comment, name)


def test_a_question_stands_in_the_article_with_its_answer_and_leads_to_the_comment(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    article = factory.article("news", faq=[{"question": "Why?", "answer": "So."}])
    comment = factory.published(article, "How many bridges, then?", editor=edith)
    client.get("/articles/news")
    client.get("/faq")
    assert answer(browser, comment).status_code == 303
    page = faq(client)
    assert page.texts("//*[@aria-labelledby='faq']//h3") == ["Why?", "How many?"]
    assert page.text("//*[@id='faq-how-many']") == "Nine. Asked by a reader"
    assert page.find("//*[@id='faq-how-many']//em")
    assert page.link("//*[@id='faq-how-many']//a") == f"/comments/{comment}"
    assert "Asked" not in page.text("//*[@id='faq-why']")
    assert "How many?" in Page(client.get("/faq")).text()
    (entry,) = factory.ask(sa.select(AuditEntry).where(AuditEntry.verb == "answer"))
    assert (entry.actor, entry.subject, entry.detail) == (
        edith.actor,
        f"article:{article}",
        f"comment:{comment}",
    )


def test_the_form_begins_with_the_comments_words_in_one_line(
    factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), "How *many*\n\nbridges?", editor=edith)
    page = Page(browser.get(f"/admin/comments/{comment}/faq"))
    assert page.field("question").strip() == "How many bridges?"
    assert page.field("answer").strip() == ""
    assert page.field("seen") == "published.1"


def test_a_comment_that_waits_is_published_with_its_question(factory: Factory, browser: FlaskClient) -> None:
    comment, _token = factory.comment(factory.article("news"))
    assert "Publish the comment" in browser.get(f"/admin/comments/{comment}/faq").text
    assert answer(browser, comment, seen="pending.1").status_code == 303
    assert factory.ask(sa.select(Comment.status)) == [Status.PUBLISHED]
    assert len(factory.ask(sa.select(FaqEntry))) == 1


@pytest.mark.parametrize("verb", ["reject", "spam", "return"])
def test_what_readers_cannot_see_is_not_taken_up(
    factory: Factory, browser: FlaskClient, edith: Identity, verb: str
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    factory.decide(edith, comment, verb)
    refused = answer(browser, comment, text="Nine.", seen=f"{factory.ask(sa.select(Comment.status))[0]}.1")
    assert refused.status_code == 409
    assert Page(refused).field("answer").strip() == "Nine."
    assert "publish it first" in Page(refused).text("//*[@class='slip']")
    assert factory.ask(sa.select(FaqEntry)) == []


def test_what_another_has_changed_meanwhile_is_shown_first(
    factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    factory.decide(edith, comment, "publish")
    refused = answer(browser, comment, text="Nine.", seen="pending.1")
    page = Page(refused)
    assert refused.status_code == 409
    assert "Nothing is saved yet" in page.text("//*[@class='slip']")
    assert (page.field("question").strip(), page.field("answer").strip()) == ("How many?", "Nine.")
    assert answer(browser, comment, seen=page.field("seen")).status_code == 303


def test_pressing_the_button_twice_makes_one_question(factory: Factory, browser: FlaskClient, edith: Identity) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    answer(browser, comment)
    again = answer(browser, comment, text="Ten.")
    assert again.status_code == 409
    assert "stands in the article" in Page(again).text("//*[@class='slip']")
    assert Page(again).field("answer").strip() == "Ten."
    assert len(factory.ask(sa.select(FaqEntry))) == 1
    assert not Page(browser.get(f"/admin/comments/{comment}/faq")).find("//textarea")


def test_two_editors_who_press_at_the_same_moment_make_one_question(factory: Factory, browser: FlaskClient) -> None:
    comment, _token = factory.comment(factory.article("news"))
    rosa = factory.logged_in(factory.editor("Rosa Martin", "rosa@example.org"))
    start, answers = threading.Barrier(2), []

    def press(who: FlaskClient) -> None:
        start.wait()
        answers.append(answer(who, comment, seen="pending.1").status_code)

    threads = [threading.Thread(target=press, args=(who,)) for who in (browser, rosa)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert len(factory.ask(sa.select(FaqEntry))) == 1


def test_questions_of_the_same_words_have_places_of_their_own(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    article = factory.article("news", faq=[{"question": "How many?", "answer": "So."}])
    for _ in range(2):
        answer(browser, factory.published(article, editor=edith))
    anchors = [answer.get("id") for answer in faq(client).find("//*[@class='answer']")]
    assert anchors == ["faq-how-many", "faq-how-many-2", "faq-how-many-3"]


def test_a_mistake_gives_back_what_was_typed_and_names_its_line(
    factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    page = Page(answer(browser, comment, "", "Fine.\n\n# Too big"))
    assert page.answer.status_code == 422
    assert page.error_at("question") == "Write the question first."
    assert page.error_at("answer").startswith("Line 3: a heading begins with ##")
    assert page.field("answer").strip() == "Fine.\n\n# Too big"
    page = Page(answer(browser, comment, "Q" * (QUESTION_LIMIT + 1), ""))
    assert page.error_at("question") == "A question takes 300 characters at most."
    assert page.error_at("answer") == "Write an answer first."
    assert factory.ask(sa.select(FaqEntry)) == []


def test_a_video_in_an_answer_may_play_on_the_articles_page(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    answer(browser, comment, text="::: video\ntitle: The opening\nurl: https://youtu.be/abcdefghijk\n:::\n")
    header = client.get("/articles/news").headers["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com;" in header


def test_the_article_counts_as_updated(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    answer(browser, comment)
    assert "Updated 20 November 2026." in faq(client).text("//header//*[@class='slip']")


def test_a_later_load_of_the_file_does_not_overwrite_it(
    load: Load, write: WriteFile, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    path = write(WHOLE)
    load(path)
    (article,) = factory.ask(sa.select(Article.id))
    answer(browser, factory.published(article, editor=edith), "And who pays?")
    for text in (WHOLE, WHOLE.replace("Nine", "Ten")):
        assert load(write(text)).exit_code == 1
        assert "And who pays?" in faq(browser, "bridges").texts("//*[@aria-labelledby='faq']//h3")
    assert load("--force", path).exit_code == 0
    assert "And who pays?" not in faq(browser, "bridges").texts("//*[@aria-labelledby='faq']//h3")


def test_a_question_that_is_taken_out_is_gone_and_its_file_loads_again(
    load: Load, write: WriteFile, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    path = write(WHOLE)
    load(path)
    (article,) = factory.ask(sa.select(Article.id))
    comment = factory.published(article, editor=edith)
    answer(browser, comment, "And who pays?")
    (entry,) = factory.ask(sa.select(FaqEntry.id).where(FaqEntry.asked_in_id == comment))
    asked = Page(browser.get(f"/admin/questions/{entry}/remove"))
    assert "And who pays?" in asked.text()
    assert send_form(browser, f"/admin/questions/{entry}/remove").status_code == 303
    assert "And who pays?" not in faq(browser, "bridges").texts("//*[@aria-labelledby='faq']//h3")
    assert load(path).output == f"{path}: unchanged\n"
    verbs = factory.ask(sa.select(AuditEntry.verb).order_by(AuditEntry.id))
    assert verbs[-1] == "withdraw answer"
    late = send_form(browser, f"/admin/questions/{entry}/remove")
    assert "Someone had taken it out already." in browser.get(late.location).text
    assert answer(browser, comment).status_code == 303


def test_the_reader_is_named_after_agreeing_and_no_longer_after_taking_it_back(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    article = factory.article("news")
    comment = factory.published(article, author="Ann Reader", editor=edith)
    other = factory.published(article, author="Bo", editor=edith)
    answer(browser, comment)
    answer(browser, other, "Who pays?")
    client.get("/articles/news")
    assert agree(factory, comment, "Ann Reader")
    assert faq(client).text("//*[@id='faq-how-many']") == "Nine. Asked by Ann Reader"
    assert faq(client).text("//*[@id='faq-who-pays']") == "Nine. Asked by a reader"
    assert "Asked by Ann Reader" in Page(client.get("/faq")).text()
    assert agree(factory, comment, None)
    assert "Ann Reader" not in faq(client).text("//*[@aria-labelledby='faq']")
    assert "Ann Reader" not in Page(client.get("/faq")).text()


def test_nobody_is_named_for_a_comment_that_was_never_taken_up(factory: Factory, edith: Identity) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    assert not agree(factory, comment, "Ann Reader")


def test_an_editors_own_question_is_credited_at_once(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    send_form(browser, f"/admin/comments/{comment}/reply", {"body": "And who pays?"})
    answer(browser, comment + 1)
    assert faq(client).text("//*[@id='faq-how-many']") == "Nine. Asked by Edith Ward"


def test_a_question_outlives_its_comment_without_a_link_to_what_is_gone(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    answer(browser, comment)
    client.get("/articles/news")
    factory.decide(edith, comment, "reject")
    page = faq(client)
    assert page.text("//*[@id='faq-how-many']") == "Nine. Asked by a reader"
    assert not page.find("//*[@id='faq-how-many']//a")


def test_what_is_not_there_is_answered_nowhere(app: Flask, browser: FlaskClient, factory: Factory) -> None:
    for path in ("/admin/comments/7/faq", "/admin/comments/7/correction", "/admin/questions/7/remove"):
        assert browser.get(path).status_code == 404
    assert answer(browser, 7).status_code == 404


def test_no_link_leads_to_a_comment_of_an_article_that_is_to_have_none(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    answer(browser, comment)
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Article).values(comments=CommentsState.OFF))
        bump(session, LISTS)
    page = faq(client)
    assert page.text("//*[@id='faq-how-many']") == "Nine. Asked by a reader"
    assert not page.find("//*[@id='faq-how-many']//a")
