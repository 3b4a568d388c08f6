"""Where and from whom comments are taken; what is refused comes back with why."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.closing import set_comments
from app.articles.models import CommentsState, article_subject
from app.audit.models import AuditEntry
from app.comments.models import Comment
from app.core import clock
from app.core.db import transaction
from app.core.revisions import bump
from app.site import editing
from app.site.models import SITE, the_site
from tests.comments.sending import send
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page

WHY = "A court has asked us to wait."


@pytest.fixture
def article(factory: Factory) -> int:
    return factory.article("news")


def set_state(app: Flask, editor: Identity, article_id: int, state: CommentsState) -> None:
    with app.app_context(), transaction() as session:
        set_comments(session, editor, article_id, state)


def close_after(app: Flask, days: int | None) -> None:
    with app.app_context(), transaction() as session:
        the_site(session).close_after_days = days
        bump(session, SITE)


def lock(app: Flask, comment_id: int) -> None:
    with app.app_context(), transaction() as session:
        comment = session.get_one(Comment, comment_id)
        comment.locked_at = clock.now()
        bump(session, article_subject(comment.article_id))


def pause(app: Flask, editor: Identity) -> None:
    with app.app_context(), transaction() as session:
        editing.pause(session, editor, WHY)


def refusal(page: Page) -> str:
    return page.text("//*[@role='alert']")


def number_of_comments(factory: Factory) -> int:
    (number,) = factory.ask(sa.select(sa.func.count()).select_from(Comment))
    assert isinstance(number, int)
    return number


def test_a_closed_article_shows_its_thread_and_a_sentence_in_place_of_the_form(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    comment = factory.published(article, "A sound point.", editor=edith)
    assert client.get("/articles/news").text.count('id="comment-form"') == 1
    set_state(app, edith, article, CommentsState.CLOSED)
    page = Page(client.get("/articles/news"))
    assert "A sound point." in page.text("//*[@class='thread']")
    assert not page.find("//form[@id='comment-form']")
    assert not page.find("//a[contains(@class, 'reply')]")
    assert page.text("//section[@aria-labelledby='leave-a-comment']") == (
        "Leave a comment Comments on this article are closed."
    )
    reply = Page(client.get(f"/comments/{comment}/reply"))
    assert reply.text("//*[@role='status']") == "Comments on this article are closed."
    assert not reply.find("//form[@id='comment-form']")


def test_what_is_sent_to_a_closed_article_comes_back(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    set_state(app, edith, article, CommentsState.CLOSED)
    page = Page(send(client, body="A late point."))
    assert page.answer.status_code == 409
    assert page.text("//title").startswith("Error: ")
    assert refusal(page) == "Comments on this article are closed."
    assert page.find("//textarea[@id='kept']")[0].text == "A late point."
    assert not page.find("//form[@id='comment-form']")
    assert number_of_comments(factory) == 0


def test_an_article_with_comments_off_shows_none_and_counts_none(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    comment = factory.published(article, "A cruel point.", editor=edith)
    assert "1 comment" in Page(client.get("/")).text()
    set_state(app, edith, article, CommentsState.OFF)
    page = Page(client.get("/articles/news"))
    assert page.text("//section[@aria-labelledby='comments']") == "Comments This article takes no comments."
    assert not page.find("//form[@id='comment-form']")
    assert "comment" not in page.text("//article/header")
    for path in ("/", "/articles/news", f"/articles/news?from={comment:08x}"):
        answer = client.get(path)
        assert "A cruel point." not in answer.text
        assert "1 comment" not in answer.text
    assert client.get(f"/comments/{comment}").status_code == 404
    assert client.get(f"/comments/{comment}/reply").status_code == 404
    assert Page(send(client, parent=str(comment))).answer.status_code == 409
    assert number_of_comments(factory) == 1
    set_state(app, edith, article, CommentsState.OPEN)
    assert "A cruel point." in client.get("/articles/news").text


def test_an_article_closes_by_itself_at_its_minute_without_a_change_in_the_database(
    app: Flask, client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news", published=frozen_clock() - timedelta(days=13))
    close_after(app, 14)
    frozen_clock.advance(hours=23, minutes=59, seconds=59)
    assert 'id="comment-form"' in client.get("/articles/news").text
    assert send(client).status_code == 303
    frozen_clock.advance(seconds=1)
    page = Page(client.get("/articles/news"))
    assert not page.find("//form[@id='comment-form']")
    said = "Comments closed on 21 November 2026, 10:00."
    assert said in page.text("//section[@aria-labelledby='leave-a-comment']")
    page = Page(send(client, body="A late point."))
    assert (page.answer.status_code, refusal(page)) == (409, said)
    close_after(app, None)
    assert 'id="comment-form"' in client.get("/articles/news").text


def test_the_form_for_a_reply_ends_at_that_minute_too(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    close_after(app, 1)
    comment = factory.published(factory.article("news", published=frozen_clock()), editor=edith)
    assert "<form" in client.get(f"/comments/{comment}/reply").text
    frozen_clock.advance(days=1)
    assert "<form" not in client.get(f"/comments/{comment}/reply").text


def test_what_the_editor_says_of_an_article_goes_before_its_age(
    app: Flask, client: FlaskClient, edith: Identity, article: int, frozen_clock: FrozenClock
) -> None:
    close_after(app, 1)
    set_state(app, edith, article, CommentsState.CLOSED)
    frozen_clock.advance(days=2)
    assert "Comments on this article are closed." in client.get("/articles/news").text


def test_while_commenting_is_paused_every_article_says_why(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    comment = factory.published(article, "A sound point.", editor=edith)
    paths = ("/articles/news", f"/comments/{comment}/reply")
    assert all("<form" in client.get(path).text for path in paths)
    pause(app, edith)
    for path in paths:
        page = Page(client.get(path))
        assert f"Commenting is paused for now. {WHY}" in page.text()
        assert not page.find("//form[@id='comment-form']")
    page = Page(send(client, body="A point in between."))
    assert page.answer.status_code == 409
    assert refusal(page) == f"Commenting is paused for now. {WHY}"
    assert page.find("//textarea[@id='kept']")[0].text == "A point in between."
    with app.app_context(), transaction() as session:
        editing.resume(session, edith)
    assert all("<form" in client.get(path).text for path in paths)
    assert send(client).status_code == 303


def test_a_locked_comment_and_what_stands_below_it_take_no_replies(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    root, child, grandchild, elsewhere = factory.published_many(article, [None, 0, 1, None], editor=edith)

    def with_reply_link() -> list[int]:
        links = Page(client.get("/articles/news")).find("//a[contains(@class, 'reply')]")
        return [int(link.get("href").split("/")[2]) for link in links]

    assert with_reply_link() == [root, child, grandchild, elsewhere]
    lock(app, child)
    assert with_reply_link() == [root, elsewhere]
    for comment in (child, grandchild):
        page = Page(client.get(f"/comments/{comment}/reply"))
        assert page.text("//*[@role='status']") == "This thread takes no more replies."
        assert not page.find("//form[@id='comment-form']")
        page = Page(send(client, parent=str(comment), body="A late reply."))
        assert page.answer.status_code == 409
        assert refusal(page) == "That thread takes no more replies. You can still send yours to the article."
        assert (page.field("body").strip(), page.field("parent")) == ("A late reply.", "")
    assert send(client, parent=str(root)).status_code == 303


def test_a_second_click_that_comes_after_the_closing_still_leads_to_the_receipt(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity, article: int
) -> None:
    send(client)
    set_state(app, edith, article, CommentsState.CLOSED)
    assert send(client).status_code == 303
    assert number_of_comments(factory) == 1


def test_closing_is_in_the_audit_record_once(app: Flask, factory: Factory, edith: Identity, article: int) -> None:
    for _ in range(2):
        set_state(app, edith, article, CommentsState.CLOSED)
    entries = sa.select(AuditEntry.verb).where(AuditEntry.subject == f"article:{article}").order_by(AuditEntry.id)
    assert factory.ask(entries)[1:] == ["comments closed"]
