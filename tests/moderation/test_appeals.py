"""A reader's one appeal against a rejection, and an editor's answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.comments.models import Comment, Report, ReportOutcome, Status
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import UNAVAILABLE
from app.moderation import appeals, decisions
from app.moderation.models import Appeal, Decision, Outcome
from app.site.models import Site
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.receipts.conftest import STATE, Author, Editors

PROBLEM = "//div[@class='summary'][@role='alert']"
APPEAL = "//section[@aria-labelledby='appeal-label']"


@pytest.fixture
def author(factory: Factory, client: FlaskClient) -> Author:
    """Ann Reader, whose comment waits."""
    return Author(factory, client, *factory.comment(factory.article("news"), "A sound point."))


@pytest.fixture
def editors(factory: Factory, edith: Identity) -> Editors:
    return Editors(factory, edith)


@pytest.fixture
def rejected(author: Author, editors: Editors) -> Author:
    editors.decide(author, "reject")
    return author


@pytest.fixture
def ticking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time as it really is: no two looks at the clock say the same."""
    steps = count()
    start = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "source", lambda: start + timedelta(milliseconds=next(steps)))


def appeals_in(factory: Factory) -> list[Appeal]:
    return factory.ask(sa.select(Appeal).order_by(Appeal.id))


def verbs_of(factory: Factory) -> list[str]:
    return factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject.like("comment:%")).order_by(AuditEntry.id))


def test_an_appeal_in_words_stands_on_the_receipt_and_waits(rejected: Author, factory: Factory) -> None:
    answer = rejected.appeal("It names <b>nobody</b>.\nRead it again.")
    assert (answer.status_code, answer.headers["Location"]) == (303, rejected.path)
    page = rejected.receipt()
    assert page.text(f"{APPEAL}//p[contains(@class, 'words')]") == "It names <b>nobody</b>. Read it again."
    assert page.text("//section[@aria-labelledby='next']/p").startswith("An editor reads your appeal")
    assert not page.find("//textarea[@name='appeal']")
    assert "You may appeal" not in page.text(STATE)
    (appeal,) = appeals_in(factory)
    (decision,) = factory.ask(sa.select(Decision))
    assert (appeal.decision_id, appeal.outcome, appeal.text) == (
        decision.id,
        None,
        "It names <b>nobody</b>.\nRead it again.",
    )


def test_one_appeal_is_taken_and_sent_twice_it_is_one(rejected: Author, factory: Factory) -> None:
    assert [rejected.appeal("Once.").status_code for _ in range(2)] == [303, 303]
    page = Page(rejected.appeal("And another thing."))
    assert page.answer.status_code == 409
    assert page.text(PROBLEM) == "This decision can no longer be appealed, so your appeal was not taken."
    assert page.text("//textarea[@readonly]") == "And another thing."
    assert [appeal.text for appeal in appeals_in(factory)] == ["Once."]


def test_only_what_an_editor_rejected_or_took_for_spam_can_be_appealed(author: Author, editors: Editors) -> None:
    assert author.appeal().status_code == 409
    for verb, taken in [("publish", 409), ("return", 409), ("spam", 303)]:
        editors.decide(author, verb)
        assert author.appeal().status_code == taken


def test_what_a_machine_put_with_the_spam_is_not_said_to_be_rejected(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    sent = client.post("/articles/news/comments", data={"name": "Bot", "body": "Pills.", "website": "x"})
    assert client.post(f"{sent.headers['Location']}/appeal", data={"appeal": "I am none."}).status_code == 409


def test_a_rejection_that_was_undone_is_not_appealed(rejected: Author, editors: Editors) -> None:
    editors.undo(rejected)
    assert rejected.appeal().status_code == 409


def test_the_time_for_an_appeal_is_the_sites_and_ends_to_the_second(
    rejected: Author, factory: Factory, frozen_clock: FrozenClock
) -> None:
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(appeal_days=7))
    assert "You may appeal once, until 27 November 2026, 10:00." in rejected.told()
    frozen_clock.advance(days=7)
    assert "You may appeal" not in rejected.told()
    assert rejected.appeal().status_code == 409
    frozen_clock.advance(seconds=-1)
    assert rejected.appeal().status_code == 303


