"""Editors write an issue of the newsletter, gather articles into it, look at it, test it and have it sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.core.jobs import Job
from app.newsletter.models import Issue, IssueState
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.newsletter.mailroom import draft, issue_of, send, subscribers
from tests.pages import Page

NEW = "/admin/newsletter/new"
FIELDS = {
    "subject": "The week in courts",
    "preheader": "Three rulings",
    "text": "Dear *reader*,\r\n\r\nsee [it](/faq).\r\n",
}


def write(browser: FlaskClient, path: str = NEW, do: str = "save", **fields: object) -> TestResponse:
    return send_form(browser, path, {**FIELDS, "do": do, **fields})


def edit(browser: FlaskClient, issue: int = 1, do: str = "save", **changed: str) -> TestResponse:
    """Opens the issue's form, changes some of what stands in it, and sends it."""
    path = f"/admin/newsletter/{issue}/edit"
    return send_form(browser, path, {**filled(browser.get(path)), "do": do, **changed})


def filled(answer: TestResponse) -> dict[str, str]:
    fields = Page(answer).find("//div[@class='manuscript']/form//*[self::input or self::textarea]")
    return {
        one.get("name"): (one.text or "").removeprefix("\n") if one.tag == "textarea" else one.get("value", "")
        for one in fields
    }


def chosen(answer: TestResponse) -> list[str]:
    """The headlines of the articles that the form shows."""
    return Page(answer).texts("//section[@id='articles']//p[@class='state']")


def act(browser: FlaskClient, do: str, issue: int = 1) -> TestResponse:
    return send_form(browser, f"/admin/newsletter/{issue}/act", {"do": do})


def issues(factory: Factory) -> list[Issue]:
    return factory.ask(sa.select(Issue).order_by(Issue.id))


def said(answer: TestResponse) -> str:
    return Page(answer).text("//*[@role='alert']")


@pytest.fixture
def stories(factory: Factory) -> list[int]:
    """Three articles that are live, the newest last, and a draft."""
    days = [datetime(2026, 11, day, 9, tzinfo=UTC) for day in (17, 18, 19)]
    ids = [factory.article(f"story-{number}", published=day) for number, day in enumerate(days, 1)]
    return [*ids, factory.article("draft", draft=True)]


def test_what_is_written_is_kept_and_saved_anew(browser: FlaskClient, factory: Factory) -> None:
    assert write(browser).location == "/admin/newsletter/1/edit"
    assert filled(browser.get("/admin/newsletter/1/edit"))["text"] == "Dear *reader*,\n\nsee [it](/faq).\n"
    edit(browser, subject="The week  in the courts")
    [issue] = issues(factory)
    assert (issue.subject, issue.revision, issue.state) == ("The week in the courts", 2, IssueState.DRAFT)
    assert '<a href="/faq">it</a>' in issue.html
    verbs = factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject == "issue:1").order_by(AuditEntry.id))
    assert verbs == ["write issue", "save issue"]


@ON_SQLITE
def test_what_is_wrong_is_said_and_nothing_is_lost(browser: FlaskClient, factory: Factory) -> None:
    answer = write(browser, subject=" ", text="# Big\n\nand long")
    assert answer.status_code == 422
    assert "Give a subject" in said(answer)
    assert "Line 1: a heading begins with ##" in said(answer)
    assert filled(answer)["text"] == "# Big\n\nand long"
    assert write(browser, subject="s" * 151).status_code == 422
    assert issues(factory) == []


@ON_SQLITE
def test_two_editors_do_not_overwrite_each_other_unseen(browser: FlaskClient, factory: Factory) -> None:
    write(browser)
    opened = filled(browser.get("/admin/newsletter/1/edit"))
    edit(browser, text="Hers.")
    answer = send_form(browser, "/admin/newsletter/1/edit", {**opened, "text": "Mine.", "do": "save"})
    assert answer.status_code == 409
    assert "Someone has saved this issue" in said(answer)
    assert "Hers." in answer.text
    send_form(browser, "/admin/newsletter/1/edit", {**filled(answer), "do": "save"})
    assert issues(factory)[0].source == "Mine."


