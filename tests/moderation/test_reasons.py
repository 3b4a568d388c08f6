"""The reason that goes with a decision: a house rule, a note, and what happens without one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.comments.models import Status
from app.core import clock
from app.core.db import transaction
from app.moderation.models import Decision
from app.site.models import HouseRule
from tests.factories import Factory, send_form
from tests.moderation.conftest import Desk, notice_of
from tests.pages import Page


def hidden(page: Page) -> dict[str, str]:
    return {one.get("name"): one.get("value") for one in page.find("//main//form//input[@type='hidden']")}


def test_a_row_offers_each_house_rule_that_holds(factory: Factory, desk: Desk) -> None:
    with factory.app.app_context(), transaction() as session:
        session.get_one(HouseRule, factory.rule(session, 4)).retired_at = clock.now()
    comment, _token = factory.comment(factory.article())
    row = f"//li[@id='row-{comment}']"
    rules = desk.queue().texts(f"{row}//button[@name='rule']")
    assert [rule[0] for rule in rules] == ["1", "2", "3", "5", "6"]
    assert rules[1] == "2 Argue with what was said, not with who said it"


def test_a_rejection_without_a_rule_asks_for_one_and_keeps_the_note(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    fields = {"decision": "reject", "seen": "pending.1", "note": "Cut the <first> sentence.", "back": "/admin/?x=1"}
    page = Page(send_form(desk.browser, f"/admin/comments/{comment}/decide", fields))
    assert page.answer.status_code == 422
    assert "Choose the house rule." in page.text("//*[@role='alert']")
    assert page.field("note").strip() == "Cut the <first> sentence."
    assert desk.status_of(comment) is Status.PENDING

    chosen = page.find("//input[@name='rule']")[2].get("value")
    answer = desk.browser.post(
        page.attribute("//main//form", "action"), data={**hidden(page), "rule": chosen, "note": page.field("note")}
    )
    assert answer.headers["Location"] == "/admin/?x=1"
    (decision,) = factory.ask(sa.select(Decision))
    assert (decision.rule_number, decision.note) == (3, "Cut the <first> sentence.")


@pytest.mark.parametrize("rule", ["", "999", "x", "0", "-1", "2147483648"])
def test_a_rule_that_there_is_not_is_no_rule(factory: Factory, desk: Desk, rule: str) -> None:
    comment, _token = factory.comment(factory.article())
    fields = {"decision": "reject", "seen": "pending.1", "rule": rule}
    assert send_form(desk.browser, f"/admin/comments/{comment}/decide", fields).status_code == 422
    assert desk.status_of(comment) is Status.PENDING


def test_a_retired_rule_is_no_rule(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    with factory.app.app_context(), transaction() as session:
        session.get_one(HouseRule, factory.rule(session, 2)).retired_at = clock.now()
    assert desk.decide(comment, "reject").status_code == 422


def test_the_choice_for_several_keeps_which_and_how_they_stood(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(3)]
    ticked = {"ids": [str(one) for one in ids], "decision": "reject", **{f"seen-{one}": "pending.1" for one in ids}}
    page = Page(send_form(desk.browser, "/admin/decide", ticked))
    assert page.answer.status_code == 200
    assert page.text("//h1") == "Reject 3 comments"
    assert not page.find("//*[@role='alert']")
    factory.decide(desk.editor, ids[1], "publish")
    rule = page.find("//input[@name='rule']")[0].get("value")
    sent = [(one.get("name"), one.get("value")) for one in page.find("//main//form//input[@type='hidden']")]
    fields: dict[str, object] = {name: [value for other, value in sent if other == name] for name, _value in sent}
    action = page.attribute("//main//form", "action")
    again = Page(desk.browser.post(action, data={**fields, "note": ""}))
    assert again.answer.status_code == 422
    assert "Choose the house rule." in again.text("//*[@role='alert']")
    desk.browser.post(action, data={**fields, "rule": rule, "note": ""})
    assert notice_of(desk.queue()).startswith("2 comments rejected. 1 was left alone")
    assert [desk.status_of(one) for one in ids] == [Status.REJECTED, Status.PUBLISHED, Status.REJECTED]


def test_a_return_needs_a_note_that_says_something(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    for note in ("", "  \n ", "\x00\u200b"):
        fields = {"decision": "return", "seen": "pending.1", "note": note}
        page = Page(send_form(desk.browser, f"/admin/comments/{comment}/decide", fields))
        assert page.answer.status_code == 422
        assert "Say what the author is to change." in page.text("//*[@role='alert']")
    fields = {"decision": "return", "seen": "pending.1", "note": "Name your source.\x00"}
    assert send_form(desk.browser, f"/admin/comments/{comment}/decide", fields).status_code == 303
    assert factory.ask(sa.select(Decision.note)) == ["Name your source."]
    assert "Name your source." in desk.queue("returned").text(f"//li[@id='row-{comment}']")


def test_a_note_that_is_too_long_comes_back_with_how_much_to_cut(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    fields = {"decision": "reject", "seen": "pending.1", "rule": 2, "note": "x" * 1_012}
    page = Page(send_form(desk.browser, f"/admin/comments/{comment}/decide", fields))
    assert page.answer.status_code == 422
    assert "1,012 characters; the limit is 1,000. Cut 12." in page.text("//*[@role='alert']")
    assert page.field("note").strip() == "x" * 1_012
    assert page.find("//input[@name='rule'][@checked]")[0].get("value") == "2"


def test_publishing_takes_neither_rule_nor_note(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    desk.decide(comment, "publish")
    (decision,) = factory.ask(sa.select(Decision))
    assert (decision.rule_id, decision.note) == (None, None)


def test_a_decided_row_names_the_rule_and_the_note(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "reject", rule=3, note="Your own number stands in it.")
    row = desk.queue("rejected").text(f"//li[@id='row-{comment}']")
    assert "House rule 3: Respect privacy" in row
    assert "Your own number stands in it." in row
