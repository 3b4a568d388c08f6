"""The public report: what came in and what was decided, month by month, as a page and as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments import reporting
from app.comments.models import Comment, ReportReason
from app.core.db import db, transaction
from app.core.jobs import work_off
from app.moderation import appeals, decisions
from app.moderation.models import Outcome, ReportMonth
from app.receipts import erasing
from app.site.models import Policy, Site, the_site
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page
from tests.reading.test_query_plans import asked

NOTHING = {
    "received": 0,
    "published": 0,
    "published_unread": 0,
    "rejected": 0,
    "rejected_by_rule": [],
    "spam": 0,
    "spam_unread": 0,
    "returned": 0,
    "median_seconds": None,
    "appeals": 0,
    "appeals_upheld": 0,
    "appeals_dismissed": 0,
    "reports": 0,
    "reports_kept": 0,
    "reports_removed": 0,
}
RULE_2 = "Argue with what was said, not with who said it"


class Newsroom:
    """An article, its readers and an editor, with the report that tells of them."""

    def __init__(self, app: Flask, factory: Factory, editor: Identity, clock: FrozenClock) -> None:
        self.app, self.factory, self.editor, self.clock = app, factory, editor, clock
        self.client = app.test_client()
        self.article = factory.article("news")

    def comment(self, *verbs: str, rule: int = 2, after: float = 0) -> int:
        """A comment that the editor decides on, so many minutes after it came in. Returns its id."""
        comment_id, _token = self.factory.comment(self.article)
        self.clock.advance(minutes=after)
        for verb in verbs:
            self.factory.decide(self.editor, comment_id, verb, rule=rule)
        return comment_id

    def undo(self, comment_id: int) -> None:
        self.factory.undo(self.editor, comment_id)

    def report(self, comment_id: int, address: str = "a") -> None:
        with self.app.app_context(), transaction() as session:
            reporting.report(session, comment_id, reason=ReportReason.ABUSE, text="Look.", address_hash=address)

    def appeal(self, comment_id: int) -> None:
        with self.app.app_context(), transaction() as session:
            comment = decisions.locked(session, comment_id)
            appeals.appeal(session, comment, the_site(session), "It was fair.")

    def answer(self, comment_id: int, outcome: Outcome) -> None:
        self.factory.answer(self.editor, comment_id, outcome, "A reason.")

    def go_to(self, time: str) -> None:
        self.clock.time = datetime.fromisoformat(time).replace(tzinfo=UTC)

    def work_off(self) -> None:
        with self.app.app_context():
            work_off()

    def months(self) -> list[dict[str, Any]]:
        """What the JSON says by now."""
        self.clock.advance(minutes=10)
        answer = self.client.get("/moderation-report.json")
        assert answer.status_code == 200
        months: list[dict[str, Any]] = answer.get_json()["months"]
        return months

    def this_month(self) -> dict[str, Any]:
        """What is not nothing in the newest month."""
        return {name: value for name, value in self.months()[0].items() if value != NOTHING.get(name)}

    def page(self) -> Page:
        answer = self.client.get("/moderation-report")
        assert answer.status_code == 200
        return Page(answer)


@pytest.fixture
def room(app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock) -> Newsroom:
    return Newsroom(app, factory, edith, frozen_clock)


NOVEMBER = {"month": "2026-11", "is_closed": False}


def test_before_the_first_comment_there_is_nothing_to_tell(room: Newsroom) -> None:
    assert room.months() == []
    assert "No comment has come in yet." in room.page().text()


def test_a_month_tells_what_came_in_and_what_was_decided_by_which_rule(room: Newsroom) -> None:
    for verb, rule in (("publish", 2), ("publish", 2), ("reject", 2), ("reject", 1), ("reject", 2), ("spam", 2)):
        room.comment(verb, rule=rule)
    room.comment("return")
    room.comment()
    assert room.this_month() == {
        **NOVEMBER,
        "received": 8,
        "published": 2,
        "rejected": 3,
        "rejected_by_rule": [
            {"rule": 1, "title": "Stay with the subject", "count": 1},
            {"rule": 2, "title": RULE_2, "count": 2},
        ],
        "spam": 1,
        "returned": 1,
        "median_seconds": 0,
    }


def test_a_decision_taken_back_does_not_count_and_the_one_before_it_does_again(room: Newsroom) -> None:
    comment = room.comment("publish", "spam")
    assert room.this_month() == {**NOVEMBER, "received": 1, "spam": 1, "median_seconds": 0}
    room.undo(comment)
    assert room.this_month() == {**NOVEMBER, "received": 1, "published": 1, "median_seconds": 0}
    room.undo(comment)
    assert room.this_month() == {**NOVEMBER, "received": 1}


def test_a_comment_decided_on_in_two_months_counts_in_each(room: Newsroom) -> None:
    comment = room.comment("publish")
    room.go_to("2026-12-02")
    room.factory.decide(room.editor, comment, "reject")
    december, november = room.months()
    assert (november["published"], november["rejected"]) == (1, 0)
    assert (december["received"], december["published"], december["rejected"]) == (0, 0, 1)


@pytest.mark.parametrize(("waits", "median"), [([3], 180), ([1, 9], 300), ([60, 2, 8], 480), ([], None)])
def test_half_of_the_decisions_took_no_longer_than_the_median(
    room: Newsroom, waits: list[int], median: int | None
) -> None:
    room.comment()
    for minutes in waits:
        room.comment("publish", after=minutes)
    assert room.this_month().get("median_seconds") == median


def test_only_the_first_decision_on_a_comment_tells_how_long_it_waited(room: Newsroom) -> None:
    comment = room.comment("publish", after=2)
    room.clock.advance(hours=30)
    room.factory.decide(room.editor, comment, "reject")
    assert room.this_month()["median_seconds"] == 120


def test_a_first_decision_taken_back_leaves_the_wait_to_the_next(room: Newsroom) -> None:
    comment = room.comment("publish", after=2)
    room.undo(comment)
    room.clock.advance(minutes=5)
    room.factory.decide(room.editor, comment, "spam")
    assert room.this_month()["median_seconds"] == 7 * 60


def test_appeals_and_reports_count_when_they_are_made_and_their_outcomes_when_they_are_decided(room: Newsroom) -> None:
    upheld, dismissed, _open = rejected = [room.comment("reject") for _ in range(3)]
    for comment in rejected:
        room.appeal(comment)
    kept, removed, _unread = reported = [room.comment("publish") for _ in range(3)]
    for number, comment in enumerate(reported):
        room.report(comment, f"address {number}")
    room.go_to("2026-12-01")
    room.answer(upheld, Outcome.UPHELD)
    room.answer(dismissed, Outcome.DISMISSED)
    with room.app.app_context(), transaction() as session:
        decisions.keep(session, room.editor, kept, "published.1")
    room.factory.decide(room.editor, removed, "reject")
    december, november = room.months()
    names = ("appeals", "appeals_upheld", "appeals_dismissed", "reports", "reports_kept", "reports_removed")
    assert [november[name] for name in names] == [3, 0, 0, 3, 0, 0]
    assert [december[name] for name in names] == [0, 1, 1, 0, 1, 1]
    assert (december["published"], december["rejected"]) == (1, 1)


def test_what_appeared_or_went_with_the_spam_without_an_editor_is_counted_where_it_came_in(
    room: Newsroom, client: FlaskClient
) -> None:
    with room.app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(policy=Policy.PUBLISH))
    for field in ({}, {"website": "x"}):
        form = {"name": f"Ann {len(field)}", "body": f"Letter {len(field)}.", **field}
        assert client.post("/articles/news/comments", data=form).status_code < 400
    assert sorted(room.factory.ask(sa.select(Comment.status))) == ["published", "spam"]
    expected = {"received": 2, "published": 1, "published_unread": 1, "spam": 1, "spam_unread": 1}
    assert room.this_month() == {**NOVEMBER, **expected}
    room.factory.decide(room.editor, 1, "reject")
    month = room.months()[0]
    assert (month["published"], month["published_unread"], month["rejected"]) == (0, 0, 1)


def test_editors_own_comments_are_left_out(room: Newsroom) -> None:
    comment = room.comment("publish")
    with room.app.app_context(), transaction() as session:
        answer = decisions.reply(session, room.editor, comment, "pending.1", text="Thanks.", html="<p>Thanks.</p>").id
    room.factory.decide(room.editor, answer, "spam")
    assert room.this_month() == {**NOVEMBER, "received": 1, "published": 1, "median_seconds": 0}


def test_a_comment_whose_words_were_erased_still_counts(room: Newsroom) -> None:
    with room.app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(keep_days=1, appeal_days=1))
    comment = room.comment("reject")
    before = room.this_month()
    room.clock.advance(days=2)
    with room.app.app_context(), transaction() as session:
        erasing.erase_due(session, [comment])
    assert room.factory.ask(sa.select(Comment.erased_at)) != [None]
    assert room.this_month() == before


def test_a_month_begins_at_midnight_in_the_sites_zone(
    room: Newsroom, app_with: Callable[..., Flask], frozen_clock: FrozenClock
) -> None:
    for time in ("2026-11-30T22:59", "2026-11-30T23:00"):
        room.go_to(time)
        room.comment("publish")
    in_berlin = app_with(time_zone="Europe/Berlin").test_client().get("/moderation-report.json").get_json()["months"]
    assert [(one["month"], one["received"], one["published"]) for one in in_berlin] == [
        ("2026-12", 1, 1),
        ("2026-11", 1, 1),
    ]
    assert [(one["month"], one["received"]) for one in room.months()] == [("2026-11", 2)]


def test_a_month_is_closed_seven_days_after_its_end_and_stays_as_it_was_then(room: Newsroom) -> None:
    first, second = room.comment("publish"), room.comment("publish")
    room.go_to("2026-12-07T23:59:59")
    room.undo(first)
    room.work_off()
    assert room.factory.ask(sa.select(ReportMonth.month)) == []
    assert [(one["is_closed"], one["published"]) for one in room.months()] == [(False, 0), (False, 1)]
    room.go_to("2026-12-08T01:00")
    room.work_off()
    room.undo(second)
    room.clock.advance(hours=2)
    room.work_off()
    december, november = room.months()
    assert november == {
        **NOTHING,
        "month": "2026-11",
        "is_closed": True,
        "received": 2,
        "published": 1,
        "median_seconds": 0,
    }
    assert december["is_closed"] is False


def test_every_month_since_the_first_comment_is_closed_though_nothing_came_in(room: Newsroom) -> None:
    room.comment("spam")
    room.go_to("2027-03-10")
    assert [one["month"] for one in room.months()] == ["2027-03", "2027-02"]
    room.work_off()
    months = room.months()
    assert [one["month"] for one in months] == ["2027-03", "2027-02", "2027-01", "2026-12", "2026-11"]
    assert months[2] == {**NOTHING, "month": "2027-01", "is_closed": True}


def test_a_month_that_was_closed_is_counted_no_more(room: Newsroom) -> None:
    room.comment("spam")
    room.go_to("2027-01-10")
    room.work_off()
    with room.app.app_context(), transaction() as session:
        session.execute(sa.delete(Comment))
    november = room.months()[-1]
    assert (november["month"], november["received"], november["spam"]) == ("2026-11", 1, 1)


def test_the_page_is_made_anew_after_ten_minutes_and_says_as_of_when_it_is(room: Newsroom) -> None:
    room.comment("publish")
    assert "As of 20 November 2026, 10:00." in room.page().text()
    room.comment("publish")
    room.clock.advance(minutes=9, seconds=59)
    assert "10:00" in room.page().text()
    assert room.page().texts("//table[1]//tbody/tr/td")[0] == "1"
    room.clock.advance(seconds=1)
    assert "As of 20 November 2026, 10:10." in room.page().text()
    assert room.page().texts("//table[1]//tbody/tr/td")[0] == "2"


def test_the_page_shows_what_the_json_says(room: Newsroom) -> None:
    rejected = room.comment("reject", after=130)
    room.appeal(rejected)
    room.comment("publish", after=130)
    page = room.page()
    comments, rules, objections = (
        page.texts(f"//section[@aria-labelledby='{part}']//tbody/tr/*") for part in ("comments", "rules", "objections")
    )
    assert comments == ["November 2026 (so far)", "2", "1", "1", "0", "0", "2 h 10 min"]
    assert rules == ["November 2026 (so far)", "1"]
    assert objections == ["November 2026 (so far)", "1", "0", "0", "0", "0", "0"]
    assert page.texts("//section[@aria-labelledby='rules']//ol/li") == [f"2. {RULE_2}"]
    assert page.link("//a[@href='/moderation-report.json']") is not None


def test_only_the_last_twelve_months_stand_on_the_page_and_all_in_the_json(room: Newsroom) -> None:
    room.comment("spam")
    room.go_to("2028-01-10")
    room.work_off()
    assert len(room.months()) == 15
    rows = room.page().texts("//section[@aria-labelledby='comments']//tbody/tr/th")
    assert (len(rows), rows[-1]) == (12, "February 2027")
    assert "All months as JSON" in room.page().text()


def test_each_table_has_a_caption_and_each_heading_a_scope(room: Newsroom) -> None:
    room.comment("reject")
    page = room.page()
    assert len(page.find("//table/caption")) == len(page.find("//table")) == 3
    assert {cell.get("scope") for cell in page.find("//table//thead//th")} == {"col"}
    assert {cell.get("scope") for cell in page.find("//table//tbody//th")} == {"row"}


def test_the_chart_is_drawn_by_the_server_and_named_for_those_who_do_not_see_it(room: Newsroom) -> None:
    room.comment("reject")
    room.comment("publish")
    page = room.page()
    chart = "//*[local-name()='svg'][@role='img']"
    named = page.attribute(chart, "aria-labelledby").split()
    assert page.texts(f"{chart}/*[@id='{named[0]}' or @id='{named[1]}']")[0] == "Comments by month"
    assert len(page.find(f"{chart}//*[local-name()='rect']")) == 2


def test_no_name_and_no_word_of_anybody_is_in_the_report(room: Newsroom) -> None:
    comment, _token = room.factory.comment(room.article, "A zeugma.", author="Xanthippe")
    room.factory.decide(room.editor, comment, "reject", note="Not a syllepsis.")
    room.appeal(comment)
    told = room.client.get("/moderation-report").text + room.client.get("/moderation-report.json").text
    for word in ("zeugma", "Xanthippe", "syllepsis", "Edith", "It was fair"):
        assert word not in told


@ON_SQLITE
def test_a_month_is_counted_along_indexes_on_time_and_never_through_all_comments(room: Newsroom) -> None:
    room.comment("reject")
    with asked(room.app) as statements:
        room.page()
    steps = []
    with room.app.app_context(), db.engine.connect() as connection:
        for statement, given in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            steps += [str(row[3]) for row in plan if re.search(r" (comments|decisions|appeals|reports)\b", str(row[3]))]
    by_time = r"USING (COVERING )?INDEX ix_\w+_(created_at|decided_at|at)( |$)"
    by_comment = r"USING (INTEGER PRIMARY KEY|(COVERING )?INDEX ix_decisions_comment_id_id)"
    assert len(steps) > 8
    assert [step for step in steps if not re.search(f"{by_time}|{by_comment}", step)] == []


def test_anyone_may_keep_the_report_and_no_cookie_is_set(room: Newsroom, browser: FlaskClient) -> None:
    room.comment("publish")
    send_form(browser, "/admin/shortcuts")
    for path in ("/moderation-report", "/moderation-report.json"):
        answer = browser.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["ETag"]
        again = browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    assert room.client.get("/moderation-report.json").mimetype == "application/json"


def test_the_time_of_the_figures_is_in_the_json(room: Newsroom) -> None:
    assert room.client.get("/moderation-report.json").get_json()["as_of"] == "2026-11-20T10:00:00+00:00"
