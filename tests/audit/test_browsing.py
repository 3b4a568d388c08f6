"""The record at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.audit.recording import record
from app.core.db import transaction
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.reading.test_query_counts import counted

ROWS = "//table//tbody/tr"


def page_of(browser: FlaskClient, asked: dict[str, str] | None = None, status: int = 200) -> Page:
    answer = browser.get(f"/admin/audit?{urlencode(asked or {})}")
    assert answer.status_code == status
    return Page(answer)


def numbers(page: Page) -> list[int]:
    return [int(text) for text in page.texts(f"{ROWS}/th")]


def write(app: Flask, *entries: tuple[str, str, str]) -> None:
    with app.app_context(), transaction() as session:
        for actor, verb, subject in entries:
            record(session, actor=actor, verb=verb, subject=subject)


def test_the_newest_entry_stands_first_with_who_did_what_when_and_to_what(
    app: Flask, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=5)
    with app.app_context(), transaction() as session:
        record(session, actor="editor:1", verb="reject", subject="comment:17", detail="rule 2")
    page = page_of(browser)
    assert page.texts(f"{ROWS}[1]/*")[1:] == ["20 November 2026, 10:05", "Edith Ward", "reject (rule 2)", "comment:17"]
    assert numbers(page) == sorted(numbers(page), reverse=True)


def test_a_comment_is_linked_to_its_page_and_an_editor_called_by_name(app: Flask, browser: FlaskClient) -> None:
    write(app, ("command line", "disable", "editor:1"), ("editor:1", "spam", "comment:17"))
    page = page_of(browser)
    assert page.link(f"{ROWS}[1]//a") == "/admin/comments/17"
    assert page.texts(f"{ROWS}[2]/*")[2:] == ["command line", "disable", "editor:1 Edith Ward"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "editor:8"}, ["spam", "publish"]),
        ({"verb": "spam"}, ["spam", "spam"]),
        ({"subject": "comment:1"}, ["undo", "spam", "publish"]),
        ({"subject": "comment:"}, []),
        ({"actor": "editor:8", "verb": "spam"}, ["spam"]),
        ({"actor": "editor:8", "verb": "spam", "subject": "comment:2"}, []),
        ({"actor": "nobody"}, []),
    ],
)
def test_entries_are_found_by_actor_verb_and_subject(
    app: Flask, browser: FlaskClient, asked: dict[str, str], found: list[str]
) -> None:
    write(
        app,
        ("editor:8", "publish", "comment:1"),
        ("editor:8", "spam", "comment:1"),
        ("editor:9", "spam", "comment:2"),
        ("editor:9", "undo", "comment:1"),
    )
    assert page_of(browser, asked).texts(f"{ROWS}/td[3]") == found


def test_entries_are_found_by_the_days_of_the_sites_zone(
    app: Flask, app_with: Callable[..., Flask], edith: Identity, frozen_clock: FrozenClock
) -> None:
    for number, time in enumerate(("21T22:59", "21T23:00", "22T22:59", "22T23:00")):
        frozen_clock.time = datetime.fromisoformat(f"2026-11-{time}:00+00:00")
        write(app, ("editor:1", "publish", f"comment:{number}"))
    browser = Factory(app_with(time_zone="Europe/Berlin")).logged_in(edith)

    def found(**asked: str) -> list[str]:
        return page_of(browser, {"verb": "publish", **asked}).texts(f"{ROWS}/td[4]")

    assert found(**{"from": "2026-11-22", "to": "2026-11-22"}) == ["comment:2", "comment:1"]
    assert found(**{"from": "2026-11-22"}) == ["comment:3", "comment:2", "comment:1"]
    assert found(to="2026-11-21") == ["comment:0"]


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "9999-12-31", "0000-00-00"])
def test_a_day_that_is_none_is_said_at_its_field_and_the_rest_kept(browser: FlaskClient, day: str) -> None:
    page = page_of(browser, {"to": day, "subject": "comment:17"}, 422)
    assert page.error_at("to") == "Write the date as year, month and day: 2026-11-20."
    assert (page.field("to"), page.field("subject")) == (day, "comment:17")
    assert page.is_designed


def test_page_after_page_holds_every_entry_once(app: Flask, browser: FlaskClient) -> None:
    write(app, *((f"editor:{number % 2}", "publish", f"comment:{number}") for number in range(205)))
    found, page = [], page_of(browser, {"verb": "publish"})
    while True:
        found += page.texts(f"{ROWS}/td[4]")
        older = page.link("//a[@rel='next']")
        if older is None:
            break
        page = Page(browser.get(older))
    assert found == [f"comment:{number}" for number in reversed(range(205))]
    newest = page.link("//a[@rel='prev']")
    assert newest == "/admin/audit?verb=publish"


def test_a_page_after_an_entry_that_is_not_there_is_no_page(browser: FlaskClient) -> None:
    for after in ("999", "x", "0", str(10**12)):
        page_of(browser, {"after": after}, 404)


def test_what_was_done_and_by_whom_can_be_chosen_from_what_there_is(app: Flask, browser: FlaskClient) -> None:
    write(app, ("command line", "load: added", "article:1"), ("editor:1", "spam", "comment:1"))
    page = page_of(browser, {"verb": "spam"})
    assert page.texts("//select[@name='actor']/option") == ["Any", "command line", "Edith Ward"]
    assert {"load: added", "spam"} <= set(page.texts("//select[@name='verb']/option"))
    assert page.texts("//select[@name='verb']/option[@selected]") == ["spam"]


def test_the_head_and_the_number_of_entries_stand_there_with_how_to_verify_them(
    browser: FlaskClient, factory: Factory
) -> None:
    hashes = factory.ask(sa.select(AuditEntry.hash).order_by(AuditEntry.id))
    text = page_of(browser).text()
    assert f"The record holds {len(hashes)} entries." in text
    assert hashes[-1] in text
    assert "flask audit verify --expect" in text


def test_what_nothing_matches_is_said(browser: FlaskClient) -> None:
    assert "There is no such entry." in page_of(browser, {"subject": "comment:1"}).text()


def test_a_record_of_many_entries_asks_as_little_as_one_of_few(app: Flask, browser: FlaskClient) -> None:
    asked = []
    for number in (1, 150):
        write(app, *((f"editor:{one}", f"verb {one}", f"comment:{one}") for one in range(number)))
        with counted(app) as statements:
            page_of(browser)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 7
