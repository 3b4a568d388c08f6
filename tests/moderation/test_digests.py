"""The mail that says what waits: when it is sent, to whom, and what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Editor
from app.accounts.queries import Identity
from app.audit.queries import head
from app.core.db import db, transaction
from app.core.jobs import Job
from app.moderation import digests
from app.moderation.models import DeskLink
from tests.accounts.conftest import wait_for
from tests.conftest import BASE_URL, ON_POSTGRESQL, ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.moderation.mailbox import links_in, mails, words, work
from tests.pages import Page

HOURS = "/admin/account/digest"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ask_for(factory: Factory, editor: Identity, hours: str) -> None:
    assert send_form(factory.logged_in(editor), HOURS, {"hours": hours}).status_code == 303


def times(app: Flask) -> list[str]:
    """When mail was sent to Edith Ward, in UTC."""
    return [mail["Date"].datetime.strftime("%d %H:%M") for mail in mails(app)]


def pass_time(app: Flask, clock: FrozenClock, until: datetime, minutes: int = 60) -> None:
    while clock.time < until:
        clock.advance(minutes=minutes)
        work(app)


@pytest.fixture
def waiting(factory: Factory) -> int:
    """The article 'news', on which a comment waits since 10:00."""
    article = factory.article("news")
    factory.comment(article, "A sound point.")
    return article


def test_an_editor_is_mailed_at_the_hours_that_were_set_and_at_no_other(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "17, 8")
    pass_time(app, frozen_clock, at("2026-11-22 00:00"))
    assert times(app) == ["20 17:00", "21 08:00", "21 17:00"]


def test_an_hour_is_not_mailed_twice_however_often_the_jobs_process_looks(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "11")
    pass_time(app, frozen_clock, at("2026-11-20 12:00"), minutes=10)
    assert times(app) == ["20 11:00"]


@ON_SQLITE
def test_who_sets_no_hours_gets_no_mail(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    pass_time(app, frozen_clock, at("2026-11-21 11:00"))
    ask_for(factory, edith, "12")
    ask_for(factory, edith, "")
    pass_time(app, frozen_clock, at("2026-11-22 11:00"))
    assert mails(app) == []


def test_an_hour_that_is_past_when_it_is_set_is_not_made_up_for(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "9, 10")
    work(app)
    assert mails(app) == []


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(("late", "sent"), [(5.9, 1), (6, 0)])
def test_an_hour_at_which_nothing_ran_is_made_up_for_once_within_six_hours(
    app: Flask, factory: Factory, frozen_clock: FrozenClock, late: float, sent: int
) -> None:
    ask_for(factory, factory.editor(), "11")
    frozen_clock.time = at("2026-11-20 11:00") + timedelta(hours=late)
    work(app)
    frozen_clock.advance(minutes=5)
    work(app)
    assert len(mails(app)) == sent


def test_of_several_hours_at_which_nothing_ran_one_mail_is_made_up_for(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "11, 12, 13")
    pass_time(app, frozen_clock, at("2026-11-20 15:00"), minutes=300)
    assert len(mails(app)) == 1


def test_when_nothing_waits_no_mail_is_sent_not_even_later_in_the_hour(
    app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)
    work(app)
    factory.comment(factory.article())
    frozen_clock.advance(minutes=10)
    work(app)
    assert mails(app) == []


def test_a_disabled_editor_gets_no_mail(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    rosa = factory.editor("Rosa Martin", "rosa@example.org")
    ask_for(factory, edith, "11")
    ask_for(factory, rosa, "11")
    app.test_cli_runner().invoke(args=["editors", "disable", "edith@example.org"])
    frozen_clock.advance(hours=1)
    work(app)
    assert mails(app) == []
    assert len(mails(app, "rosa@example.org")) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("begin", "end", "sent"),
    [
        # 02:00 does not come on 29 March 2026: the clocks go from 02:00 to 03:00, at 01:00 in UTC.
        (
            "2026-03-27 12:00",
            "2026-03-30 12:00",
            ["28 01:00", "28 07:00", "29 01:00", "29 06:00", "30 00:00", "30 06:00"],
        ),
        # 02:00 comes twice on 25 October 2026, at 00:00 and at 01:00 in UTC.
        (
            "2026-10-23 12:00",
            "2026-10-26 12:00",
            ["24 00:00", "24 06:00", "25 00:00", "25 07:00", "26 01:00", "26 07:00"],
        ),
    ],
)
def test_hours_are_those_of_the_sites_zone_and_come_once_on_the_days_when_the_clocks_change(
    app_with: Callable[..., Flask], frozen_clock: FrozenClock, begin: str, end: str, sent: list[str]
) -> None:
    app = app_with(time_zone="Europe/Berlin")
    factory = Factory(app)
    frozen_clock.time = at(begin)
    factory.comment(factory.article())
    ask_for(factory, factory.editor(), "2, 8")
    pass_time(app, frozen_clock, at(end))
    assert times(app) == sent


def test_the_mail_says_how_many_wait_and_since_when(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "11, 12")
    frozen_clock.advance(hours=1)
    work(app)
    factory.comment(waiting, "Another point.", author="Bob Reader")
    frozen_clock.advance(hours=1)
    work(app)
    first, second = mails(app)
    assert first["Subject"] == "1 comment waits, since 10:00"
    assert second["Subject"] == "2 comments wait, the oldest since 10:00"
    text = words(second)
    assert text.startswith("2 comments wait, the oldest since 10:00.\n")
    assert "* Bob Reader on “About news”, since 11:00\n\n> Another point.\n" in text
    assert f"Open the queue:\n{BASE_URL}/admin/\n" in text
    assert "audit" not in text
    html = words(second, "html")
    assert html.count("/desk-links/") == 6
    assert "Another point." in html


def test_a_mail_of_another_day_names_the_date(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "8")
    pass_time(app, frozen_clock, at("2026-11-21 08:00"))
    assert mails(app)[0]["Subject"] == "1 comment waits, since 20 November 2026, 10:00"


def test_what_was_reported_or_appealed_stands_first_with_what_readers_said(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    client = app.test_client()
    rejected, token = factory.comment(waiting, "The clerk took money.", author="Bea Reader")
    factory.decide(edith, rejected, "reject", rule=3)
    client.post(f"/receipts/{token}/appeal", data={"appeal": "It is in\nthe court’s record."})
    reported = factory.published(waiting, "He is a liar.", editor=edith, author="Cat Reader")
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
        headers = {"X-Forwarded-For": address}
        client.post(f"/comments/{reported}/report", data={"reason": "abuse", "text": "A <b> person."}, headers=headers)
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)
    work(app)
    (mail,) = mails(app)
    text = words(mail)
    assert mail["Subject"] == "3 comments wait, the oldest since 10:00"
    assert "1 was reported by readers." in text
    assert "1 appeal waits for an answer." in text
    places = [text.index(name) for name in ("* Cat Reader", "* Bea Reader", "* Ann Reader")]
    assert places == sorted(places)
    assert "A reader reported this: Abuse\n\n> A <b> person.\n" in text
    assert "Edith Ward rejected this, under house rule 3: Respect privacy." in text
    assert "> It is in\n> the court’s record.\n" in text
    assert f"Answer the appeal at the desk:\n{BASE_URL}/admin/comments/{rejected}\n" in text
    assert len(links_in(mail)) == 2


def test_why_a_comment_is_held_and_what_it_answers_stand_beside_it(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    parent = factory.published(waiting, "Nine *berths*.", editor=edith, author="Bob Reader")
    factory.comment(waiting, "http://a.example http://b.example http://c.example", parent_id=parent)
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)
    work(app)
    text = words(mails(app)[0])
    assert "Held: It has 3 links; the limit is 2." in text
    assert "In reply to Bob Reader: “Nine berths.”" in text


def test_ten_comments_are_shown_the_longest_waiting_first_and_the_others_counted(
    app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article()
    for number in range(12):
        factory.comment(article, f"Letter {number}.")
        frozen_clock.advance(minutes=1)
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)
    work(app)
    text = words(mails(app)[0])
    assert "These are 10 of 12. The others are at the desk." in text
    assert [number for number in range(12) if f"> Letter {number}.\n" in text] == list(range(10))
    assert len(factory.ask(sa.select(DeskLink.id))) == 10


def test_a_long_comment_is_cut_between_words(
    app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article()
    factory.comment(article, "word " * 200 + "end")
    factory.comment(article, "x" * 1000)
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)
    work(app)
    text = words(mails(app)[0])
    assert f"> {'word ' * 199}word …\n" in text
    assert f"> {'x' * 1000}\n" in text


def test_neither_addresses_of_readers_nor_tokens_in_clear_are_kept_or_sent(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    factory.comment(waiting, "Mine.", email="ann@reader.example")
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)
    work(app)
    (mail,) = mails(app)
    assert "ann@reader.example" not in mail.as_string()
    tokens = [path.split("/")[2].partition("?")[0] for path in links_in(mail)]
    assert len(set(tokens)) == 2
    assert not set(tokens) & set(factory.ask(sa.select(DeskLink.token_hash)))
    assert factory.ask(sa.select(Job.id).where(Job.kind == "mail")) == []


@ON_SQLITE
def test_the_first_mail_of_a_week_carries_the_records_head_whether_or_not_something_waits(
    app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "8, 17")
    pass_time(app, frozen_clock, at("2026-11-23 20:00"))
    (mail,) = mails(app)
    with app.app_context():
        record = head(db.session())
    assert mail["Date"].datetime == at("2026-11-23 08:00")
    assert mail["Subject"] == "Nothing waits; the head of the record on 2026-11-23"
    assert f"It has {record.count} entr" in words(mail)
    assert f"\n> flask audit verify --expect {record.hash}\n" in words(mail)
    checked = app.test_cli_runner().invoke(args=["audit", "verify", "--expect", record.hash])
    assert checked.exit_code == 0


def test_a_week_whose_monday_was_missed_begins_with_the_next_mail(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "8, 23")
    # Sunday's last mail comes on Monday, and Monday's own not at all.
    for time in ("2026-11-23 01:00", "2026-11-24 08:00", "2026-11-24 23:00"):
        frozen_clock.time = at(time)
        work(app)
    heads = {mail["Date"].datetime.strftime("%a %H"): "audit verify" in words(mail) for mail in mails(app)}
    assert heads == {"Mon 01": False, "Tue 08": True, "Tue 23": False}


@ON_POSTGRESQL
def test_of_two_jobs_processes_that_look_at_once_one_sends(
    app: Flask, factory: Factory, edith: Identity, waiting: int, frozen_clock: FrozenClock
) -> None:
    ask_for(factory, edith, "11")
    frozen_clock.advance(hours=1)

    def send() -> None:
        with app.app_context(), transaction() as session:
            digests.send(session, edith.editor_id)

    second = threading.Thread(target=send)
    blocked = sa.text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    with app.app_context():
        assert digests.editors_due(db.session()) == [edith.editor_id]
        db.session.rollback()
        with transaction() as session:
            digests.send(session, edith.editor_id)
            second.start()
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
                wait_for(lambda: other.scalar(blocked))
    second.join()
    assert len(factory.ask(sa.select(DeskLink.id))) == 1
    assert len(factory.ask(sa.select(Job.id).where(Job.kind == "mail"))) == 1


@pytest.mark.parametrize(("typed", "shown"), [("17, 8 8,", "8, 17"), ("08:00 23", "8, 23"), ("  ", ""), ("0", "0")])
def test_hours_are_shown_in_their_order(browser: FlaskClient, typed: str, shown: str) -> None:
    assert send_form(browser, HOURS, {"hours": typed}).status_code == 303
    page = Page(browser.get("/admin/account"))
    assert page.field("hours") == shown
    assert "Hours of the day in UTC" in page.text()


@pytest.mark.parametrize("typed", ["24", "8:30", "eight", "-1", "8; 9", "٨", "1" * 500])
def test_what_is_no_full_hour_is_refused_and_kept(factory: Factory, browser: FlaskClient, typed: str) -> None:
    page = Page(send_form(browser, HOURS, {"hours": f"7, {typed}"}))
    assert page.answer.status_code == 422
    assert page.field("hours") == f"7, {typed}"
    assert "is no full hour. Write hours from 0 to 23: 8, 17." in page.text()
    assert factory.ask(sa.select(Editor.digest_hours)) == [[]]