def test_the_time_runs_from_the_rejection_and_not_from_an_undo_that_brought_it_back(
    rejected: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(days=20)
    editors.decide(rejected, "publish")
    frozen_clock.advance(days=11)
    editors.undo(rejected)
    assert rejected.appeal().status_code == 409


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Say why it should be published."),
        (" \n ", "Say why it should be published."),
        ("x" * 2_001, "2,001 characters; the limit is 2,000. Cut 1."),
    ],
)
def test_an_appeal_that_says_nothing_or_too_much_comes_back(
    rejected: Author, factory: Factory, text: str, complaint: str
) -> None:
    page = Page(rejected.appeal(text))
    assert page.answer.status_code == 422
    assert page.error_at("appeal") == complaint
    assert page.field("appeal").strip() == text.strip()
    assert appeals_in(factory) == []


def test_an_appeal_upheld_publishes_and_the_first_decision_stays_on_record(
    rejected: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    rejected.appeal()
    frozen_clock.advance(days=1)
    editors.answer(rejected, Outcome.UPHELD, "You named nobody. We misread it.")
    page = rejected.receipt()
    assert page.text(STATE).startswith(
        "You were right. Published 21 November 2026, 10:00; the first decision stays on record."
    )
    assert page.text(f"{APPEAL}//div[@class='slip']") == (
        "An editor upheld it on 21 November 2026, 10:00. The reason: You named nobody. We misread it."
    )
    assert "A sound point." in Page(rejected.client.get("/articles/news")).text("//*[@class='thread']")
    moves = factory.ask(sa.select(Decision.to_status).where(Decision.undone_at.is_(None)).order_by(Decision.id))
    assert moves == [Status.REJECTED, Status.PUBLISHED]
    assert verbs_of(factory) == ["reject", "appeal upheld", "publish"]


def test_an_appeal_dismissed_changes_nothing_but_the_receipt(
    rejected: Author, editors: Editors, factory: Factory
) -> None:
    rejected.appeal()
    editors.answer(rejected, Outcome.DISMISSED, "The second sentence is the insult.")
    assert rejected.status() is Status.REJECTED
    assert rejected.receipt().text(f"{APPEAL}//div[@class='slip']") == (
        "An editor dismissed it on 20 November 2026, 10:00: the decision stands. "
        "The reason: The second sentence is the insult."
    )
    assert verbs_of(factory) == ["reject", "appeal dismissed"]
    assert rejected.appeal("Again.").status_code == 409


def test_the_record_holds_neither_the_appeal_nor_the_reason(
    rejected: Author, editors: Editors, factory: Factory
) -> None:
    rejected.appeal("Words of the reader.")
    editors.answer(rejected, Outcome.DISMISSED, "Words of the editor.")
    entries = factory.ask(sa.select(AuditEntry))
    assert not [entry for entry in entries if "Words" in repr(vars(entry))]


def test_an_answer_needs_a_reason_and_comes_once(rejected: Author, editors: Editors, factory: Factory) -> None:
    rejected.appeal()
    with pytest.raises(decisions.ReasonMissing):
        editors.answer(rejected, Outcome.UPHELD, " \n")
    assert appeals_in(factory)[0].outcome is None
    editors.answer(rejected, Outcome.DISMISSED)
    with pytest.raises(decisions.Overtaken):
        editors.answer(rejected, Outcome.UPHELD)
    assert rejected.status() is Status.REJECTED


def test_while_an_appeal_waits_only_its_answer_moves_the_comment(rejected: Author, editors: Editors) -> None:
    rejected.appeal()
    for verb in ("publish", "spam", "return"):
        with pytest.raises(decisions.AppealOpen):
            editors.decide(rejected, verb)
    with pytest.raises(decisions.AppealOpen):
        editors.undo(rejected)
    editors.answer(rejected, Outcome.DISMISSED)
    editors.decide(rejected, "publish")
    assert rejected.status() is Status.PUBLISHED


def test_what_was_dismissed_and_is_published_after_all_does_not_say_upheld(rejected: Author, editors: Editors) -> None:
    rejected.appeal()
    editors.answer(rejected, Outcome.DISMISSED)
    editors.decide(rejected, "publish")
    assert rejected.told().startswith("Published")


@pytest.mark.usefixtures("ticking")
def test_undoing_what_an_upheld_appeal_published_opens_the_appeal_again(
    rejected: Author, editors: Editors, factory: Factory
) -> None:
    rejected.appeal()
    editors.answer(rejected, Outcome.UPHELD)
    editors.undo(rejected)
    (appeal,) = appeals_in(factory)
    assert (appeal.outcome, appeal.reason, appeal.editor_id, appeal.decided_at) == (None, None, None, None)
    assert rejected.status() is Status.REJECTED
    assert rejected.comment().cleared_at is None
    editors.answer(rejected, Outcome.DISMISSED)


@pytest.mark.usefixtures("ticking")
def test_undoing_a_later_decision_leaves_the_answer_as_it_was(
    rejected: Author, editors: Editors, factory: Factory
) -> None:
    rejected.appeal()
    editors.answer(rejected, Outcome.UPHELD)
    editors.decide(rejected, "spam")
    editors.undo(rejected)
    assert (appeals_in(factory)[0].outcome, rejected.status()) == (Outcome.UPHELD, Status.PUBLISHED)


@pytest.mark.usefixtures("ticking")
def test_undoing_a_decision_on_what_was_reported_opens_the_reports_again(
    author: Author, editors: Editors, factory: Factory
) -> None:
    editors.decide(author, "publish")
    author.client.post(f"/comments/{author.id}/report", data={"reason": "abuse"})
    editors.decide(author, "reject")
    assert factory.ask(sa.select(Report.outcome)) == [ReportOutcome.REMOVED]
    editors.undo(author)
    assert factory.ask(sa.select(Report.outcome)) == [None]
    assert factory.ask(sa.select(Comment.report_rank)) != [None]


def test_what_an_upheld_appeal_published_is_not_held_again_by_reports(rejected: Author, editors: Editors) -> None:
    rejected.appeal()
    editors.answer(rejected, Outcome.UPHELD)
    for number in range(3):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        rejected.client.post(f"/comments/{rejected.id}/report", data={"reason": "abuse"}, headers=headers)
    assert rejected.status() is Status.PUBLISHED


def test_of_two_editors_who_answer_at_once_one_is_refused(
    app: Flask, rejected: Author, edith: Identity, factory: Factory
) -> None:
    rejected.appeal()
    rosa = factory.editor("Rosa Martin", "rosa@example.org")
    (appeal,) = appeals_in(factory)
    results = at_once(
        app,
        lambda session: appeals.decide(session, edith, appeal.id, Outcome.UPHELD, "Yes.", seen="rejected.1"),
        lambda session: appeals.decide(session, rosa, appeal.id, Outcome.DISMISSED, "No.", seen="rejected.1"),
    )
    assert sorted(results) == ["Overtaken", "done"]
    (answered,) = appeals_in(factory)
    is_upheld = answered.outcome is Outcome.UPHELD
    assert answered.reason == ("Yes." if is_upheld else "No.")
    assert rejected.status() is (Status.PUBLISHED if is_upheld else Status.REJECTED)


def test_an_appeal_and_an_undo_at_once_leave_no_appeal_without_its_rejection(
    app: Flask, rejected: Author, edith: Identity, factory: Factory
) -> None:
    def appeal(session: sa.orm.Session) -> object:
        comment = decisions.locked(session, rejected.id)
        return appeals.appeal(session, comment, session.get_one(Site, 1), "Read it again.")

    results = at_once(
        app, appeal, lambda session: decisions.undo(session, edith, factory.decision(session, rejected.id))
    )
    assert sorted(results) in (["AppealOpen", "done"], ["NotAppealable", "done"])
    assert len(appeals_in(factory)) == (rejected.status() is Status.REJECTED)


def at_once(app: Flask, *acts: Callable[[sa.orm.Session], object]) -> list[str]:
    """Does each in a transaction on a connection of its own, and says `done` or by what it was refused."""
    start = Barrier(len(acts))

    def one(act: Callable[[sa.orm.Session], object]) -> str:
        start.wait()
        for _ in range(20):
            with app.app_context():
                try:
                    with transaction() as session:
                        act(session)
                except UNAVAILABLE:
                    db.session.rollback()
                except Exception as refusal:
                    return type(refusal).__name__
                else:
                    return "done"
        return "busy"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))
