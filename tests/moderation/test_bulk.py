"""One decision on all that match: confirmed, carried out in steps, and watched."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.comments.editing import replace_text
from app.comments.models import Comment, Status
from app.core import jobs
from app.core.db import db, transaction
from app.core.jobs import Job, work_off
from app.moderation import bulk, searching
from app.moderation.models import Bulk, BulkItem, Decision
from tests.conftest import FrozenClock
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk
from tests.pages import Page


def confirmation(desk: Desk, verb: str, **arguments: Any) -> Page:
    answer = desk.browser.get("/admin/bulk", query_string={"decision": verb, **arguments})
    assert answer.status_code == 200
    return Page(answer)


def confirm(desk: Desk, page: Page, **filled: Any) -> TestResponse:
    """Sends the form of a confirmation page, with what is filled in."""
    form = "//main//form"
    fields = {one.get("name"): one.get("value") for one in page.find(f"{form}//input[@type='hidden']")}
    return desk.browser.post(page.attribute(form, "action"), data={**fields, **filled})


def work(factory: Factory) -> int:
    """Lets the jobs process do all that is due. Returns how many jobs were begun."""
    with factory.app.app_context():
        return work_off()


def progress(desk: Desk, answer: TestResponse) -> Page:
    assert answer.status_code == 303
    return Page(desk.browser.get(answer.headers["Location"]))


def many(factory: Factory, number: int, slug: str = "news") -> list[int]:
    """Pending comments on a new article. Returns their ids."""
    article = factory.article(slug)
    return [factory.comment(article)[0] for _ in range(number)]


def edit(factory: Factory, comment_id: int) -> None:
    with factory.app.app_context(), transaction() as session:
        replace_text(session, session.get_one(Comment, comment_id), text="Other.", html="<p>Other.</p>")


def test_all_that_match_are_counted_confirmed_decided_and_reported(factory: Factory, desk: Desk) -> None:
    ids, others = many(factory, 45), many(factory, 3, "other")
    page = confirmation(desk, "publish", article="news")
    assert page.text("//h1") == "Publish 45 comments"
    answer = confirm(desk, page)
    waiting = progress(desk, answer)
    assert waiting.attribute("//progress", "max") == "45"
    assert "0 of 45 looked at." in waiting.text()
    assert {desk.status_of(one) for one in ids} == {Status.PENDING}

    work(factory)
    done = progress(desk, answer)
    assert "45 of 45 looked at. 45 comments published." in done.text()
    assert not done.find("//*[@hx-get]")
    assert {desk.status_of(one) for one in ids} == {Status.PUBLISHED}
    assert {desk.status_of(one) for one in others} == {Status.PENDING}
    verbs = sa.select(AuditEntry.verb).where(AuditEntry.subject.like("comment:%"))
    assert factory.ask(verbs) == ["publish"] * 45
    assert factory.ask(sa.select(BulkItem.comment_id)) == []


def test_a_rejection_names_its_rule_and_note_in_every_decision(factory: Factory, desk: Desk) -> None:
    many(factory, 3)
    page = confirmation(desk, "reject")
    rule = page.find("//input[@name='rule']")[4].get("value")
    confirm(desk, page, rule=rule, note="Five copies of it.")
    work(factory)
    decisions = factory.ask(sa.select(Decision))
    assert [(one.rule_number, one.note) for one in decisions] == [(5, "Five copies of it.")] * 3
    assert {one.editor_id for one in decisions} == {desk.editor.editor_id}


def test_without_a_rule_nothing_begins_and_the_note_is_kept(factory: Factory, desk: Desk) -> None:
    many(factory, 3)
    page = Page(confirm(desk, confirmation(desk, "reject"), note="Five copies."))
    assert page.answer.status_code == 422
    assert "Choose the house rule." in page.text("//*[@role='alert']")
    assert page.field("note").strip() == "Five copies."
    assert factory.ask(sa.select(Bulk.id)) == []
    again = confirm(desk, page, rule=page.find("//input[@name='rule']")[0].get("value"), note="Five copies.")
    assert again.status_code == 303


def test_what_comes_in_after_the_page_was_shown_is_left_alone(factory: Factory, desk: Desk) -> None:
    early = many(factory, 2)
    page = confirmation(desk, "spam")
    late, _token = factory.comment(1)
    answer = confirm(desk, page)
    work(factory)
    assert "2 of 2 looked at." in progress(desk, answer).text()
    assert [desk.status_of(one) for one in (*early, late)] == [Status.SPAM, Status.SPAM, Status.PENDING]


def test_what_is_decided_edited_or_deleted_after_the_confirmation_is_passed_over(factory: Factory, desk: Desk) -> None:
    ids = many(factory, 5)
    answer = confirm(desk, confirmation(desk, "spam"))
    factory.decide(desk.editor, ids[0], "publish")
    edit(factory, ids[1])
    with factory.app.app_context(), transaction() as session:
        session.delete(session.get_one(Comment, ids[2]))
    work(factory)
    assert [desk.status_of(one) for one in (ids[0], ids[1], ids[3])] == [Status.PUBLISHED, Status.PENDING, Status.SPAM]
    page = progress(desk, answer).text()
    assert "5 of 5 looked at. 2 comments put with the spam. 3 were left alone" in page


def test_a_rule_that_is_retired_on_the_way_stops_what_is_left(factory: Factory, desk: Desk) -> None:
    many(factory, 2)
    page = confirmation(desk, "reject")
    answer = confirm(desk, page, rule=page.find("//input[@name='rule']")[0].get("value"))
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE house_rules SET retired_at = '2026-11-20 10:00:00'"))
    work(factory)
    assert "0 comments rejected. 2 were left alone" in progress(desk, answer).text()


def test_a_process_that_dies_is_followed_by_one_that_does_the_rest_and_nothing_twice(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(factory, 50)
    answer = confirm(desk, confirmation(desk, "publish"))

    def die(_session: object, _bulk_id: int) -> bool:
        raise SystemExit

    with factory.app.app_context():
        (bulk_id,) = db.session.scalars(sa.select(Bulk.id))
        db.session.rollback()
        with transaction() as session:
            assert bulk.step(session, bulk_id)
        with monkeypatch.context() as patched:
            patched.setattr(bulk, "step", die)
            with pytest.raises(SystemExit):
                work_off()
        db.session.rollback()
    assert "20 of 50 looked at." in progress(desk, answer).text()
    work(factory)
    assert "20 of 50 looked at." in progress(desk, answer).text()
    frozen_clock.advance(seconds=jobs.LEASE.total_seconds())
    work(factory)
    assert "50 of 50 looked at. 50 comments published." in progress(desk, answer).text()
    assert factory.ask(sa.select(sa.func.count()).select_from(Decision)) == [50]


def test_a_step_that_fails_changes_nothing_of_its_own(factory: Factory, desk: Desk) -> None:
    many(factory, 5)
    confirm(desk, confirmation(desk, "publish"))
    with factory.app.app_context(), suppress(ZeroDivisionError), transaction() as session:
        (bulk_id,) = session.scalars(sa.select(Bulk.id))
        bulk.step(session, bulk_id)
        raise ZeroDivisionError
    assert factory.ask(sa.select(sa.func.count()).select_from(BulkItem)) == [5]
    assert factory.ask(sa.select(Decision.id)) == []


def test_after_some_steps_the_rest_waits_behind_the_other_jobs(
    factory: Factory, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEPS_IN_A_ROW", 1)
    many(factory, 50)
    recurring = work(factory)
    confirm(desk, confirmation(desk, "publish"))
    assert recurring > 0
    assert work(factory) == 3
    assert factory.ask(sa.select(sa.func.count()).select_from(Decision)) == [50]
    assert factory.ask(sa.select(Job.id).where(Job.kind == bulk.KIND)) == []


def test_each_transaction_takes_few_comments(factory: Factory, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other writers wait for one of them at most."""
    many(factory, 2 * bulk.STEP + 5)
    confirm(desk, confirmation(desk, "publish"))
    with factory.app.app_context():
        (bulk_id,) = db.session.scalars(sa.select(Bulk.id))
        db.session.rollback()
        left = []
        more = True
        while more:
            with transaction() as session:
                more = bulk.step(session, bulk_id)
            left.append(db.session.scalar(sa.select(sa.func.count()).select_from(BulkItem)))
            db.session.rollback()
    assert left == [bulk.STEP + 5, 5, 0]


