"""What editors set for the whole site."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.site.models import Policy, Site
from tests.factories import Factory, send_form
from tests.pages import Page

PATH = "/admin/settings"
FIELDS = [
    "link_limit",
    "publish_below",
    "spam_above",
    "trusted_from",
    "reports_to_hold",
    "close_after_days",
    "edit_minutes",
    "appeal_days",
    "keep_days",
]


def shown(browser: FlaskClient) -> dict[str, str]:
    """What stands in the form."""
    page = Page(browser.get(PATH))
    policy = page.attribute("//input[@name='policy'][@checked]", "value")
    return {"policy": policy, "seen": page.field("seen"), **{name: page.field(name) for name in FIELDS}}


def save(browser: FlaskClient, fields: dict[str, str], **changes: str) -> TestResponse:
    return send_form(browser, PATH, {**fields, **changes})


def site(factory: Factory) -> Any:
    (row,) = factory.ask(sa.select(Site))
    return row


def audit(factory: Factory) -> list[tuple[str, str]]:
    rows = factory.ask(sa.select(AuditEntry).where(AuditEntry.subject == "site").order_by(AuditEntry.id))
    return [(row.verb, row.detail) for row in rows]


def test_the_form_shows_what_holds(browser: FlaskClient) -> None:
    fields = shown(browser)
    del fields["seen"]
    assert fields == {
        "policy": "hold all",
        "link_limit": "2",
        "publish_below": "0",
        "spam_above": "100",
        "trusted_from": "3",
        "reports_to_hold": "3",
        "close_after_days": "",
        "edit_minutes": "15",
        "appeal_days": "30",
        "keep_days": "60",
    }


def test_everything_can_be_set_and_is_shown_as_it_was_filled_in(browser: FlaskClient, factory: Factory) -> None:
    wanted = {
        "policy": "hold suspect",
        "link_limit": "0",
        "publish_below": "12.5",
        "spam_above": "99.5",
        "trusted_from": "0",
        "reports_to_hold": "5",
        "close_after_days": "14",
        "edit_minutes": "0",
        "appeal_days": "10",
        "keep_days": "10",
    }
    assert save(browser, shown(browser), **wanted).status_code == 303
    row = site(factory)
    assert (row.policy, row.link_limit, row.publish_below, row.spam_above) == (Policy.HOLD_SUSPECT, 0, 0.125, 0.995)
    assert row.trusted_from == 0
    assert (row.reports_to_hold, row.close_after_days, row.appeal_days, row.keep_days) == (5, 14, 10, 10)
    assert row.edit_minutes == 0
    fields = shown(browser)
    del fields["seen"]
    assert fields == wanted
    assert save(browser, shown(browser), close_after_days="").status_code == 303
    assert site(factory).close_after_days is None


def test_the_record_says_what_was_changed_and_nothing_where_nothing_was(browser: FlaskClient, factory: Factory) -> None:
    save(browser, shown(browser), policy="publish", close_after_days="7")
    save(browser, shown(browser))
    assert audit(factory) == [("change settings", "policy publish, close_after_days 7")]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"policy": "publish all"}, "policy", "Choose what becomes of a new comment."),
        ({"link_limit": "many"}, "link_limit", "Give a whole number."),
        ({"link_limit": ""}, "link_limit", "Give a number."),
        ({"link_limit": "-1"}, "link_limit", "Give a number from 0 to 100."),
        ({"link_limit": "9" * 30}, "link_limit", "Give a number from 0 to 100."),
        ({"publish_below": "100.5"}, "publish_below", "Give a number from 0 to 100."),
        ({"publish_below": "NaN"}, "publish_below", "Give a number from 0 to 100."),
        ({"spam_above": "NaN"}, "spam_above", "Give a number from 0 to 100."),
        ({"close_after_days": "soon"}, "close_after_days", "Give a whole number."),
        ({"publish_below": "half"}, "publish_below", "Give a number."),
        ({"publish_below": "9", "spam_above": "8"}, "spam_above", "It cannot be less than what the filter holds from."),
        ({"reports_to_hold": "0"}, "reports_to_hold", "Give a number from 1 to 100."),
        ({"close_after_days": "0"}, "close_after_days", "Give a number from 1 to 3650, or leave it empty."),
        ({"edit_minutes": "1441"}, "edit_minutes", "Give a number from 0 to 1440."),
        ({"appeal_days": "61"}, "keep_days", "An editor needs the words as long as there can be an appeal."),
    ],
)
def test_what_cannot_be_set_is_said_at_its_field_with_the_rest_kept(
    browser: FlaskClient, factory: Factory, changes: dict[str, str], field: str, said: str
) -> None:
    sent = {"reports_to_hold": "7", **changes}
    page = Page(save(browser, shown(browser), **sent))
    assert page.answer.status_code == 422
    assert page.text(f"//*[@id='{field}-error']") == said
    (named,) = page.texts(f"//*[@role='alert']//a[@href='#{field}']")
    assert named.endswith(f": {said}")
    assert page.text("//title").startswith("Error: ")
    assert page.field("reports_to_hold") == sent["reports_to_hold"]
    assert site(factory).reports_to_hold == 3
    assert audit(factory) == []


def test_what_another_editor_has_changed_meanwhile_is_not_overwritten_unseen(
    browser: FlaskClient, factory: Factory
) -> None:
    opened = shown(browser)
    rosa = factory.logged_in(factory.editor("Rosa Martin", "rosa@example.org"))
    save(rosa, shown(rosa), link_limit="9")
    page = Page(save(browser, opened, reports_to_hold="5"))
    assert page.answer.status_code == 409
    alert = page.text("//*[@role='alert']")
    assert "Another editor has changed the settings since you opened them." in alert
    assert "It differs from what holds now in: Links in a comment; Reports that hold a comment." in alert
    assert (page.field("link_limit"), page.field("reports_to_hold")) == ("2", "5")
    assert site(factory).link_limit == 9
    again = {"policy": "hold all", "seen": page.field("seen"), **{name: page.field(name) for name in FIELDS}}
    assert save(browser, again).status_code == 303
    assert (site(factory).link_limit, site(factory).reports_to_hold) == (2, 5)


def test_commenting_is_paused_with_a_reason_and_taken_up_again(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    page = Page(send_form(browser, f"{PATH}/pause", {"reason": " "}))
    assert page.answer.status_code == 422
    assert page.text("//*[@id='reason-error']") == "Give the reason; readers read it where the form was."
    send_form(browser, f"{PATH}/pause", {"reason": "The editor is ill."})
    assert "The editor is ill." in client.get("/articles/news").text
    page = Page(browser.get(PATH))
    slip = page.text("//section[@aria-labelledby='pause']//*[@role='status']")
    assert slip == "Paused since 20 November 2026, 10:00. The editor is ill."
    for _ in range(2):
        send_form(browser, f"{PATH}/resume")
    assert "The editor is ill." not in client.get("/articles/news").text
    assert (site(factory).paused_at, site(factory).paused_reason) == (None, None)
    assert audit(factory) == [("pause comments", ""), ("resume comments", "")]
