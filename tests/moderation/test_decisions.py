"""Deciding: one comment, many at once, and what came in between."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import AuditEntry
from app.comments import reporting
from app.comments.models import Comment, ReportReason, Status
from app.core.db import transaction
from app.moderation.models import Decision
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.moderation.conftest import Desk, ids_in, notice_of
from tests.pages import Page


def audit_of(factory: Factory) -> list[str]:
    """The verbs on comments, in their order."""
    return factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject.like("comment:%")).order_by(AuditEntry.id))


def test_what_is_published_is_there_at_the_next_request_and_gone_at_the_next_after_rejecting(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    comment, _token = factory.comment(factory.article("news"), "A sound point.")
    for verb, seen, is_shown in (
        ("publish", "pending", True),
        ("reject", "published", False),
        ("publish", "rejected", True),
        ("spam", "published", False),
    ):
        desk.decide(comment, verb, seen)
        page = Page(client.get("/articles/news"))
        assert ("A sound point." in page.text("//*[@class='thread']")) is is_shown
        assert ("1 comment" in page.text("//article/header")) is is_shown
        assert ("1 comment" in Page(client.get("/")).text()) is is_shown


def test_each_decision_leaves_one_row_and_one_audit_entry(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    desk.decide(comment, "publish")
    desk.decide(comment, "reject", seen="published")
    desk.undo(comment)
    decisions = factory.ask(sa.select(Decision).order_by(Decision.id))
    assert [(row.from_status, row.to_status, row.undone_at is None) for row in decisions] == [
        (Status.PENDING, Status.PUBLISHED, True),
        (Status.PUBLISHED, Status.REJECTED, False),
    ]
    assert {row.editor_id for row in decisions} == {desk.editor.editor_id}
    assert audit_of(factory) == ["publish", "reject", "undo"]


def test_after_a_decision_the_editor_is_where_the_comment_was_with_an_undo_at_hand(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    comment, _token = factory.comment(factory.article())
    desk.decide(comment, "publish")
    queue = desk.queue()
    assert notice_of(queue) == "1 comment published."
    button = "//div[contains(@class, 'notice')]//form"
    fields = {element.get("name"): element.get("value") for element in queue.find(f"{button}//input")}
    answer = desk.browser.post(queue.attribute(button, "action"), data=fields)
    assert ids_in(Page(desk.browser.get(answer.headers["Location"]))) == [comment]
    assert not desk.queue().find("//div[contains(@class, 'notice')]")


def test_undo_after_undo_walks_the_whole_way_back(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    path = [Status.PENDING, Status.PUBLISHED, Status.REJECTED, Status.SPAM, Status.PUBLISHED]
    for verb, seen in zip(["publish", "reject", "spam", "publish"], path, strict=False):
        desk.decide(comment, verb, seen)
    for expected in reversed(path[:-1]):
        desk.undo(comment)
        assert desk.status_of(comment) is expected


def test_a_new_decision_after_an_undo_can_be_undone_in_turn(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    desk.decide(comment, "publish")
    desk.undo(comment)
    desk.decide(comment, "reject")
    desk.undo(comment)
    assert desk.status_of(comment) is Status.PENDING
    assert audit_of(factory) == ["publish", "undo", "reject", "undo"]


def test_what_the_machine_held_goes_back_to_the_spam_tab_when_its_publishing_is_undone(
    client: FlaskClient, factory: Factory, desk: Desk
) -> None:
    factory.article("news")
    sent = client.post("/articles/news/comments", data={"name": "Bot", "body": "Pills.", "website": "x"})
    (comment,) = factory.ask(sa.select(Comment.id))
    desk.decide(comment, "publish", seen="spam")
    desk.undo(comment)
    assert desk.status_of(comment) is Status.SPAM
    assert not desk.queue("spam").find("//form[contains(@action, '/undo')]")
    receipt = Page(client.get(sent.headers["Location"]))
    assert receipt.text("//*[@role='status']").startswith("Your comment is with the editor.")


def test_many_are_decided_at_once_and_undone_at_once(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(5)]
    assert notice_of(desk.decide_all(ids[:4], "publish")) == "4 comments published."
    assert [desk.status_of(one) for one in ids] == [Status.PUBLISHED] * 4 + [Status.PENDING]
    assert notice_of(desk.undo(*ids[:4])) == "4 decisions undone."
    assert ids_in(desk.queue()) == ids


def test_of_many_those_decided_in_the_meantime_are_left_alone_and_counted(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(4)]
    other = Desk(factory, factory.editor("Rosa Martin", "rosa@example.org"))
    other.decide(ids[1], "reject")
    other.decide(ids[2], "publish")
    notice = notice_of(desk.decide_all([*ids, 999], "publish"))
    assert notice == "2 comments published. 3 were left alone: they had been decided in the meantime."
    assert [desk.status_of(one) for one in ids] == [
        Status.PUBLISHED,
        Status.REJECTED,
        Status.PUBLISHED,
        Status.PUBLISHED,
    ]
    assert audit_of(factory) == ["reject", "publish", "publish", "publish"]


def test_deciding_on_none_says_so(factory: Factory, desk: Desk) -> None:
    assert notice_of(desk.decide_all([], "reject")) == "No comment was ticked, so nothing was done."


def test_a_comment_ticked_twice_is_decided_once(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    assert notice_of(desk.decide_all([comment, comment], "publish")) == "1 comment published."


def test_the_second_editor_is_told_who_decided_and_when_and_can_still_change_it(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    comment, _token = factory.comment(factory.article(), "A sound point.")
    other = Desk(factory, factory.editor("Rosa Martin", "rosa@example.org"))
    frozen_clock.advance(minutes=30)
    other.decide(comment, "publish")
    page = Page(desk.decide(comment, "reject"))
    assert page.answer.status_code == 409
    assert page.text("//*[@class='state']") == (
        "Rosa Martin published this on 20 November 2026, 10:30. Change that decision?"
    )
    assert "A sound point." in page.text()
    assert desk.status_of(comment) is Status.PUBLISHED
    assert {field.get("value") for field in page.find("//input[@name='seen']")} == {"published.1"}
    desk.decide(comment, "reject", seen="published")
    assert desk.status_of(comment) is Status.REJECTED


def test_what_readers_reported_in_the_meantime_is_said(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    for number in range(3):
        with factory.app.app_context(), transaction() as session:
            reason = ReportReason.ABUSE
            reporting.report(session, comment, reason=reason, text="", address_hash=f"address {number}")
    page = Page(desk.decide(comment, "reject", seen="published"))
    assert page.text("//h1") == "Nothing was changed"
    assert page.text("//*[@class='state']") == (
        "Readers have reported it in the meantime, and it waits again. Decide anew?"
    )


def test_two_editors_who_agree_do_it_once(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    other = Desk(factory, factory.editor("Rosa Martin", "rosa@example.org"))
    other.decide(comment, "publish")
    assert desk.decide(comment, "publish").status_code == 409
    assert audit_of(factory) == ["publish"]


def test_an_undo_in_the_meantime_is_said_without_naming_a_decision(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    desk.decide(comment, "publish")
    desk.undo(comment)
    page = Page(desk.decide(comment, "reject", seen="published"))
    assert page.answer.status_code == 409
    assert page.text("//*[@class='state']") == "A decision on this was undone in the meantime. Decide anew?"


def test_an_undo_takes_back_nothing_that_another_editor_has_decided_since(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    comment, _token = factory.comment(factory.article(), "A sound point.")
    rosa = Desk(factory, factory.editor("Rosa Martin", "rosa@example.org"))
    desk.decide(comment, "reject")
    [offered] = desk.queue("rejected").find("//li[@class='queue-row']//form[@action='/admin/undo']//input[@name='ids']")
    rosa.undo(comment)
    frozen_clock.advance(minutes=30)
    rosa.decide(comment, "reject")
    page = Page(desk.press_undo(int(offered.value)))
    assert page.answer.status_code == 409
    assert page.text("//*[@class='state']") == (
        "Rosa Martin rejected this on 20 November 2026, 10:30. Change that decision?"
    )
    assert desk.status_of(comment) is Status.REJECTED
    assert audit_of(factory) == ["reject", "undo", "reject"]


def test_of_many_undone_together_those_that_another_decided_since_are_left_alone(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _each in range(3)]
    queue = desk.decide_all(ids, "publish")
    offered = [int(field.value) for field in queue.find("//div[contains(@class, 'notice')]//input[@name='ids']")]
    rosa = Desk(factory, factory.editor("Rosa Martin", "rosa@example.org"))
    rosa.decide(ids[1], "spam", seen="published")
    desk.press_undo(*offered)
    assert notice_of(desk.queue()) == ("2 decisions undone. 1 was left alone: it had been decided in the meantime.")
    assert [desk.status_of(one) for one in ids] == [Status.PENDING, Status.SPAM, Status.PENDING]
