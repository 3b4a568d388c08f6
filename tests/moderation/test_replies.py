"""An editor's reply from the queue."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.comments.models import Comment, Status
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk, notice_of
from tests.pages import Page

BADGE = "//*[@class='thread']//*[@class='badge']"


def reply(desk: Desk, comment_id: int, text: str, seen: str = "pending.1") -> Page:
    """Sends the form that showed the comment as `seen`."""
    return Page(send_form(desk.browser, f"/admin/comments/{comment_id}/reply", {"body": text, "seen": seen}))


def test_a_reply_publishes_the_comment_it_answers_and_itself(client: FlaskClient, factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"), "Is it so?", author="Cy")
    assert reply(desk, comment, "It *is*.").answer.status_code == 303
    assert notice_of(desk.queue()) == "Your reply is published."
    page = Page(client.get("/articles/news"))
    assert page.texts("//*[@class='thread']//*[@class='words']") == ["Is it so?", "It is."]
    assert page.texts("//*[@class='thread']//*[@class='author']") == ["Cy", "Edith Ward"]
    assert page.find("//*[@class='thread']//em")


def test_only_an_editors_comment_carries_the_badge(client: FlaskClient, factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"), author="The Editor")
    reply(desk, comment, "It is.")
    page = Page(client.get("/articles/news"))
    assert page.texts(BADGE) == ["Editor"]
    assert page.texts("//article[contains(@class, 'by-editor')]//*[@class='author']") == ["Edith Ward"]


def test_a_reply_to_a_published_comment_leaves_it_as_it_is(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    assert reply(desk, comment, "It is.").answer.status_code == 303
    assert desk.status_of(comment) is Status.PUBLISHED
    assert factory.ask(sa.select(Comment.parent_id).where(Comment.editor_id.is_not(None))) == [comment]


def test_a_reply_to_what_was_rejected_meanwhile_comes_back_with_its_text_and_the_reason(
    factory: Factory, desk: Desk
) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "reject")
    page = reply(desk, comment, "A long and thoughtful answer.")
    assert page.answer.status_code == 409
    assert page.field("body").strip() == "A long and thoughtful answer."
    assert page.text("//*[@class='state']") == (
        "Edith Ward rejected this on 20 November 2026, 10:00. A reply needs a comment to stand under: publish it first."
    )
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [1]


def test_a_reply_publishes_no_text_that_its_form_did_not_show(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article(), "Is it so?")
    send_form(desk.browser, f"/admin/comments/{comment}/edit", {"body": "It is not so.", "seen": "pending.1"})
    page = reply(desk, comment, "It is.")
    assert page.answer.status_code == 409
    assert page.field("body").strip() == "It is."
    assert "the comment has changed since you opened this page" in page.text("//*[@class='state']")
    assert "It is not so." in page.text("//*[@class='row-text']")
    assert desk.status_of(comment) is Status.PENDING
    assert reply(desk, comment, "It is.", page.find("//input[@name='seen']")[0].value).answer.status_code == 303
    assert desk.status_of(comment) is Status.PUBLISHED


def test_an_empty_or_overlong_reply_is_refused_at_its_field(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    for text, message in (
        ("", "Write a reply first."),
        ("x" * 5_001, "5,001 characters; the limit is 5,000. Cut 1."),
    ):
        page = reply(desk, comment, text)
        assert page.answer.status_code == 422
        assert page.error_at("body") == message
    assert desk.status_of(comment) is Status.PENDING


def test_an_editors_reply_can_be_taken_down_like_any_comment(client: FlaskClient, factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article("news"))
    reply(desk, comment, "It is.")
    (own,) = factory.ask(sa.select(Comment.id).where(Comment.editor_id.is_not(None)))
    desk.decide(own, "reject", seen="published")
    assert not Page(client.get("/articles/news")).find(BADGE)


def test_there_is_no_reply_to_no_comment(desk: Desk) -> None:
    assert desk.browser.get("/admin/comments/999/reply").status_code == 404
    assert reply(desk, 999, "It is.").answer.status_code == 404


def test_a_row_offers_a_reply_only_where_one_can_stand(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    for verb in ("", "publish", "reject", "spam"):
        comment, _token = factory.comment(article)
        if verb:
            factory.decide(desk.editor, comment, verb)
    offered = [bool(desk.queue(tab).find("//a[contains(@href, '/reply')]")) for tab in Status]
    assert offered == [tab in {Status.PENDING, Status.PUBLISHED} for tab in Status]
