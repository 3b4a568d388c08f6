"""Reporting a comment: what is asked, what the reporter gets, and when a comment is held for a second look."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.articles.models import Article
from app.comments.models import Comment, CommentTally, Rank, Report, ReportReason, Status
from app.core.db import transaction
from app.moderation import decisions
from app.site.models import Site
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page

HOMES = [f"203.0.113.{number}" for number in range(1, 20)]
STATE = "//div[@class='slip'][@role='status']"
PROBLEM = "//div[@class='summary'][@role='alert']"


@pytest.fixture
def comment(factory: Factory, edith: Identity) -> int:
    """A published comment on the article 'news'."""
    return factory.published(factory.article("news"), "A sharp point.", editor=edith)


def report(
    client: FlaskClient, comment_id: int, *, via: str = HOMES[0], reason: str = "abuse", text: str = ""
) -> TestResponse:
    headers = {"X-Forwarded-For": via}
    return client.post(f"/comments/{comment_id}/report", data={"reason": reason, "text": text}, headers=headers)


def report_from(client: FlaskClient, comment_id: int, *homes: str) -> None:
    for home in homes:
        assert report(client, comment_id, via=home).status_code == 303


def comment_of(factory: Factory, comment_id: int) -> Comment:
    (found,) = factory.ask(sa.select(Comment).where(Comment.id == comment_id))
    assert isinstance(found, Comment)
    return found


def reports(factory: Factory) -> int:
    (number,) = factory.ask(sa.select(sa.func.count()).select_from(Report))
    return int(number)


def test_every_published_comment_leads_to_a_page_that_asks_what_is_wrong_with_it(
    client: FlaskClient, comment: int
) -> None:
    article = Page(client.get("/articles/news"))
    path = article.link("//article[contains(@class, 'comment')]//a[starts-with(normalize-space(), 'Report')]")
    assert path == f"/comments/{comment}/report"
    page = Page(client.get(path))
    assert page.is_designed
    assert "A sharp point." in page.text("//section[@class='quoted']")
    assert page.find("//input[@name='reason']/@value") == [reason.value for reason in ReportReason]
    assert not page.find("//input[@name='reason'][@checked]")


def test_a_report_comes_with_a_receipt_that_says_what_became_of_it(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity, frozen_clock: FrozenClock
) -> None:
    sent = report(client, comment, reason="unlawful", text="It names a minor.")
    receipt = sent.headers["Location"]
    page = Page(client.get(receipt))
    assert page.text(STATE) == "Your report is with the editor. Sent 20 November 2026, 10:00"
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert page.answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    frozen_clock.advance(minutes=20)
    factory.decide(edith, comment, "reject")
    assert Page(client.get(receipt)).text(STATE) == (
        "An editor looked at the comment on 20 November 2026, 10:20, and took it off the page. "
        "Sent 20 November 2026, 10:00"
    )
    assert "It names a minor." not in client.get(receipt).text
    assert client.get(f"/reports/{'x' * 22}").status_code == 404


def test_a_report_that_changes_nothing_is_said_to(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity
) -> None:
    receipt = report(client, comment).headers["Location"]
    with factory.app.app_context(), transaction() as session:
        decisions.keep(session, edith, comment, "published.1")
    page = Page(client.get(receipt))
    assert page.text(STATE).startswith("An editor looked at the comment on 20 November 2026, 10:00, and it stays.")
    assert page.link("//*[@class='links']//a") == f"http://broadsheet.test/comments/{comment}"


def test_unlawful_goes_before_what_was_reported_earlier(client: FlaskClient, factory: Factory, comment: int) -> None:
    report(client, comment)
    assert comment_of(factory, comment).report_rank == Rank.OTHER
    report(client, comment, via=HOMES[1], reason="unlawful", text="An offence.")
    assert comment_of(factory, comment).report_rank == Rank.UNLAWFUL
    report(client, comment, via=HOMES[2])
    assert comment_of(factory, comment).report_rank == Rank.UNLAWFUL


MISTAKES = [
    # reason, text, field that is wrong, what is said of it
    ("", "Words.", "reason", "Choose what is wrong with it."),
    ("nonsense", "Words.", "reason", "Choose what is wrong with it."),
    ("unlawful", "", "text", "Say what is wrong: an editor has to find it."),
    ("other", " \n", "text", "Say what is wrong: an editor has to find it."),
    ("abuse", "x" * 1_001, "text", "1,001 characters; the limit is 1,000. Cut 1."),
]


def test_a_report_that_says_too_little_or_too_much_comes_back(
    client: FlaskClient, factory: Factory, comment: int
) -> None:
    for reason, text, field, complaint in MISTAKES:
        page = Page(report(client, comment, reason=reason, text=text))
        assert page.answer.status_code == 422
        assert page.text(f"//*[@id='{field}-error']") == complaint
        assert page.text("//*[@role='alert']//li") == complaint
        assert page.field("text").strip() == text.strip()
        assert page.find("//input[@name='reason'][@checked]/@value") == [reason] * (reason in set(ReportReason))
    assert reports(factory) == 0


def test_the_other_reasons_need_no_words(client: FlaskClient, factory: Factory, comment: int) -> None:
    for home, reason in zip(HOMES, ("abuse", "private", "spam"), strict=False):
        assert report(client, comment, via=home, reason=reason).status_code == 303
    assert reports(factory) == 3


def test_an_address_reports_a_comment_once_and_gets_the_same_receipt(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity
) -> None:
    first = report(client, comment)
    again = report(client, comment, reason="spam", text="And once more.")
    assert first.headers["Location"] == again.headers["Location"]
    other = report(client, comment, via=HOMES[1])
    assert other.headers["Location"] != first.headers["Location"]
    assert factory.ask(sa.select(Report.reason).order_by(Report.id)) == [ReportReason.ABUSE, ReportReason.ABUSE]


def test_a_second_click_finds_the_receipt_when_the_first_has_taken_the_comment_off_the_page(
    client: FlaskClient, factory: Factory, comment: int
) -> None:
    report_from(client, comment, *HOMES[:2])
    first, second = (report(client, comment, via=HOMES[2]) for _ in range(2))
    assert comment_of(factory, comment).status is Status.PENDING
    assert first.headers["Location"] == second.headers["Location"]


def test_what_is_not_published_is_not_there_to_be_reported(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity
) -> None:
    waiting, _token = factory.comment(1)
    factory.decide(edith, comment, "reject")
    for missing in (waiting, comment, 999):
        assert client.get(f"/comments/{missing}/report").status_code == 404
        page = Page(report(client, missing, text="Words that took some time."))
        assert (page.answer.status_code, page.text("//textarea[@readonly]")) == (404, "Words that took some time.")
    assert reports(factory) == 0


def test_ten_reports_an_hour_are_the_limit_of_an_address(
    client: FlaskClient, factory: Factory, edith: Identity, comment: int, frozen_clock: FrozenClock
) -> None:
    others = [factory.published(1, editor=edith) for _ in range(11)]
    assert report(client, others[0]).status_code == 303
    frozen_clock.advance(minutes=10)
    assert [report(client, one).status_code for one in others[1:10]] == [303] * 9
    page = Page(report(client, others[10], reason="other", text="It is about somebody else."))
    assert (page.answer.status_code, page.answer.headers["Retry-After"]) == (429, str(50 * 60))
    assert page.text(PROBLEM) == "Ten reports in an hour is our limit. Yours is below; send it after 11:01."
    assert page.field("text").strip() == "It is about somebody else."
    assert page.find("//input[@name='reason'][@checked]/@value") == ["other"]
    assert report(client, others[0]).status_code == 303, "what was reported before still has its receipt"
    assert report(client, others[10], via=HOMES[1]).status_code == 303
    frozen_clock.advance(minutes=50)
    assert report(client, others[10]).status_code == 303


def test_reports_from_three_addresses_hold_a_comment_for_a_second_look(
    client: FlaskClient, factory: Factory, comment: int
) -> None:
    report_from(client, comment, HOMES[0], HOMES[0], HOMES[1])
    assert comment_of(factory, comment).status is Status.PUBLISHED
    report_from(client, comment, HOMES[2])
    held = comment_of(factory, comment)
    assert (held.status, held.report_rank) == (Status.PENDING, Rank.OTHER)
    article = Page(client.get("/articles/news"))
    assert "A sharp point." not in article.text("//*[@class='thread']")
    assert factory.ask(sa.select(Article.comment_count)) == [0]
    tallies = dict(
        zip(factory.ask(sa.select(CommentTally.status)), factory.ask(sa.select(CommentTally.count)), strict=True)
    )
    assert (tallies[Status.PENDING], tallies[Status.PUBLISHED]) == (1, 0)


def test_how_many_it_takes_is_a_setting(client: FlaskClient, factory: Factory, comment: int) -> None:
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(reports_to_hold=2))
    report_from(client, comment, *HOMES[:2])
    assert comment_of(factory, comment).status is Status.PENDING


def test_what_an_editor_has_kept_is_reported_again_and_not_held_again(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity
) -> None:
    report_from(client, comment, *HOMES[:3])
    factory.decide(edith, comment, "publish")
    report_from(client, comment, *HOMES[3:8])
    kept = comment_of(factory, comment)
    assert (kept.status, kept.report_rank) == (Status.PUBLISHED, Rank.OTHER)


def test_reports_that_were_looked_at_do_not_count_with_new_ones(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity
) -> None:
    report_from(client, comment, *HOMES[:2])
    factory.decide(edith, comment, "reject")
    factory.decide(edith, comment, "publish")
    report_from(client, comment, HOMES[2])
    assert comment_of(factory, comment).status is Status.PUBLISHED


def test_reports_from_addresses_that_are_forgotten_do_not_count_with_new_ones(
    app: Flask, client: FlaskClient, factory: Factory, comment: int, frozen_clock: FrozenClock
) -> None:
    """They may have come from the same address."""
    report_from(client, comment, *HOMES[:2])
    frozen_clock.advance(days=31)
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    report_from(client, comment, HOMES[0])
    assert comment_of(factory, comment).status is Status.PUBLISHED


def test_an_editors_comment_is_never_held_and_its_reports_are_kept(
    client: FlaskClient, factory: Factory, comment: int, edith: Identity
) -> None:
    with factory.app.app_context(), transaction() as session:
        answer = decisions.reply(session, edith, comment, "pending.1", text="An answer.", html="<p>An answer.</p>").id
    report_from(client, answer, *HOMES[:5])
    found = comment_of(factory, answer)
    assert (found.status, found.report_rank) == (Status.PUBLISHED, Rank.OTHER)
    assert reports(factory) == 5


def test_addresses_of_reporters_are_forgotten_after_30_days(
    app: Flask, client: FlaskClient, factory: Factory, comment: int, frozen_clock: FrozenClock
) -> None:
    def known() -> list[bool]:
        app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
        return [address is not None for address in factory.ask(sa.select(Report.address_hash))]

    receipt = report(client, comment).headers["Location"]
    frozen_clock.advance(days=30, seconds=-1)
    assert known() == [True]
    frozen_clock.advance(hours=1, seconds=1)
    assert known() == [False]
    assert client.get(receipt).status_code == 200
    assert report(client, comment).headers["Location"] != receipt


def test_a_report_from_another_site_is_refused_and_opening_the_page_reports_nothing(
    client: FlaskClient, factory: Factory, comment: int
) -> None:
    path = f"/comments/{comment}/report"
    assert client.post(path, data={"reason": "abuse"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    first, second = client.get(path), client.get(path, headers={"X-Forwarded-For": HOMES[1]})
    assert first.data == second.data
    assert "Set-Cookie" not in first.headers
    assert reports(factory) == 0


def test_six_at_once_hold_it_once_and_count_each(app: Flask, factory: Factory, comment: int) -> None:
    homes = [home for home in HOMES[:6] for _twice in range(2)]
    start = Barrier(len(homes))

    def one(home: str) -> TestResponse:
        client = app.test_client()
        start.wait()
        for _ in range(20):
            answer = report(client, comment, via=home)
            if answer.status_code != 503:
                break
        return answer

    with ThreadPoolExecutor(len(homes)) as threads:
        answers = list(threads.map(one, homes))
    assert {answer.status_code for answer in answers} <= {303, 404}
    assert comment_of(factory, comment).status is Status.PENDING
    assert reports(factory) == 3
    assert factory.ask(sa.select(CommentTally.count).where(CommentTally.status == Status.PENDING)) == [1]
