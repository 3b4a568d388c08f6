"""Whoever is banned reads why, and until when."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.comments.banning import Days, ban, email_hash, forget_ended_bans
from app.comments.jobs import FORGET_ADDRESSES
from app.comments.models import Ban, Comment
from app.comments.submitting import forget_addresses
from app.core.db import transaction
from tests.comments.sending import send
from tests.conftest import FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

HOME = "203.0.113.7"
ELSEWHERE = "203.0.113.8"
WHY = "Three threats in a week."


@pytest.fixture
def comment(client: FlaskClient, factory: Factory) -> int:
    """A comment from HOME with an e-mail."""
    factory.article("news")
    send(client, via=HOME, email="Ann@Example.org")
    (comment_id,) = factory.ask(sa.select(Comment.id))
    assert isinstance(comment_id, int)
    return comment_id


def make_ban(browser: FlaskClient, comment: int, *whom: str, days: str = "7", reason: str = WHY) -> Page:
    fields = {"whom": list(whom), "days": days, "reason": reason}
    return Page(send_form(browser, f"/admin/comments/{comment}/ban", fields))


def refusal(page: Page) -> str:
    return page.text("//*[@role='alert']")


def test_a_banned_address_gets_its_comment_back_with_why_and_until_when(
    client: FlaskClient, factory: Factory, browser: FlaskClient, comment: int, frozen_clock: FrozenClock
) -> None:
    assert make_ban(browser, comment, "address").answer.status_code == 303
    page = Page(send(client, via=HOME, body="Once more."))
    assert page.answer.status_code == 403
    assert refusal(page) == (
        "Comments from your network address are not taken until 27 November 2026, 10:00."
        " An editor decided so, and says: “Three threats in a week.”"
    )
    assert page.find("//textarea[@id='kept']")[0].text == "Once more."
    assert not page.find("//form[@id='comment-form']")
    assert send(client, via=ELSEWHERE, body="Someone else.").status_code == 303
    frozen_clock.advance(days=7, seconds=-1)
    assert send(client, via=HOME, body="Once more.").status_code == 403
    frozen_clock.advance(seconds=1)
    assert send(client, via=HOME, body="Once more.").status_code == 303


def test_a_banned_e_mail_is_refused_from_everywhere_however_it_is_written(
    client: FlaskClient, browser: FlaskClient, comment: int
) -> None:
    make_ban(browser, comment, "email", days="1")
    page = Page(send(client, via=ELSEWHERE, email=" ANN@example.ORG", body="Once more."))
    assert page.answer.status_code == 403
    assert refusal(page).startswith("Comments with this e-mail address are not taken until 21 November 2026, 10:00.")
    assert send(client, via=HOME, email="other@example.org", body="Another.").status_code == 303
    assert send(client, via=HOME, body="Without one.").status_code == 303


def test_of_two_bans_the_longer_is_told(client: FlaskClient, browser: FlaskClient, comment: int) -> None:
    make_ban(browser, comment, "address", days="30")
    make_ban(browser, comment, "address", "email", days="1")
    assert "until 20 December 2026" in refusal(Page(send(client, via=HOME, body="Once more.")))


def test_address_and_e_mail_are_kept_as_keyed_hashes_only_and_the_record_names_neither(
    factory: Factory, app: Flask, browser: FlaskClient, comment: int
) -> None:
    make_ban(browser, comment, "address", "email")
    (address_hash,) = factory.ask(sa.select(Comment.address_hash))
    with app.app_context():
        expected = {(address_hash, False), (email_hash("ann@example.org"), True)}
    bans = factory.ask(sa.select(Ban))
    assert {(row.subject_hash, row.is_email) for row in bans} == expected
    (entry,) = factory.ask(sa.select(AuditEntry).where(AuditEntry.verb == "ban"))
    assert (entry.subject, entry.detail) == (f"comment:{comment}", "address and e-mail, 7 days")


def test_bans_are_listed_and_lifted(client: FlaskClient, factory: Factory, browser: FlaskClient, comment: int) -> None:
    make_ban(browser, comment, "address")
    page = Page(browser.get("/admin/bans"))
    row = page.text("//ul[@class='listed']/li")
    assert row.startswith("A network address Three threats in a week. Until 27 November 2026, 10:00")
    assert "by Edith Ward" in row
    ban_id = page.field("ban")
    for said in ("The ban is lifted.", "That ban had been lifted already."):
        send_form(browser, "/admin/bans", {"ban": ban_id})
        page = Page(browser.get("/admin/bans"))
        assert page.text("//*[@role='status']") == said
    assert "Nobody is banned." in page.text()
    assert send(client, via=HOME, body="Once more.").status_code == 303
    assert factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.verb.like("%ban"))) == ["ban", "lift ban"]


def test_the_form_offers_what_is_known_of_the_comment(
    app: Flask, factory: Factory, edith: Identity, comment: int, frozen_clock: FrozenClock
) -> None:
    def offered(comment_id: int) -> list[str]:
        page = Page(factory.logged_in(edith).get(f"/admin/comments/{comment_id}/ban"))
        return [box.get("value") for box in page.find("//input[@name='whom']")]

    bare, _token = factory.comment(1)
    assert (offered(comment), offered(bare)) == (["address", "email"], ["address"])
    frozen_clock.advance(days=30)
    with app.app_context(), transaction() as session:
        forget_addresses(session)
    assert offered(comment) == ["email"]
    page = Page(factory.logged_in(edith).get(f"/admin/comments/{bare}/ban"))
    assert "There is nothing to ban." in page.text()
    assert not page.find("//main//form")


@pytest.mark.parametrize(
    ("fields", "at", "said"),
    [
        ({"whom": []}, "whom", "Choose what is banned."),
        ({"whom": ["telephone"]}, "whom", "Choose what is banned."),
        ({"days": ""}, "days", "Choose for how long."),
        ({"days": "91"}, "days", "Choose for how long."),
        ({"reason": "  "}, "reason", "Give the reason; whoever is banned reads it."),
        ({"reason": "a" * 501}, "reason", "501 characters; the limit is 500. Cut 1."),
    ],
)
@pytest.mark.usefixtures("comment")
def test_what_is_missing_is_said_at_its_field_and_nobody_is_banned(
    factory: Factory, browser: FlaskClient, fields: dict[str, str], at: str, said: str
) -> None:
    sent = {"whom": ["address"], "days": "7", "reason": WHY, **fields}
    page = Page(send_form(browser, "/admin/comments/1/ban", sent))
    assert page.answer.status_code == 422
    assert page.text(f"//*[@id='{at}-error']") == said
    assert factory.ask(sa.select(Ban)) == []


def test_a_comment_that_is_not_there_bans_nobody(browser: FlaskClient, comment: int) -> None:
    assert browser.get("/admin/comments/999/ban").status_code == 404
    assert make_ban(browser, 999, "address").answer.status_code == 404


def test_a_ban_that_has_ended_is_forgotten_by_the_hourly_job(
    app: Flask, factory: Factory, edith: Identity, comment: int, frozen_clock: FrozenClock
) -> None:
    with app.app_context(), transaction() as session:
        row = session.get_one(Comment, comment)
        for days in (Days.DAY, Days.WEEK):
            ban(session, edith, row, by_address=True, by_email=False, days=days, reason=WHY)
    frozen_clock.advance(days=1)
    with app.app_context():
        FORGET_ADDRESSES.run({})
    (left,) = factory.ask(sa.select(Ban.until))
    assert left == frozen_clock.time.replace(day=27)
    with app.app_context(), transaction() as session:
        forget_ended_bans(session)
    assert len(factory.ask(sa.select(Ban.id))) == 1
