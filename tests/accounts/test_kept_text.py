"""Forms of the desk without their token, or after their session: nothing is done, and no text is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments.models import Comment, Status
from app.core import clock
from app.core.db import transaction
from app.core.jobs import Job
from app.mail.posting import GIVEN_UP
from tests.accounts.conftest import log_in, only_form, rows_of
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import PASSWORD, Factory, csrf_token, send_form

TEXT = "A long reply, written slowly.\n\nWith <b>two</b> paragraphs, an & and a “quotation”."
NEW_PASSWORD = "another long password"
ASKED_AGAIN = "What you sent is kept"

pytestmark = ON_SQLITE  # forms and what they carry


@dataclass(frozen=True)
class Post:
    """What an editor can send, filled in so that it would do something if it were heard."""

    endpoint: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)


POSTS = [
    Post("accounts.logout", "/admin/logout"),
    Post(
        "accounts.change_profile",
        "/admin/account/profile",
        {"name": "Mallory", "email": "mallory@example.org", "current_password": PASSWORD},
    ),
    Post(
        "accounts.change_password",
        "/admin/account/password",
        {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
    ),
    Post("accounts.change_digest", "/admin/account/digest", {"hours": "8, 17"}),
    Post("accounts.end_session", "/admin/account/sessions/1/end"),
    Post("accounts.login", "/admin/login", {"email": "edith@example.org", "password": PASSWORD}),
    Post(
        "accounts.welcome",
        "/admin/welcome/{token}",
        {"name": "Mallory", "email": "mallory@example.org", "password": NEW_PASSWORD},
    ),
    Post("moderation.decide", "/admin/comments/1/decide", {"decision": "publish", "seen": "pending.1"}),
    Post("moderation.decide_many", "/admin/decide", {"decision": "publish", "ids": "1", "seen-1": "pending.1"}),
    Post("moderation.undo", "/admin/undo", {"ids": "1"}),
    Post("moderation.reply", "/admin/comments/1/reply", {"body": TEXT, "seen": "pending.1"}),
    Post("mail.again", "/admin/mail/again", {"ids": "1"}),
]


@pytest.fixture
def waiting(factory: Factory, edith: Identity) -> int:
    """A comment that waits, with the id 1, beside one with the id 2 that was decided on, and a letter given up."""
    with factory.app.app_context(), transaction() as session:
        session.add(Job(kind=GIVEN_UP, payload={}, run_at=clock.now()))
    article = factory.article("news")
    comment, _token = factory.comment(article)
    decided, _token = factory.comment(article)
    factory.decide(edith, decided, "reject")
    assert (comment, decided) == (1, 2)
    return comment


@pytest.fixture
def invitation(app: Flask, waiting: int) -> str:
    """The token of a link that nobody has used."""
    return app.test_cli_runner().invoke(args=["editors", "invite", "new@example.org"]).output.strip().rpartition("/")[2]


def replies(factory: Factory) -> list[str]:
    return factory.ask(sa.select(Comment.source).where(Comment.editor_id.is_not(None)))


def test_no_form_of_the_desk_is_heard_without_its_token(
    app: Flask, factory: Factory, waiting: int, browser: FlaskClient
) -> None:
    """What came is shown instead, to be looked at and sent again. The log-in, which has words of its own, is below."""
    good = csrf_token(browser.get("/admin/account").text)
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or not rule.rule.startswith("/admin") or "login" in rule.rule:
            continue
        values = {name: "x" * 22 if name == "token" else 1 for name in rule.arguments}
        path = app.url_map.bind("").build(rule.endpoint, values, method="POST")
        before = rows_of(app)
        kept = browser.post(path, data={"note": "Some words."})
        assert (kept.status_code, "Some words." in kept.text, ASKED_AGAIN in kept.text) == (200, True, True), path
        assert rows_of(app) == before
        if rule.endpoint not in {"accounts.logout", "accounts.end_session"}:
            assert ASKED_AGAIN not in browser.post(path, data={"csrf_token": good}).text, path


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.endpoint)
def test_without_its_token_a_form_of_the_desk_does_nothing(
    app: Flask, factory: Factory, invitation: str, browser: FlaskClient, post: Post
) -> None:
    bobs = factory.logged_in(factory.editor("Bob Field", "bob@example.org"))
    foreign = csrf_token(bobs.get("/admin/account").text)
    path = post.path.format(token=invitation)
    before = rows_of(app)
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "wrong"}, {"csrf_token": foreign}):
        answer = browser.post(path, data={**post.fields, **token})
        assert answer.status_code in {200, 400}
        assert answer.location is None
        assert PASSWORD not in answer.text
        assert NEW_PASSWORD not in answer.text
        assert rows_of(app) == before
    good = csrf_token(browser.get("/admin/account").text)
    assert browser.post(path, data={**post.fields, "csrf_token": good}).status_code == 303
    assert rows_of(app) != before


@pytest.mark.parametrize(
    "post", [post for post in POSTS if post.endpoint.startswith("moderation")], ids=lambda p: p.endpoint
)
def test_who_is_not_logged_in_does_nothing_at_the_desk(
    app: Flask, client: FlaskClient, waiting: int, post: Post
) -> None:
    token = csrf_token(client.get("/admin/login").text)
    before = rows_of(app)
    assert client.post(post.path, data={**post.fields, "csrf_token": token}).status_code == 401
    assert rows_of(app) == before


def test_a_reply_sent_after_the_session_has_run_out_survives_the_login(
    factory: Factory, waiting: int, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    path = f"/admin/comments/{waiting}/reply"
    token = csrf_token(browser.get(path).text)
    frozen_clock.advance(days=15)

    asked = browser.post(path, data={"csrf_token": token, "seen": "pending.1", "body": TEXT})
    assert asked.status_code == 401
    assert "What you sent is kept." in asked.text
    action, form = only_form(asked.text)
    assert action == "/admin/login"

    mistyped = browser.post(action, data={**form, "email": "edith@example.org", "password": "a wrong password"})
    assert mistyped.status_code == 422
    action, form = only_form(mistyped.text)

    resumed = browser.post(action, data={**form, "email": "edith@example.org", "password": PASSWORD})
    assert resumed.status_code == 200
    assert replies(factory) == []
    action, form = only_form(resumed.text)
    assert action == path
    assert form["body"].splitlines() == TEXT.splitlines()

    sent = browser.post(action, data=form)
    assert (sent.status_code, sent.location) == (303, "/admin/")
    assert [reply.splitlines() for reply in replies(factory)] == [TEXT.splitlines()]


def test_a_text_that_begins_with_an_empty_line_is_carried_whole(
    waiting: int, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    """A browser drops the first line break in a textarea; so does the parser here."""
    token = csrf_token(browser.get("/admin/").text)
    frozen_clock.advance(days=15)
    asked = browser.post("/admin/comments/1/reply", data={"csrf_token": token, "body": f"\n\n{TEXT}\n"})
    action, form = only_form(asked.text)
    resumed = browser.post(action, data={**form, "email": "edith@example.org", "password": PASSWORD})
    assert only_form(resumed.text)[1]["body"].splitlines() == f"\n\n{TEXT}\n".splitlines()


def test_a_reply_sent_from_a_page_of_an_earlier_session_is_given_back_to_be_sent(
    factory: Factory, waiting: int, browser: FlaskClient
) -> None:
    path = f"/admin/comments/{waiting}/reply"
    stale = csrf_token(browser.get(path).text)
    send_form(browser, "/admin/logout")
    log_in(browser)
    asked = browser.post(path, data={"csrf_token": stale, "seen": "pending.1", "body": TEXT})
    assert asked.status_code == 200
    assert replies(factory) == []
    action, form = only_form(asked.text)
    assert browser.post(action, data=form).status_code == 303
    assert len(replies(factory)) == 1


def test_a_decision_sent_after_the_session_has_run_out_waits_for_a_second_look(
    factory: Factory, waiting: int, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    token = csrf_token(browser.get("/admin/").text)
    frozen_clock.advance(days=15)
    data = {"csrf_token": token, "decision": "publish", "seen": "pending.1", "tab": "pending"}
    action, form = only_form(browser.post("/admin/comments/1/decide", data=data).text)
    resumed = browser.post(action, data={**form, "email": "edith@example.org", "password": PASSWORD})
    standing = sa.select(Comment.status).where(Comment.id == waiting)
    assert factory.ask(standing) == [Status.PENDING]
    action, form = only_form(resumed.text)
    assert browser.post(action, data=form).status_code == 303
    assert factory.ask(standing) == [Status.PUBLISHED]


def test_many_fields_of_one_name_are_all_carried(
    waiting: int, factory: Factory, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    token = csrf_token(browser.get("/admin/").text)
    frozen_clock.advance(days=15)
    data = {
        "csrf_token": token,
        "decision": "publish",
        "ids": ["1", "2"],
        "seen-1": "pending.1",
        "seen-2": "rejected.1",
    }
    _action, form = only_form(browser.post("/admin/decide", data=data).text)
    carried = json.loads(form["carried"])
    assert carried["path"] == "/admin/decide"
    assert [value for name, value in carried["fields"] if name == "ids"] == ["1", "2"]
    assert token not in form["carried"]


def test_passwords_are_not_carried(browser: FlaskClient, frozen_clock: FrozenClock) -> None:
    token = csrf_token(browser.get("/admin/account").text)
    frozen_clock.advance(days=15)
    for form in ({"new_password": NEW_PASSWORD}, {"name": "Edith Field", "email": "e@example.org"}):
        data = {"csrf_token": token, "current_password": PASSWORD, **form}
        page = browser.post("/admin/account/password", data=data).text
        assert PASSWORD not in page
        assert NEW_PASSWORD not in page


@pytest.mark.parametrize(
    "path",
    [
        "/articles/news/comments",
        "//elsewhere.example/admin/",
        "https://elsewhere.example/admin/",
        "/admin/../articles/news/comments",
        "/admin/%2e%2e/articles/news/comments",
        "/admin\\..\\articles/news/comments",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_carried_text_leads_to_no_path_but_the_desks(browser: FlaskClient, path: str) -> None:
    carried = json.dumps({"path": path, "fields": [["name", "Ann"], ["body", TEXT]]})
    form = {"email": "edith@example.org", "password": PASSWORD, "carried": carried}
    answer = send_form(browser, "/admin/login", form)
    assert (answer.status_code, answer.location) == (303, "/admin/")


@pytest.mark.parametrize(
    "carried",
    [
        "rubbish",
        "[]",
        "{}",
        "null",
        '{"path": "/admin/decide"}',
        '{"path": "/admin/decide", "fields": 7}',
        '{"path": "/admin/decide", "fields": [["one"]]}',
        '{"path": "/admin/decide", "fields": [["body", "\\ud800"]]}',
        '{"path": "/admin/\\ud800", "fields": []}',
        "[" * 100_000,
    ],
    ids=range(10),
)
def test_what_was_never_carried_by_the_site_is_left_behind(browser: FlaskClient, carried: str) -> None:
    form = {"email": "edith@example.org", "password": PASSWORD, "carried": carried}
    answer = send_form(browser, "/admin/login", form)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_a_carried_text_cannot_bring_a_token_or_markup_of_its_own(browser: FlaskClient) -> None:
    fields = [["csrf_token", "planted"], ["body", "</textarea><script>alert(1)</script>"], ['"><b>', "<i>"]]
    form = {
        "email": "edith@example.org",
        "password": PASSWORD,
        "carried": json.dumps({"path": "/admin/comments/1/reply", "fields": fields}),
    }
    page = send_form(browser, "/admin/login", form).text
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert page.index("planted") > page.index(csrf_token(page))


def test_a_login_page_that_was_open_for_too_long_keeps_what_it_carries(
    waiting: int, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    token = csrf_token(browser.get("/admin/").text)
    frozen_clock.advance(days=15)
    action, form = only_form(browser.post("/admin/comments/1/reply", data={"csrf_token": token, "body": TEXT}).text)
    stale = {**form, "csrf_token": "stale", "email": "edith@example.org", "password": PASSWORD}
    answer = browser.post(action, data=stale)
    assert answer.status_code == 400
    assert only_form(answer.text)[1]["carried"] == form["carried"]
    action, form = only_form(answer.text)
    resumed = browser.post(action, data={**form, "email": "edith@example.org", "password": PASSWORD})
    assert only_form(resumed.text)[1]["body"].splitlines() == TEXT.splitlines()