@ON_SQLITE
def test_what_is_saved_after_it_has_left_or_was_deleted_becomes_another_issue(
    browser: FlaskClient, factory: Factory, app: Flask, edith: Identity
) -> None:
    subscribers(app, ["ann@example.org"])
    write(browser)
    write(browser)
    opened = [filled(browser.get(f"/admin/newsletter/{number}/edit")) for number in (1, 2)]
    act(browser, "send", 1)
    send_form(browser, "/admin/newsletter/2/delete")
    for number, words in ((1, "Its sending has begun"), (2, "Someone has deleted this issue")):
        mine = {**opened[number - 1], "text": f"Mine {number}.", "do": "save"}
        answer = send_form(browser, f"/admin/newsletter/{number}/edit", mine)
        assert answer.status_code == 409
        assert words in said(answer)
        to = Page(answer).attribute("//div[@class='manuscript']/form", "action")
        send_form(browser, to, {**filled(answer), "do": "save"})
    assert [one.source for one in issues(factory)][-2:] == ["Mine 1.", "Mine 2."]


@ON_SQLITE
@pytest.mark.usefixtures("stories")
def test_articles_are_gathered_since_the_last_issue_moved_and_taken_out(
    browser: FlaskClient, factory: Factory, app: Flask, edith: Identity, frozen_clock: FrozenClock
) -> None:
    factory.article("a-sample", sample=True)
    answer = write(browser, do="gather")
    assert chosen(answer) == ["About story-3", "About story-2", "About story-1"]
    answer = send_form(browser, NEW, {**filled(answer), "do": "articles-down-0"})
    answer = send_form(browser, NEW, {**filled(answer), "do": "articles-remove-2"})
    assert chosen(answer) == ["About story-2", "About story-3"]
    assert filled(answer)["subject"] == "The week in courts"
    send_form(browser, NEW, {**filled(answer), "do": "save"})
    assert issues(factory)[0].articles == [2, 3]
    subscribers(app, ["ann@example.org"])
    send(app, edith, 1)
    frozen_clock.advance(days=7)
    assert "No article is new since the last issue" in write(browser, do="gather").text
    factory.article("story-4", published=frozen_clock.time)
    assert chosen(write(browser, do="gather")) == ["About story-4"]


@ON_SQLITE
def test_any_article_can_be_added_by_its_address(browser: FlaskClient, stories: list[int]) -> None:
    answer = write(browser, do="add", add="http://broadsheet.test/articles/story-1?from=1#comments")
    assert chosen(answer) == ["About story-1"]
    answer = send_form(browser, NEW, {**filled(answer), "do": "add", "add": "draft"})
    assert chosen(answer) == ["About story-1", "About draft"]
    assert "It is left out, unless it is live" in answer.text
    answer = send_form(browser, NEW, {**filled(answer), "do": "add", "add": "nowhere"})
    assert answer.status_code == 422
    assert filled(answer)["add"] == "nowhere"


@ON_SQLITE
@pytest.mark.parametrize(
    "fields",
    [
        {"do": "articles-up-0"},
        {"do": "articles-remove-999"},
        {"do": "x" * 5_000},
        {"articles-0": "1", "articles-1": "9" * 40, "articles-2": "x", "articles-999999": "1"},
        {"seen": "x", "text": "\0\ufdd0stop\ufdd0"},
    ],
)
def test_no_form_breaks_it(browser: FlaskClient, stories: list[int], fields: dict[str, str]) -> None:
    assert write(browser, **{"do": "save", **fields}).status_code in {200, 303}


@ON_SQLITE
def test_it_is_looked_at_as_it_would_be_mailed_without_being_saved(
    browser: FlaskClient, factory: Factory, stories: list[int]
) -> None:
    articles = {"articles-0": stories[0], "articles-1": stories[3]}
    html = send_form(browser, "/admin/newsletter/preview", {**FIELDS, **articles, "do": "preview"})
    page = Page(html)
    assert page.texts("//h1 | //h2") == ["The week in courts", "About story-1"]
    assert html.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert page.link("//a[.='Unsubscribe']") == "http://broadsheet.test/newsletter"
    text = send_form(browser, "/admin/newsletter/preview", {**FIELDS, **articles, "do": "text"})
    assert text.mimetype == "text/plain"
    for words in (
        "Dear reader,",
        "see it <http://broadsheet.test/faq>.",
        "* About story-1\nhttp://broadsheet.test/articles/story-1\n\nIn short.",
        "Unsubscribe:\nhttp://broadsheet.test/newsletter",
    ):
        assert words in text.text
    assert issues(factory) == []
    assert send_form(browser, "/admin/newsletter/preview", {"text": "# no"}).status_code == 422


