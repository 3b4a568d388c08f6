"""Reported comments and appeals at the desk."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.comments import reporting
from app.comments.models import Comment, Report, ReportOutcome, ReportReason, Status
from app.core import clock
from app.core.db import transaction
from app.moderation import queries
from app.moderation.admin import answers
from app.moderation.models import Appeal, Decision, Outcome
from tests.conftest import FrozenClock
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk, ids_in, notice_of
from tests.pages import Page


def report(factory: Factory, comment_id: int, reason: str = "abuse", text: str = "") -> None:
    factory.made += 1
    with factory.app.app_context(), transaction() as session:
        session.add(
            Report(
                comment_id=comment_id,
                reason=ReportReason(reason),
                text=text,
                address_hash=f"hash {factory.made}",
                token_hash=f"token {factory.made}",
                created_at=clock.now(),
            )
        )
        reporting.rank_reports(session, session.get_one(Comment, comment_id))


def appeal(factory: Factory, comment_id: int, text: str = "Read it again.") -> int:
    """An open appeal against the last decision on the comment. Returns its id."""
    with factory.app.app_context(), transaction() as session:
        newest = sa.select(sa.func.max(Decision.id)).where(Decision.comment_id == comment_id)
        decision_id = session.scalars(newest).one()
        one = Appeal(comment_id=comment_id, decision_id=decision_id, text=text, created_at=clock.now())
        session.add(one)
        session.flush()
        return one.id


def outcomes(factory: Factory) -> list[Any]:
    return factory.ask(sa.select(Report.outcome).order_by(Report.id))


def keep(desk: Desk, comment_id: int, seen: str = "published.1") -> Page:
    return Page(send_form(desk.browser, f"/admin/comments/{comment_id}/keep", {"seen": seen, "back": "/admin/"}))


def test_unlawful_ones_come_first_then_those_reported_first(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    article = factory.article()
    ids = [factory.published(article, editor=desk.editor) for _ in range(5)]
    for comment, reason in ((ids[3], "abuse"), (ids[0], "other"), (ids[4], "unlawful"), (ids[1], "unlawful")):
        report(factory, comment, reason)
        frozen_clock.advance(minutes=1)
    assert ids_in(desk.queue("reported")) == [ids[4], ids[1], ids[3], ids[0]]
    assert "Reported 4" in desk.queue().text("//nav[@class='tabs']")


def test_a_reported_row_shows_each_reason_and_its_words(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    report(factory, comment, "private", "My <b>street</b> stands in it.")
    report(factory, comment, "unlawful", "A threat.")
    row = desk.queue("reported").text(f"//li[@id='row-{comment}']")
    assert "Reported by 2 readers:" in row
    assert "Private matters, 10:00: My <b>street</b> stands in it." in row
    assert "Unlawful, 10:00: A threat." in row


def test_many_reports_on_one_comment_are_shortened_in_the_row_and_whole_on_its_page(
    factory: Factory, desk: Desk
) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    for number in range(7):
        report(factory, comment, text=f"Report {number}.")
    row = desk.queue("reported").text(f"//li[@id='row-{comment}']")
    assert "Report 4." in row
    assert "Report 5." not in row
    assert "Report 6." in Page(desk.browser.get(f"/admin/comments/{comment}")).text()


def test_keeping_a_published_comment_settles_its_reports_and_leaves_it_up(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    report(factory, comment)
    report(factory, comment)
    assert keep(desk, comment).answer.status_code == 303
    assert notice_of(desk.queue()).startswith("Kept.")
    assert outcomes(factory) == [ReportOutcome.KEPT] * 2
    assert desk.status_of(comment) is Status.PUBLISHED
    assert ids_in(desk.queue("reported")) == []
    assert factory.ask(sa.select(Comment.cleared_at)) == [clock.now()]
    assert factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject == f"comment:{comment}"))[-1] == "keep"


def test_keeping_what_reports_had_held_publishes_it(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    report(factory, comment)
    keep(desk, comment, "pending.1")
    assert desk.status_of(comment) is Status.PUBLISHED
    assert outcomes(factory) == [ReportOutcome.KEPT]


def test_what_reports_had_held_is_published_by_one_button_and_one_key(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    report(factory, comment)
    row = f"//li[@id='row-{comment}']"
    queue = desk.queue("reported")
    assert queue.texts(f"{row}//button[@aria-keyshortcuts='a']") == ["Keep and publish"]
    assert not queue.find(f"{row}//button[@value='publish']")
    keep(desk, comment, "pending.1")
    send_form(desk.browser, "/admin/undo", {"ids": desk.queue().find("//input[@name='ids']")[0].value})
    assert desk.status_of(comment) is Status.PENDING
    assert ids_in(desk.queue("reported")) == [comment]


def test_rejecting_a_reported_comment_settles_its_reports_too(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    report(factory, comment)
    desk.decide(comment, "reject", seen="published")
    assert outcomes(factory) == [ReportOutcome.REMOVED]
    desk.undo(comment)
    assert ids_in(desk.queue("reported")) == [comment]


def test_what_is_not_reported_any_more_cannot_be_kept(factory: Factory, desk: Desk) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    assert keep(desk, comment).answer.status_code == 409
    report(factory, comment)
    assert keep(desk, comment, "published.2").answer.status_code == 409
    assert outcomes(factory) == [None]
    assert keep(desk, 999).answer.status_code == 404


def test_appeals_stand_oldest_first_beside_the_decision(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(3)]
    for comment in reversed(ids):
        factory.decide(desk.editor, comment, "reject", rule=3, note="Too close.")
        frozen_clock.advance(minutes=1)
        appeal(factory, comment, f"I never said that, in {comment}.")
    queue = desk.queue("appeals")
    assert ids_in(queue) == ids[::-1]
    row = queue.text(f"//li[@id='row-{ids[0]}']")
    for words in (
        "Edith Ward rejected this on 20 November 2026, 10:02.",
        "House rule 3: Respect privacy",
        "Too close.",
        f"I never said that, in {ids[0]}.",
    ):
        assert words in row
    assert "Appeals 3" in desk.queue().text("//nav[@class='tabs']")


def test_while_an_appeal_waits_nothing_else_is_offered(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "reject")
    appeal(factory, comment)
    row = f"//li[@id='row-{comment}']"
    for tab in ("appeals", "rejected"):
        queue = desk.queue(tab)
        assert not queue.find(f"{row}//*[@name='decision']")
        assert not queue.find(f"{row}//form[contains(@action, '/undo')]")
        assert len(queue.find(f"{row}//button[@name='outcome']")) == 2
    page = Page(desk.decide(comment, "publish", seen="rejected"))
    assert page.answer.status_code == 409
    assert page.text("//*[@class='state']") == "Its author has appealed in the meantime. Answer the appeal."


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [
        ("upheld", Status.PUBLISHED, "Appeal upheld: the comment is published."),
        ("dismissed", Status.REJECTED, "Appeal dismissed."),
    ],
)
def test_an_appeal_is_answered_with_a_reason(
    factory: Factory, desk: Desk, outcome: str, status: Status, words: str
) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "reject")
    number = appeal(factory, comment)
    fields = {
        "outcome": outcome,
        "reason": " I have looked again. ",
        "seen": "rejected.1",
        "back": "/admin/?tab=appeals",
    }
    answer = send_form(desk.browser, f"/admin/appeals/{number}", fields)
    assert answer.headers["Location"] == "/admin/?tab=appeals"
    queue = desk.queue("appeals")
    assert notice_of(queue) == words
    assert ids_in(queue) == []
    assert desk.status_of(comment) is status
    (answered,) = factory.ask(sa.select(Appeal))
    assert (answered.outcome, answered.reason) == (Outcome(outcome), "I have looked again.")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "Give a reason. The author reads it."),
        ("x" * 1_001, "1,001 characters; the limit is 1,000. Cut 1."),
    ],
)
def test_an_answer_without_a_fitting_reason_is_given_back(
    factory: Factory, desk: Desk, reason: str, words: str
) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "reject")
    number = appeal(factory, comment)
    page = Page(
        send_form(
            desk.browser, f"/admin/appeals/{number}", {"outcome": "upheld", "reason": reason, "seen": "rejected.1"}
        )
    )
    assert page.answer.status_code == 422
    assert page.text("//*[@class='error']") == words
    assert page.field("reason") == reason
    assert desk.status_of(comment) is Status.REJECTED


def test_an_appeal_is_answered_on_the_text_that_the_editor_was_shown(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article(), "You fool.")
    factory.decide(desk.editor, comment, "reject")
    number = appeal(factory, comment)
    send_form(desk.browser, f"/admin/comments/{comment}/edit", {"body": "You err.", "seen": "rejected.1"})
    fields = {"outcome": "upheld", "reason": "So it can stand.", "seen": "rejected.1"}
    page = Page(send_form(desk.browser, f"/admin/appeals/{number}", fields))
    assert page.answer.status_code == 409
    assert page.text("//*[@class='state']") == "It has another text by now. Decide on this one?"
    assert desk.status_of(comment) is Status.REJECTED
    fields["seen"] = page.find("//form[@class='appeal']//input[@name='seen']")[0].value
    assert send_form(desk.browser, f"/admin/appeals/{number}", fields).status_code == 303
    assert desk.status_of(comment) is Status.PUBLISHED


def test_an_appeal_is_answered_once(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "reject")
    number = appeal(factory, comment)
    path, fields = f"/admin/appeals/{number}", {"outcome": "dismissed", "reason": "It stands.", "seen": "rejected.1"}
    assert send_form(desk.browser, path, fields).status_code == 303
    assert send_form(desk.browser, path, {**fields, "outcome": "upheld"}).status_code == 409
    assert desk.status_of(comment) is Status.REJECTED
    assert send_form(desk.browser, path, {**fields, "outcome": "maybe"}).status_code == 400
    assert send_form(desk.browser, "/admin/appeals/999", fields).status_code == 404


def test_more_than_a_thousand_are_not_counted_one_by_one(
    factory: Factory, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queries.COUNT_LIMIT == 1_000
    for module in (queries, answers):
        monkeypatch.setattr(module, "COUNT_LIMIT", 10)
    factory.published_many(factory.article(), [None] * 11, editor=desk.editor)
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).values(report_rank=2, reported_at=clock.now()))
    assert "Reported 10+" in desk.queue().text("//nav[@class='tabs']")
