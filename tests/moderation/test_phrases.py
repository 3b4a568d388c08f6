"""The list of phrases at the desk."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import AuditEntry
from app.moderation import phrases
from app.moderation.models import Phrase, Verdict
from tests.factories import Factory, send_form
from tests.pages import Page

PATH = "/admin/phrases"


def add(browser: FlaskClient, texts: str, verdict: str = "hold") -> Page:
    return Page(send_form(browser, PATH, {"texts": texts, "verdict": verdict}))


def kept(factory: Factory) -> dict[str, Verdict]:
    return {row.text: row.verdict for row in factory.ask(sa.select(Phrase).order_by(Phrase.id))}


def test_many_are_added_at_once_one_a_line(browser: FlaskClient, factory: Factory) -> None:
    answer = add(browser, "Casino\r\n\r\n  buy   now \n伟哥").answer
    assert answer.status_code == 303
    assert kept(factory) == dict.fromkeys(["Casino", "buy now", "伟哥"], Verdict.HOLD)
    page = Page(browser.get(PATH))
    assert page.text("//*[@role='status']") == "3 phrases added."
    assert page.texts("//ul[@class='ticks']/li") == ["buy now", "Casino", "伟哥"]


def test_one_that_is_there_is_not_added_again_however_it_is_written_but_gets_the_new_verdict(
    browser: FlaskClient, factory: Factory
) -> None:
    add(browser, "Casino")
    add(browser, "cas1no\nCASINO\nPills", "spam")
    assert kept(factory) == {"Casino": Verdict.SPAM, "Pills": Verdict.SPAM}
    assert factory.ask(sa.select(AuditEntry.detail).where(AuditEntry.subject == "phrases")) == ["hold 1", "spam 2"]


def test_those_ticked_are_removed(browser: FlaskClient, factory: Factory) -> None:
    add(browser, "Casino\nPills\nBonus")
    ids = factory.ask(sa.select(Phrase.id).where(Phrase.text != "Pills"))
    for _ in range(2):
        send_form(browser, f"{PATH}/remove", {"ids": [str(one) for one in [*ids, "x"]]})
    assert list(kept(factory)) == ["Pills"]
    verbs = factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject == "phrases"))
    assert verbs == ["add phrases", "remove phrases"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ("", "Write a phrase first."),
        ("Casino\n!!!", "“!!!” has no letter and no digit to go by."),
        ("a" * 201, f"“{'a' * 40}…” is too long for a phrase."),
    ],
)
def test_what_cannot_be_a_phrase_is_said_and_nothing_is_added(
    browser: FlaskClient, factory: Factory, texts: str, said: str
) -> None:
    page = add(browser, texts)
    assert page.answer.status_code == 422
    assert page.error_at("texts") == said
    assert page.field("texts").strip() == texts
    assert kept(factory) == {}


def test_there_is_a_most(browser: FlaskClient, factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "PHRASES_LIMIT", 3)
    add(browser, "one\ntwo\nthree")
    page = add(browser, "three\nfour")
    assert (page.answer.status_code, page.error_at("texts")) == (422, "There can be 3 phrases in all.")
    assert len(kept(factory)) == 3


def test_a_text_can_be_tried_and_nothing_is_kept_of_it(browser: FlaskClient, factory: Factory) -> None:
    add(browser, "Casino")
    add(browser, "Pills", "spam")
    page = Page(send_form(browser, f"{PATH}/try", {"text": "Best CAS1NO <b>, pills"}))
    assert page.text("//div[@role='status']") == "Found: CAS1NO suspect pills banned"
    assert page.field("text").strip() == "Best CAS1NO <b>, pills"
    page = Page(send_form(browser, f"{PATH}/try", {"text": "A sound point."}))
    assert page.text("//div[@role='status']") == "None of the phrases is in it."
