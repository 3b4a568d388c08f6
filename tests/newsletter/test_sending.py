"""Sending an issue through a real mail server: nobody is left out, whatever happens on the way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.config import ROOT, Config
from app.core.db import transaction
from app.core.jobs import Job
from app.newsletter import scheduling, sending
from app.newsletter.models import IssueState, Status
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.mail.conftest import Paper, PostOffice, letter, words_of
from tests.newsletter.mailroom import (
    draft,
    issue_of,
    job_of,
    links_of,
    send,
    subscribers,
    subscription_of,
    went_to,
)
from tests.reading.test_query_plans import asked, detours
from tests.serving.site import command_line_environment, wait_until

EVERYBODY = [f"reader{number}@example.org" for number in range(1, 6)]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture
def paper(app_with: Callable[..., object], office: PostOffice) -> Paper:
    """A site with five subscribers."""
    paper = Paper(app_with(smtp_url=f"smtp://127.0.0.1:{office.port}", newsletter_per_minute=36))  # type: ignore[arg-type]
    subscribers(paper.app, EVERYBODY)
    return paper


@pytest.fixture
def issue(paper: Paper, edith: Identity) -> int:
    """One that is being sent, three letters a step."""
    issue_id = draft(paper.app, edith)
    send(paper.app, edith, issue_id)
    return issue_id


def act(paper: Paper, verb: Callable[..., object], *given: object) -> None:
    with paper.app.app_context(), transaction() as session:
        verb(session, *given)


def test_each_subscriber_gets_it_once_and_no_faster_than_is_set(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    paper.work()
    assert (went_to(office.letters), office.connections) == (EVERYBODY[:3], 1)
    assert (issue_of(paper.app, issue).sent, issue_of(paper.app, issue).total) == (3, 5)
    frozen_clock.advance(seconds=4)
    paper.work()
    assert len(office.letters) == 3
    frozen_clock.advance(seconds=1)
    paper.work()
    assert went_to(office.letters) == EVERYBODY
    frozen_clock.advance(seconds=5)
    paper.work()
    stand = issue_of(paper.app, issue)
    assert (stand.state, stand.sent, stand.refused, job_of(paper.app, issue)) == (IssueState.SENT, 5, 0, None)


@ON_SQLITE
def test_a_letter_says_whose_list_it_is_and_how_to_leave_it(paper: Paper, office: PostOffice, issue: int) -> None:
    paper.work()
    letter = office.letters[0]
    stop_url, _page_url = links_of(paper.app, EVERYBODY[0])
    assert letter["List-Id"] == "<newsletter.broadsheet.test>"
    assert letter["List-Unsubscribe"] == f"<{stop_url}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Precedence"] == "bulk"
    for kind in ("plain", "html"):
        assert stop_url in words_of(letter.get_body((kind,)))  # type: ignore[arg-type]
    assert paper.app.test_client().post(stop_url.removeprefix("http://broadsheet.test")).status_code == 200
    assert subscription_of(paper.app, EVERYBODY[0]).status is Status.UNSUBSCRIBED


@ON_SQLITE
def test_links_are_the_public_ones_and_nothing_is_counted(paper: Paper, office: PostOffice, edith: Identity) -> None:
    article = paper.factory.article("harbour")
    issue = draft(paper.app, edith, "See [it](/faq), or https://example.org/a?b=c.\n", articles=[article])
    send(paper.app, edith, issue)
    paper.work()
    html = words_of(office.letters[0].get_body(("html",)))  # type: ignore[arg-type]
    assert set(re.findall('(?:href|src)="([^"]*)"', html)) == {
        "http://broadsheet.test",
        "http://broadsheet.test/faq",
        "https://example.org/a?b=c",
        "http://broadsheet.test/articles/harbour",
        "http://broadsheet.test/newsletter/2026-11-20",
        *links_of(paper.app, EVERYBODY[0]),
    }
    assert "<img" not in html


@ON_SQLITE
def test_who_leaves_meanwhile_gets_nothing_more_and_who_comes_gets_the_next(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    paper.work()
    stop_url, _page_url = links_of(paper.app, EVERYBODY[3])
    paper.app.test_client().post(stop_url.removeprefix("http://broadsheet.test"))
    subscribers(paper.app, ["late@example.org"])
    for _ in range(3):
        frozen_clock.advance(seconds=5)
        paper.work()
    assert went_to(office.letters) == [*EVERYBODY[:3], EVERYBODY[4]]
    assert issue_of(paper.app, issue).state is IssueState.SENT


def test_an_address_that_is_refused_is_given_up_and_one_that_is_put_off_tried_again(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    office.answers = {EVERYBODY[0]: "550 5.1.1 no such person", EVERYBODY[1]: "452 4.2.2 full"}
    for _ in range(3):
        paper.work()
        frozen_clock.advance(seconds=5)
    assert went_to(office.letters) == EVERYBODY[2:]
    assert subscription_of(paper.app, EVERYBODY[0]).status is Status.BOUNCED
    stand = issue_of(paper.app, issue)
    assert (stand.state, stand.sent, stand.refused) == (IssueState.SENDING, 3, 1)
    del office.answers[EVERYBODY[1]]
    frozen_clock.advance(minutes=4)
    paper.work()
    frozen_clock.advance(seconds=5)
    paper.work()
    assert went_to(office.letters) == [*EVERYBODY[2:], EVERYBODY[1]]
    assert issue_of(paper.app, issue).state is IssueState.SENT
    assert subscription_of(paper.app, EVERYBODY[1]).soft_bounces == 0


@ON_SQLITE
def test_what_is_put_off_again_and_again_ends_as_one_soft_bounce(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    office.answers = {EVERYBODY[1]: "452 4.2.2 full"}
    for _ in range(7):
        paper.work()
        frozen_clock.advance(hours=18)
    stand = issue_of(paper.app, issue)
    assert (stand.state, stand.sent, stand.refused) == (IssueState.SENT, 4, 1)
    assert subscription_of(paper.app, EVERYBODY[1]).soft_bounces == 1


@ON_SQLITE
def test_what_the_server_takes_from_nobody_waits_for_an_editor_and_costs_no_subscriber(
    paper: Paper, office: PostOffice, edith: Identity, issue: int, frozen_clock: FrozenClock
) -> None:
    office.answers["DATA"] = "554 5.7.1 looks like spam"
    for _ in range(4):
        paper.work()
        frozen_clock.advance(seconds=5)
    stand = issue_of(paper.app, issue)
    assert stand.state is IssueState.PAUSED
    assert stand.problem == "127.0.0.1 did not take the e-mail: 554 5.7.1 looks like spam"
    assert stand.refused == 0
    del office.answers["DATA"]
    act(paper, scheduling.resume, edith, issue)
    for _ in range(4):
        frozen_clock.advance(minutes=5)
        paper.work()
    assert sorted(went_to(office.letters)) == EVERYBODY
    assert issue_of(paper.app, issue).state is IssueState.SENT


@ON_SQLITE
def test_a_server_that_is_away_is_waited_for(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    sender = "broadsheet@broadsheet.test"
    office.answers = {sender: "421 4.3.2 not now"}
    paper.work()
    job = job_of(paper.app, issue)
    assert job is not None
    assert job.error == "127.0.0.1 takes no e-mails from MAIL_FROM: 421 4.3.2 not now"
    office.answers.clear()
    frozen_clock.advance(minutes=3)
    paper.work()
    assert went_to(office.letters) == EVERYBODY[:3]


@ON_SQLITE
def test_it_is_paused_resumed_and_cancelled(
    paper: Paper, office: PostOffice, edith: Identity, issue: int, frozen_clock: FrozenClock
) -> None:
    paper.work()
    act(paper, scheduling.pause, edith, issue)
    frozen_clock.advance(seconds=5)
    paper.work()
    assert len(office.letters) == 3
    act(paper, scheduling.resume, edith, issue)
    act(paper, scheduling.cancel, edith, issue)
    paper.work()
    assert len(office.letters) == 3
    stand = issue_of(paper.app, issue)
    assert (stand.state, stand.sent, job_of(paper.app, issue)) == (IssueState.CANCELLED, 3, None)


@ON_SQLITE
def test_it_is_sent_at_its_time_with_what_can_be_read_then(
    paper: Paper, office: PostOffice, edith: Identity, frozen_clock: FrozenClock
) -> None:
    here, gone = paper.factory.article("here"), paper.factory.article("gone", draft=True)
    issue = draft(paper.app, edith, "", articles=[gone, here])
    act(paper, scheduling.schedule, edith, issue, frozen_clock.time.replace(hour=12))
    paper.work()
    assert office.letters == []
    frozen_clock.advance(hours=2)
    paper.work()
    text = words_of(office.letters[0].get_body(("plain",)))  # type: ignore[arg-type]
    assert "About here" in text
    assert "About gone" not in text


@ON_SQLITE
def test_it_is_sent_as_soon_as_an_article_is_live_and_once(
    paper: Paper, office: PostOffice, browser: FlaskClient, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = paper.factory.article("news", published=frozen_clock.time.replace(hour=12))
    issue = draft(paper.app, edith, "", articles=[article])
    assert "Send it as soon as “About news” is live" in browser.get(f"/admin/newsletter/{issue}").text
    send_form(browser, f"/admin/newsletter/{issue}/schedule-with", {"article": article})
    assert "Scheduled: leaves with an article" in browser.get(f"/admin/newsletter/{issue}").text
    frozen_clock.advance(hours=1)
    paper.work()
    assert office.letters == []
    frozen_clock.advance(hours=1)
    paper.work()
    assert went_to(office.letters) == EVERYBODY[:3]
    again = draft(paper.app, edith, "", articles=[article])
    assert send_form(browser, f"/admin/newsletter/{again}/schedule-with", {"article": article}).status_code == 409


@ON_SQLITE
def test_an_issue_whose_article_is_deleted_is_a_draft_again_and_says_why(
    paper: Paper, edith: Identity, browser: FlaskClient
) -> None:
    article = paper.factory.article("news", draft=True)
    issue = draft(paper.app, edith)
    send_form(browser, f"/admin/newsletter/{issue}/schedule-with", {"article": article})
    assert send_form(browser, f"/admin/articles/{article}/delete", {"seen": 1}).status_code == 303
    assert issue_of(paper.app, issue).state is IssueState.DRAFT
    said = "the article that it waited for was deleted, or is not announced"
    assert said in browser.get(f"/admin/newsletter/{issue}").text


@ON_SQLITE
@pytest.mark.parametrize("no_news", [{"published": "2026-11-01"}, {"published": "2026-11-20", "sample": True}])
def test_an_issue_does_not_wait_for_an_article_that_is_published_as_no_news(
    paper: Paper, edith: Identity, browser: FlaskClient, no_news: dict[str, Any]
) -> None:
    article = paper.factory.article("news", draft=True)
    issue = draft(paper.app, edith)
    send_form(browser, f"/admin/newsletter/{issue}/schedule-with", {"article": article})
    paper.factory.article("news", **no_news)
    assert issue_of(paper.app, issue).state is IssueState.DRAFT


@ON_SQLITE
def test_what_cannot_be_sent_at_its_time_is_a_draft_again_and_says_why(
    paper: Paper, edith: Identity, frozen_clock: FrozenClock
) -> None:
    issue = draft(paper.app, edith, "", articles=[paper.factory.article("gone", draft=True)])
    act(paper, scheduling.schedule, edith, issue, frozen_clock.time)
    paper.work()
    stand = issue_of(paper.app, issue)
    assert stand.state is IssueState.DRAFT
    assert stand.problem == "It was not sent: it has no text, and no article that it points to can be read."


@ON_SQLITE
def test_other_letters_do_not_wait_behind_an_issue(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    paper.work()
    frozen_clock.advance(seconds=4)
    paper.post(letter())
    frozen_clock.advance(seconds=1)
    paper.work()
    assert went_to(office.letters)[3] == "ann@example.org"


@ON_SQLITE
def test_the_next_subscriber_is_found_along_an_index_and_as_quickly_as_the_one_before(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    numbers = []
    for _ in range(2):
        with asked(paper.app) as statements:
            paper.work()
        frozen_clock.advance(seconds=5)
        ours = [(words, given) for words, given in statements if re.search("newsletter_(iss|subs|def)", words)]
        assert detours(paper.app, ours) == []
        numbers.append(len(ours))
    letters = 3, 2
    assert len(office.letters) == sum(letters)
    assert numbers[0] - numbers[1] <= 3, "statements for one letter more"


@ON_SQLITE
def test_what_another_process_has_handed_over_meanwhile_is_not_counted_twice(
    paper: Paper, office: PostOffice, issue: int, frozen_clock: FrozenClock
) -> None:
    with paper.app.app_context():
        with transaction() as session:
            mailing = sending.take_up(session, issue)
            assert mailing is not None
            letter = sending.next_letter(session, mailing)
            assert letter is not None
        for is_first in (True, False):
            with transaction() as session:
                assert sending.note_sent(session, issue, letter) is is_first
                assert sending.put_off(session, issue, letter) is False
    assert issue_of(paper.app, issue).sent == 1


def test_a_process_that_is_killed_leaves_nobody_out_and_repeats_one_letter_at_most(
    config: Config, edith: Identity, factory: Factory, office: PostOffice
) -> None:
    """The real jobs process, on its real clock, killed in the middle."""
    everybody = [f"reader{number}@example.org" for number in range(100)]
    subscribers(factory.app, everybody)
    issue = draft(factory.app, edith)
    send(factory.app, edith, issue)
    settings = {"DATABASE_URL": config.database_url, "SECRET_KEY": "test", "BASE_URL": config.base_url}
    settings |= {"SMTP_URL": f"smtp://127.0.0.1:{office.port}", "NEWSLETTER_PER_MINUTE": "100000"}
    environment = command_line_environment(config.instance_path, **settings)
    command = [sys.executable, "-m", "flask", "jobs", "run", "--once"]
    for is_killed in (True, False):
        with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
            if is_killed:
                wait_until(lambda: len(office.letters) >= 40, "no letters come")
                process.kill()
        with factory.app.app_context(), transaction() as session:
            # As if the time had passed after which another process takes over.
            session.execute(sa.update(Job).where(Job.key == f"issue {issue}").values(lease_until=None))
    ids: dict[str, list[tuple[str, str]]] = {}
    for one in office.letters:
        ids.setdefault(str(one["To"]), []).append((str(one["Message-ID"]), str(one["Date"])))
    assert set(ids) == set(everybody)
    assert len(office.letters) - len(everybody) <= 1
    assert all(len(set(of_one)) == 1 for of_one in ids.values())
    assert issue_of(factory.app, issue).state is IssueState.SENT
