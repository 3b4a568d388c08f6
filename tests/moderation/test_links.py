"""Links in a mail to an editor: they show and ask, decide once, and end."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.comments.models import Comment, Report, ReportOutcome, Status
from app.core.db import db, transaction
from app.core.tokens import token_hash
from app.moderation import decisions, links
from app.moderation.models import Decision, DeskLink
from tests.accounts.conftest import rows_of
from tests.conftest import ON_POSTGRESQL, FrozenClock
from tests.factories import PASSWORD, Factory, send_form
from tests.moderation.mailbox import links_in, mails, work
from tests.pages import Page

STATE = "//div[@class='slip'][@role='status']"


class Mailed:
    """A comment that waits, 'A sound point.' by Ann Reader on 'news', and the link to it that was mailed to Edith."""

    def __init__(self, factory: Factory, client: FlaskClient, edith: Identity, clock: FrozenClock) -> None:
        self.factory, self.client = factory, client
        self.article = factory.article("news")
        self.id, self.receipt = factory.comment(self.article, "A sound point.")
        self.path = self.mail(edith, clock)

    def mail(self, editor: Identity, clock: FrozenClock) -> str:
        """The path of the link in the mail of the next full hour."""
        hour = {"hours": str(clock.time.hour + 1)}
        assert send_form(self.factory.logged_in(editor), "/admin/account/digest", hour).status_code == 303
        clock.advance(hours=1)
        work(self.factory.app)
        return links_in(mails(self.factory.app, editor.email)[-1])[0].partition("?")[0]

    @property
    def token(self) -> str:
        return self.path.rpartition("/")[2]

    def open(self, act: str = "publish") -> Page:
        return Page(self.client.get(f"{self.path}?act={act}"))

    def press(self, act: str = "publish", **fields: str) -> TestResponse:
        """Opens the page, fills its form in, and presses its button."""
        page = self.open(act)
        sent = {"seen": page.field("seen"), "decision": page.attribute("//main//button", "value"), **fields}
        return self.client.post(page.attribute("//main//form", "action"), data=sent)

    def status(self) -> Status:
        (status,) = self.factory.ask(sa.select(Comment.status).where(Comment.id == self.id))
        assert isinstance(status, Status)
        return status

    def rule(self, number: int) -> str:
        with self.factory.app.app_context():
            return str(self.factory.rule(db.session(), number))

    def record(self) -> list[tuple[str, str, str]]:
        """Actor, verb and detail of what was done to the comment."""
        about = AuditEntry.subject == f"comment:{self.id}"
        entries = self.factory.ask(sa.select(AuditEntry).where(about).order_by(AuditEntry.id))
        return [(entry.actor, entry.verb, entry.detail) for entry in entries]


@pytest.fixture
def mailed(factory: Factory, client: FlaskClient, edith: Identity, frozen_clock: FrozenClock) -> Mailed:
    return Mailed(factory, client, edith, frozen_clock)


def test_opening_a_link_shows_the_comment_and_decides_nothing(app: Flask, mailed: Mailed) -> None:
    before = rows_of(app)
    asked = []
    for act in ("publish", "reject", "spam", "", "<b>"):
        page = mailed.open(act)
        assert page.answer.status_code == 200
        assert page.is_designed
        assert "A sound point." in page.text()
        assert "You decide as Edith Ward. This link works once, until 23 November 2026, 11:00." in page.text()
        asked.append((page.text("//h1"), page.text("//main//form//button")))
    assert asked[:3] == [
        ("Publish this comment?", "Publish"),
        ("Reject this comment?", "Reject"),
        ("Put this comment with the spam?", "Spam"),
    ]
    assert asked[3:] == [asked[0], asked[0]]
    assert mailed.client.head(mailed.path).status_code == 200
    assert rows_of(app) == before


def test_the_page_is_kept_private(mailed: Mailed) -> None:
    for answer in (mailed.open().answer, mailed.press(), mailed.open().answer):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in answer.headers


def test_the_button_decides_in_the_editors_name(mailed: Mailed, factory: Factory) -> None:
    answer = mailed.press("publish")
    assert (answer.status_code, answer.location) == (303, mailed.path)
    assert mailed.status() is Status.PUBLISHED
    assert mailed.record() == [("editor:1", "publish", "by mail")]
    page = mailed.open()
    assert page.answer.status_code == 200
    assert page.text("//h1") == "This link has been used"
    assert page.text(STATE) == (
        "One comment was decided on with it, on 20 November 2026, 11:00."
        " Edith Ward published this on 20 November 2026, 11:00."
    )
    assert page.link("//p[@class='back']/a") == f"/admin/comments/{mailed.id}"
    assert "A sound point." not in page.answer.text


def test_a_rejection_names_a_rule_and_may_add_a_note(mailed: Mailed, factory: Factory) -> None:
    mailed.press("reject", rule=mailed.rule(3), note="Leave out the name.")
    (decision,) = factory.ask(sa.select(Decision))
    assert (decision.to_status, decision.rule_number, decision.note) == (Status.REJECTED, 3, "Leave out the name.")
    assert mailed.record() == [("editor:1", "reject", "rule 3, by mail")]
    assert "House rule 3: Respect privacy" in mailed.open().text(STATE)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"note": "Leave out the name."}, "Choose the house rule. The author is told which."),
        ({"rule": "999", "note": "x"}, "Choose the house rule. The author is told which."),
        ({"note": "x" * 1001}, "1,001 characters; the limit is 1,000. Cut 1."),
    ],
)
def test_a_rejection_without_a_usable_reason_is_asked_for_again_and_spends_nothing(
    mailed: Mailed, fields: dict[str, str], problem: str
) -> None:
    page = Page(mailed.press("reject", **fields))
    assert page.answer.status_code == 422
    assert problem in page.text("//div[@role='alert']")
    assert page.field("note") == fields["note"]
    assert page.text("//h1") == "Reject this comment?"
    assert mailed.status() is Status.PENDING
    mailed.press("reject", rule=mailed.rule(1))
    assert mailed.status() is Status.REJECTED


def test_whichever_act_is_chosen_spends_the_link(mailed: Mailed, frozen_clock: FrozenClock) -> None:
    late = {"seen": mailed.open().field("seen"), "decision": "publish"}
    mailed.press("spam")
    frozen_clock.advance(minutes=1)
    page = Page(mailed.client.post(mailed.path, data=late))
    assert page.answer.status_code == 410
    assert page.text("//h1") == "This link has been used"
    assert mailed.status() is Status.SPAM
    assert len(mailed.record()) == 1


def test_a_link_that_is_used_stays_used_when_the_decision_is_undone(mailed: Mailed, browser: FlaskClient) -> None:
    sent = {"seen": mailed.open().field("seen"), "decision": "publish"}
    mailed.press()
    send_form(browser, "/admin/undo", {"ids": str(mailed.id)})
    assert mailed.client.post(mailed.path, data=sent).status_code == 410
    assert mailed.status() is Status.PENDING


def test_a_link_ends_after_three_days_and_is_forgotten_thirty_later(
    app: Flask, mailed: Mailed, factory: Factory, frozen_clock: FrozenClock
) -> None:
    sent = {"seen": mailed.open().field("seen"), "decision": "publish"}
    frozen_clock.advance(days=3, seconds=-1)
    assert mailed.open().answer.status_code == 200
    frozen_clock.advance(seconds=1)
    page = mailed.open()
    assert page.answer.status_code == 410
    assert page.text(STATE) == "It worked until 23 November 2026, 11:00, and was not used."
    assert mailed.client.post(mailed.path, data=sent).status_code == 410
    assert mailed.status() is Status.PENDING
    frozen_clock.advance(days=30, seconds=-1)
    work(app)
    assert mailed.open().answer.status_code == 410
    frozen_clock.advance(hours=1)
    work(app)
    assert token_hash(mailed.token) not in factory.ask(sa.select(DeskLink.token_hash))
    assert mailed.open().answer.status_code == 404


def test_what_is_no_link_is_no_page(mailed: Mailed) -> None:
    for path in (f"/desk-links/{'x' * 22}", "/desk-links/short"):
        assert mailed.client.get(path).status_code == 404
        assert mailed.client.post(path, data={"decision": "publish", "seen": "pending.1"}).status_code == 404


@pytest.mark.parametrize("verb", ["", "return", "keep", "erase"])
def test_what_the_mail_does_not_offer_cannot_be_decided(mailed: Mailed, verb: str) -> None:
    sent = {"decision": verb, "seen": "pending.1", "note": "Change it."}
    assert mailed.client.post(mailed.path, data=sent).status_code == 400
    assert mailed.status() is Status.PENDING


def test_another_site_cannot_press_the_button(mailed: Mailed) -> None:
    sent = {"decision": "publish", "seen": "pending.1"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert mailed.client.post(mailed.path, data=sent, headers=headers).status_code == 403
    assert mailed.status() is Status.PENDING


def test_who_decided_in_the_meantime_is_said_and_not_overruled(
    mailed: Mailed, factory: Factory, frozen_clock: FrozenClock
) -> None:
    sent = {"decision": "publish", "seen": mailed.open().field("seen")}
    frozen_clock.advance(minutes=5)
    factory.decide(factory.editor("Rosa Martin", "rosa@example.org"), mailed.id, "reject")
    for page, status in ((Page(mailed.client.post(mailed.path, data=sent)), 409), (mailed.open(), 200)):
        assert page.answer.status_code == status
        assert page.text("//h1") == "Nothing to decide here"
        assert page.text(STATE).startswith(
            "The comment no longer waits for an editor. Rosa Martin rejected this on 20 November 2026, 11:05."
        )
    assert mailed.status() is Status.REJECTED
    assert [actor for actor, _verb, _detail in mailed.record()] == ["editor:2"]


def test_a_text_that_the_mail_did_not_show_is_not_decided_on(mailed: Mailed, browser: FlaskClient) -> None:
    sent = {"decision": "publish", "seen": mailed.open().field("seen")}
    edited = send_form(browser, f"/admin/comments/{mailed.id}/edit", {"body": "Another point.", "seen": "pending.1"})
    assert edited.status_code == 303
    for forged in ("pending.1", "pending.2"):
        page = Page(mailed.client.post(mailed.path, data={**sent, "seen": forged}))
        assert page.answer.status_code == 409
        assert page.text(STATE).startswith("The comment has another text by now")
    assert mailed.status() is Status.PENDING


def test_a_comment_that_has_moved_and_waits_again_is_shown_anew(mailed: Mailed, factory: Factory) -> None:
    answer = mailed.client.post(mailed.path, data={"decision": "publish", "seen": "published.1"})
    page = Page(answer)
    assert answer.status_code == 409
    assert page.text(STATE).startswith("It has moved since you opened this page, so nothing was decided.")
    assert page.field("seen") == "pending.1"
    assert mailed.status() is Status.PENDING


def test_an_appeal_made_in_the_meantime_is_answered_at_the_desk(
    mailed: Mailed, factory: Factory, edith: Identity
) -> None:
    factory.decide(edith, mailed.id, "reject")
    mailed.client.post(f"/receipts/{mailed.receipt}/appeal", data={"appeal": "Read it again."})
    page = mailed.open()
    assert page.text(STATE).startswith("The author has appealed in the meantime.")
    sent = {"decision": "publish", "seen": "rejected.1"}
    assert mailed.client.post(mailed.path, data=sent).status_code == 409
    assert mailed.status() is Status.REJECTED


def test_the_link_of_a_reported_comment_keeps_it_or_takes_it_down(
    mailed: Mailed, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    factory.decide(edith, mailed.id, "publish")
    report = {"reason": "abuse", "text": "He means a person."}
    mailed.client.post(f"/comments/{mailed.id}/report", data=report)
    mailed.path = mailed.mail(edith, frozen_clock)
    page = mailed.open()
    assert (page.text("//h1"), page.text("//main//form//button")) == (
        "Keep this comment published?",
        "Keep it published",
    )
    assert "He means a person." in page.text()
    assert mailed.press().status_code == 303
    assert mailed.record()[-1] == ("editor:1", "keep", "by mail")
    assert factory.ask(sa.select(Report.outcome)) == [ReportOutcome.KEPT]
    assert mailed.status() is Status.PUBLISHED


@pytest.mark.parametrize("how", ["disable", "password", "address"])
def test_links_end_with_the_editors_access(app: Flask, mailed: Mailed, browser: FlaskClient, how: str) -> None:
    if how == "disable":
        app.test_cli_runner().invoke(args=["editors", "disable", "edith@example.org"])
    elif how == "password":
        new = {"current_password": PASSWORD, "new_password": "another long password"}
        assert send_form(browser, "/admin/account/password", new).status_code == 303
    else:
        new = {"name": "Edith Ward", "email": "edith@new.example", "current_password": PASSWORD}
        assert send_form(browser, "/admin/account/profile", new).status_code == 303
    assert mailed.open().text("//h1") == "This link has ended"
    sent = {"decision": "publish", "seen": "pending.1"}
    assert mailed.client.post(mailed.path, data=sent).status_code == 410
    assert mailed.status() is Status.PENDING


def test_links_outlive_a_change_of_name_and_what_happens_to_other_editors(
    app: Flask, mailed: Mailed, factory: Factory, browser: FlaskClient
) -> None:
    factory.editor("Rosa Martin", "rosa@example.org")
    app.test_cli_runner().invoke(args=["editors", "disable", "rosa@example.org"])
    new = {"name": "Edith Field", "email": "edith@example.org", "current_password": PASSWORD}
    assert send_form(browser, "/admin/account/profile", new).status_code == 303
    assert mailed.open().answer.status_code == 200


@ON_POSTGRESQL
def test_of_two_presses_at_once_the_second_waits_and_is_refused(
    app: Flask, mailed: Mailed, factory: Factory, edith: Identity
) -> None:
    with app.app_context(), db.engine.connect() as other:
        other.execute(sa.text("SET lock_timeout = 100"))
        with transaction() as session:
            links.decide(session, mailed.token, "publish", "pending.1", decisions.NO_REASON)
            with pytest.raises(sa.exc.OperationalError):
                other.execute(sa.select(DeskLink.id).with_for_update())
            other.rollback()
        with pytest.raises(links.Closed), transaction() as session:
            links.decide(session, mailed.token, "publish", "published.1", decisions.NO_REASON)
    assert len(mailed.record()) == 1