@ON_SQLITE
def test_a_test_goes_to_the_editor_alone(browser: FlaskClient, app: Flask, factory: Factory) -> None:
    subscribers(app, ["ann@example.org"])
    write(browser)
    path = "/admin/newsletter/1/test"
    assert Page(browser.get("/admin/newsletter/1")).attribute("//input[@name='to']", "value") == "edith@example.org"
    send_form(browser, path, {"to": "edith@example.org"})
    [job] = factory.ask(sa.select(Job).where(Job.kind == "mail"))
    assert (job.payload["to"], job.payload["subject"]) == ("edith@example.org", "Test: The week in courts")
    assert job.payload["stop_url"] is None
    assert send_form(browser, path, {"to": "nonsense"}).status_code == 422


def test_an_issue_is_sent_now_or_at_a_time_and_says_how_far_it_is(
    browser: FlaskClient, app: Flask, factory: Factory, frozen_clock: FrozenClock
) -> None:
    write(browser)
    answer = act(browser, "send")
    assert answer.status_code == 409
    assert "Nobody has subscribed yet" in said(answer)
    subscribers(app, ["ann@example.org", "bob@example.org"])
    send_form(browser, "/admin/newsletter/1/schedule", {"send_at": "2026-11-21T07:30"})
    assert "Scheduled: leaves on 21 November 2026, 07:30" in Page(browser.get("/admin/newsletter")).text()
    edit(browser, subject="A late change")
    act(browser, "unschedule")
    assert issue_of(app, 1).state is IssueState.DRAFT
    assert factory.ask(sa.select(Job).where(Job.key == "issue 1")) == []
    act(browser, "send")
    page = Page(browser.get("/admin/newsletter/1"))
    assert (page.attribute("//progress", "max"), page.attribute("//progress", "value")) == ("2", "0")
    assert act(browser, "send").status_code == 409
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    frozen_clock.advance(seconds=5)
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    assert "Sent to 2 of 2." in Page(browser.get("/admin/newsletter/1")).text()
    verbs = factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.subject == "issue:1").order_by(AuditEntry.id))
    assert verbs[2:] == ["save issue", "unschedule issue", "send issue", "finish issue"]


@ON_SQLITE
@pytest.mark.parametrize("send_at", ["", "nonsense", "2026-11-20T09:59", "2028-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_that_is_none_or_has_passed_is_refused(browser: FlaskClient, app: Flask, send_at: str) -> None:
    write(browser)
    answer = send_form(browser, "/admin/newsletter/1/schedule", {"send_at": send_at})
    assert answer.status_code == 422
    assert issue_of(app, 1).state is IssueState.DRAFT


@ON_SQLITE
def test_an_issue_without_anything_in_it_is_not_sent(browser: FlaskClient, app: Flask, stories: list[int]) -> None:
    subscribers(app, ["ann@example.org"])
    write(browser, text="", **{"articles-0": str(stories[3])})
    assert "1 article is left out" in browser.get("/admin/newsletter/1").text
    answer = act(browser, "send")
    assert answer.status_code == 409
    assert "no article that it points to can be read" in said(answer)


@ON_SQLITE
def test_only_a_draft_can_be_deleted(browser: FlaskClient, app: Flask, factory: Factory) -> None:
    subscribers(app, ["ann@example.org"])
    write(browser)
    write(browser)
    act(browser, "send", 1)
    for number in (1, 2):
        send_form(browser, f"/admin/newsletter/{number}/delete")
    assert [one.id for one in issues(factory)] == [1]


def test_a_sent_issue_is_on_the_web_with_what_can_be_read_today(
    browser: FlaskClient, client: FlaskClient, app: Flask, edith: Identity, stories: list[int]
) -> None:
    subscribers(app, ["ann@example.org"])
    for subject in ("The first", "The second", "The third"):
        issue = draft(app, edith, "See [it](/faq).", subject=subject, articles=stories[:2])
        if subject != "The third":
            send(app, edith, issue)
    for path in ("/newsletter", "/newsletter/issues"):
        assert Page(client.get(path)).texts("//h2") == ["The second", "The first"]
    page = Page(client.get("/newsletter/2026-11-20"))
    assert page.texts("//h1 | //h3") == ["The first", "About story-1", "About story-2"]
    send_form(browser, f"/admin/articles/{stories[0]}/withdraw", {"reason": "A court says so."})
    assert Page(client.get("/newsletter/2026-11-20")).texts("//h3") == ["About story-2"]
    act(browser, "pause", 2)
    assert client.get("/newsletter/2026-11-20-2").status_code == 200
    act(browser, "cancel", 2)
    assert client.get("/newsletter/2026-11-20-2").status_code == 404
    assert Page(client.get("/newsletter/issues")).texts("//h2") == ["The first"]
    assert client.get("/newsletter/nowhere").status_code == 404
    assert client.get("/newsletter/issues?before=nowhere").status_code == 404
