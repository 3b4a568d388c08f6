"""The house rules, at the desk and for readers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import AuditEntry
from app.site.models import HouseRule
from tests.factories import Factory, send_form
from tests.pages import Page

PATH = "/admin/house-rules"


def listed(page: Page) -> list[str]:
    return page.texts("//section[@aria-labelledby='rules']//h3")


def public(client: FlaskClient) -> list[str]:
    return listed(Page(client.get("/house-rules")))


def number_of(factory: Factory, title: str) -> int:
    (number,) = factory.ask(sa.select(HouseRule.number).where(HouseRule.title == title))
    assert isinstance(number, int)
    return number


def test_readers_find_the_rules_numbered_and_linked_from_every_form_and_foot(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    rules = public(client)
    assert [rule.partition(".")[0] for rule in rules] == ["1", "2", "3", "4", "5", "6"]
    assert rules[1] == "2. Argue with what was said, not with who said it"
    assert Page(client.get("/house-rules")).find("//h3[@id='rule-2']")
    page = Page(client.get("/articles/news"))
    assert page.find("//form[@id='comment-form']//a[@href='/house-rules']")
    assert page.find("//footer//a[@href='/house-rules']")


def test_a_new_rule_gets_the_next_number_and_is_there_at_the_next_request(
    client: FlaskClient, browser: FlaskClient
) -> None:
    public(client)
    answer = send_form(browser, PATH, {"title": "  Be  brief ", "text": "Two hundred words.\n\nOr fewer."})
    assert answer.status_code == 303
    assert public(client)[-1] == "7. Be brief"
    assert "Two hundred words." in client.get("/house-rules").text


def test_a_changed_rule_swaps_its_number_with_the_one_that_had_it(
    client: FlaskClient, browser: FlaskClient, factory: Factory
) -> None:
    public(client)
    page = Page(browser.get(f"{PATH}/6"))
    assert (page.field("number"), page.field("title")) == ("6", "Keep to the law")
    send_form(browser, f"{PATH}/6", {"number": "1", "title": "Obey the law", "text": "All of it."})
    assert public(client)[0] == "1. Obey the law"
    assert public(client)[5] == "6. Stay with the subject"
    assert number_of(factory, "Respect privacy") == 3


def test_a_retired_rule_is_shown_no_more_and_leaves_its_number(
    client: FlaskClient, browser: FlaskClient, factory: Factory
) -> None:
    public(client)
    for _ in range(2):
        send_form(browser, f"{PATH}/3/retire")
    assert [rule.partition(".")[0] for rule in public(client)] == ["1", "2", "4", "5", "6"]
    assert browser.get(f"{PATH}/3").status_code == 404
    send_form(browser, f"{PATH}/3/restore")
    assert public(client)[2] == "3. Respect privacy"
    assert factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject == "rule:3")) == [
        "retire rule",
        "restore rule",
    ]


def test_a_rule_that_comes_back_to_a_number_that_is_taken_gets_the_next(
    client: FlaskClient, browser: FlaskClient, factory: Factory
) -> None:
    send_form(browser, f"{PATH}/3/retire")
    send_form(browser, f"{PATH}/6", {"number": "3", "title": "Keep to the law", "text": "All of it."})
    send_form(browser, f"{PATH}/3/restore")
    assert (number_of(factory, "Keep to the law"), number_of(factory, "Respect privacy")) == (3, 6)


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"title": " "}, "title", "Give the rule in a few words."),
        ({"title": "a" * 121}, "title", "A rule’s title takes 120 characters at most."),
        ({"text": ""}, "text", "Say what it means."),
        ({"text": "a" * 2001}, "text", "2,001 characters; the limit is 2,000. Cut 1."),
        ({"number": "0"}, "number", "Give a number from 1 to 99."),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_at_its_field(
    browser: FlaskClient, factory: Factory, fields: dict[str, str], field: str, said: str
) -> None:
    sent = {"number": "2", "title": "Be brief", "text": "Two hundred words.", **fields}
    paths = [f"{PATH}/2"] if "number" in fields else [PATH, f"{PATH}/2"]
    for path in paths:
        page = Page(send_form(browser, path, sent))
        assert page.answer.status_code == 422
        assert page.error_at(field) == said
    assert factory.ask(sa.select(sa.func.count()).select_from(HouseRule)) == [6]


@pytest.mark.parametrize("path", [f"{PATH}/99", f"{PATH}/99/retire", f"{PATH}/99/restore"])
def test_a_rule_that_is_not_there_is_no_page(browser: FlaskClient, path: str) -> None:
    fields = {"number": "2", "title": "Be brief", "text": "Two hundred words."}
    assert send_form(browser, path, fields).status_code == 404


def test_the_page_says_what_becomes_of_a_comment_as_it_is_set(client: FlaskClient, browser: FlaskClient) -> None:
    assert "An editor reads every comment before it appears" in client.get("/house-rules").text
    assert "may appeal once within 30 days" in client.get("/house-rules").text
    page = Page(browser.get("/admin/settings"))
    fields = {name: page.field(name) for name in ("seen", "link_limit", "publish_below", "spam_above")}
    fields |= {
        name: page.field(name)
        for name in ("edit_minutes", "trusted_from", "reports_to_hold", "close_after_days", "keep_days")
    }
    send_form(browser, "/admin/settings", {**fields, "policy": "hold unknown", "appeal_days": "30"})
    assert "whose earlier comments we know appears at once" in client.get("/house-rules").text
    fields["seen"] = Page(browser.get("/admin/settings")).field("seen")
    send_form(browser, "/admin/settings", {**fields, "policy": "publish", "appeal_days": "1"})
    assert "Comments appear at once" in client.get("/house-rules").text
    assert "may appeal once within a day" in client.get("/house-rules").text