def test_a_search_that_had_to_stop_says_how_far_it_looked(
    factory: Factory, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOK", 4)
    ids = many(factory, 6)
    page = confirmation(desk, "publish", text="Comment number")
    assert page.text("//h1") == "Publish 4 comments"
    assert "Only the first 4 of this tab were looked at" in page.text()
    confirm(desk, page)
    work(factory)
    assert [desk.status_of(one) for one in ids] == [Status.PUBLISHED] * 4 + [Status.PENDING] * 2


def test_more_than_the_limit_is_not_taken_at_once(
    factory: Factory, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.moderation.admin.bulk.LIMIT", 3)
    many(factory, 4)
    page = confirmation(desk, "publish")
    assert page.text("//h1") == "Publish 3 comments"
    assert "Only the first 3 of this tab were looked at" in page.text()


def test_nothing_to_decide_on_is_said_and_begins_nothing(factory: Factory, desk: Desk) -> None:
    ids = many(factory, 1)
    page = confirmation(desk, "publish")
    factory.decide(desk.editor, ids[0], "spam")
    assert confirm(desk, page).headers["Location"].startswith("/admin/")
    assert factory.ask(sa.select(Bulk.id)) == []
    empty = confirmation(desk, "publish")
    assert empty.text("//h1") == "Publish 0 comments"
    assert not empty.find("//main//form")


def test_the_queue_offers_it_with_all_that_narrows_it(factory: Factory, desk: Desk) -> None:
    many(factory, 2)
    page = Page(desk.browser.get("/admin/?text=Comment&article=news"))
    form = "//form[@action='/admin/bulk']"
    fields = {one.get("name"): one.get("value") for one in page.find(f"{form}//input")}
    assert fields == {"tab": "pending", "article": "news", "text": "Comment"}
    assert "All that match:" in page.text(form)
    assert "All 2 in this tab:" in desk.queue().text(form)


def test_what_no_form_would_send_is_no_page(factory: Factory, desk: Desk) -> None:
    many(factory, 1)
    for query in ("decision=", "decision=delete", "decision=publish&tab=nowhere"):
        assert desk.browser.get(f"/admin/bulk?{query}").status_code in {400, 404}, query
    for query in ("tab=appeals", "tab=reported", "article=nosuch"):
        assert desk.browser.get(f"/admin/bulk?decision=publish&{query}").status_code == 404, query
    for newest in ("", "x", "0"):
        assert send_form(desk.browser, "/admin/bulk", {"decision": "publish", "newest": newest}).status_code == 400
    assert desk.browser.get("/admin/bulk/999").status_code == 404
    assert factory.ask(sa.select(Bulk.id)) == []


def test_the_bar_is_asked_for_again_until_it_is_full(factory: Factory, desk: Desk) -> None:
    many(factory, 1)
    answer = confirm(desk, confirmation(desk, "publish"))
    path = answer.headers["Location"]
    fragment = Page(desk.browser.get(path, headers={"HX-Request": "true"}))
    assert fragment.attribute("//div[@id='progress']", "hx-get") == path
    assert "<html" not in fragment.answer.text
    work(factory)
    full = Page(desk.browser.get(path, headers={"HX-Request": "true"}))
    assert full.find("//div[@id='progress'][not(@hx-get)]")
    assert full.attribute("//progress", "value") == "1"


def test_more_that_are_ticked_than_one_request_should_take_are_confirmed_and_worked_off(
    factory: Factory, desk: Desk
) -> None:
    ids = many(factory, 52)
    ticked = {"ids": [*map(str, ids), "999"], "decision": "spam", **{f"seen-{one}": "pending.1" for one in ids}}
    ticked[f"seen-{ids[0]}"] = "\x00"
    page = Page(send_form(desk.browser, "/admin/decide", ticked))
    assert page.answer.status_code == 200
    assert page.text("//h1") == page.text("//main//form//button") == "Put 53 comments with the spam"
    work(factory)
    assert {desk.status_of(one) for one in ids} == {Status.PENDING}

    sent = [(one.get("name"), one.get("value")) for one in page.find("//main//form//input[@type='hidden']")]
    fields = {name: [value for other, value in sent if other == name] for name, _value in sent}
    answer = desk.browser.post(page.attribute("//main//form", "action"), data=fields)
    assert {desk.status_of(one) for one in ids} == {Status.PENDING}
    work(factory)
    words = progress(desk, answer).text()
    assert "53 of 53 looked at. 51 comments put with the spam. 2 were left alone" in words
    assert desk.status_of(ids[0]) is Status.PENDING
