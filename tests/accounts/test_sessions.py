"""Sessions: rows that end when the row does, whatever cookie is shown."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Editor, EditorSession, LoginAttempt
from app.accounts.queries import Identity
from app.core import clock
from app.core.db import transaction
from tests.accounts.conftest import is_logged_in, log_in, rows_of
from tests.conftest import FrozenClock
from tests.factories import PASSWORD, Factory, send_form

COOKIE = "broadsheet"


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE, path="/admin")
    assert cookie is not None
    return cookie.value


def replay(app: Flask, value: str) -> FlaskClient:
    """Another browser, which shows a cookie that was copied."""
    thief = app.test_client()
    thief.set_cookie(COOKIE, value, path="/admin")
    return thief


def test_a_cookie_replayed_after_the_logout_leads_to_the_login(app: Flask, browser: FlaskClient) -> None:
    copied = cookie_of(browser)
    assert is_logged_in(replay(app, copied))
    answer = send_form(browser, "/admin/logout")
    assert (answer.status_code, answer.location) == (303, "/admin/login")
    refused = replay(app, copied).get("/admin/account")
    assert (refused.status_code, refused.location) == (303, "/admin/login?next=/admin/account")
    assert not is_logged_in(browser)


def test_the_logout_ends_this_session_alone(factory: Factory, edith: Identity, browser: FlaskClient) -> None:
    other = factory.logged_in(edith)
    send_form(browser, "/admin/logout")
    assert is_logged_in(other)


def test_a_disabled_editors_session_is_worth_nothing(app: Flask, browser: FlaskClient) -> None:
    copied = cookie_of(browser)
    app.test_cli_runner().invoke(args=["editors", "disable", "edith@example.org"])
    assert not is_logged_in(browser)
    assert not is_logged_in(replay(app, copied))


def test_no_session_of_a_disabled_editor_counts_even_while_its_row_is_there(app: Flask, browser: FlaskClient) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Editor).values(disabled_at=clock.now()))
    assert not is_logged_in(browser)


def test_a_session_runs_out_after_fourteen_days(browser: FlaskClient, frozen_clock: FrozenClock) -> None:
    frozen_clock.advance(days=13, hours=23)
    assert is_logged_in(browser)
    frozen_clock.advance(hours=1)
    assert not is_logged_in(browser)


def test_a_forged_cookie_is_no_session(app: Flask, edith: Identity) -> None:
    for value in ("", "x", "e30.e30.e30", "eyJ0b2tlbiI6IngifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", "\\"):
        assert replay(app, value).get("/admin/account").status_code == 303


def test_a_cookie_signed_with_another_key_is_no_session(
    app: Flask, app_with: Callable[..., Flask], edith: Identity
) -> None:
    elsewhere = app_with(secret_key="another").test_client()
    log_in(elsewhere)
    assert is_logged_in(elsewhere)
    assert not is_logged_in(replay(app, cookie_of(elsewhere)))


def test_only_the_hash_of_a_session_token_is_stored(app: Flask, browser: FlaskClient) -> None:
    with browser.session_transaction(path="/admin/") as cookie:
        token = cookie["token"]
    assert token not in repr(rows_of(app))


def test_the_login_gives_a_session_that_was_not_there_before(app: Flask, client: FlaskClient, edith: Identity) -> None:
    """Or a cookie that a stranger had planted would be logged in with it."""
    client.get("/admin/login")
    planted = cookie_of(client)
    log_in(client)
    assert not is_logged_in(replay(app, planted))


def test_the_account_page_lists_sessions_by_browser_and_marks_this_one(app: Flask, edith: Identity) -> None:
    for agent in ("Firefox 1", "Safari 2"):
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = agent
        log_in(client)
    page = client.get("/admin/account").text
    assert page.count("This session") == 1
    assert page.index("Firefox 1") < page.rindex("/end")
    assert page.index("Safari 2") < page.index("This session")


def test_another_session_of_ones_own_can_be_ended(factory: Factory, edith: Identity, browser: FlaskClient) -> None:
    other = factory.logged_in(edith)
    newest = max(factory.ask(sa.select(EditorSession.id)))
    assert send_form(browser, f"/admin/account/sessions/{newest}/end").status_code == 303
    assert not is_logged_in(other)
    assert is_logged_in(browser)


def test_another_editors_session_cannot_be_ended(factory: Factory, browser: FlaskClient) -> None:
    bobs = factory.logged_in(factory.editor("Bob Field", "bob@example.org"))
    newest = max(factory.ask(sa.select(EditorSession.id)))
    send_form(browser, f"/admin/account/sessions/{newest}/end")
    assert is_logged_in(bobs)


def test_a_session_shows_when_it_was_last_used(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=5)
    browser.get("/admin/")
    assert "last used" in browser.get("/admin/account").text
    assert factory.ask(sa.select(EditorSession.last_seen_at)) != [frozen_clock()]
    frozen_clock.advance(minutes=6)
    browser.get("/admin/")
    assert factory.ask(sa.select(EditorSession.last_seen_at)) == [frozen_clock()]


def test_sessions_that_have_run_out_and_old_tries_are_forgotten_by_the_jobs(
    app: Flask, client: FlaskClient, factory: Factory, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    log_in(client, "old@example.org", "a wrong password")
    frozen_clock.advance(days=29)
    log_in(client, "new@example.org", "a wrong password")
    log_in(client)
    frozen_clock.advance(days=1)
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    assert len(factory.ask(sa.select(LoginAttempt.id))) == 1
    assert len(factory.ask(sa.select(EditorSession.id))) == 1
    assert is_logged_in(client)


@pytest.mark.parametrize(("base_url", "is_secure"), [("http://news.example", False), ("https://news.example", True)])
def test_the_cookie_is_for_the_desk_alone_and_no_script(
    app_with: Callable[..., Flask], edith: Identity, base_url: str, is_secure: bool
) -> None:
    answer = app_with(base_url=base_url).test_client().get("/admin/login")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/admin", "Lax", True)
    assert bool(cookie["secure"]) is is_secure
    assert not cookie["domain"]


def test_the_pages_of_the_desk_are_kept_by_no_cache(browser: FlaskClient, client: FlaskClient) -> None:
    for answer in (
        browser.get("/admin/"),
        browser.get("/admin/account"),
        client.get("/admin/login"),
        client.get("/admin/x"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_readers_pages_set_no_cookie_and_are_the_same_for_an_editor(
    client: FlaskClient, factory: Factory, browser: FlaskClient, edith: Identity
) -> None:
    article = factory.article("news", faq=[{"question": "Why?", "answer": "Because."}])
    published = factory.published(article, editor=edith)
    _pending, receipt = factory.comment(article)
    cookies = {"Cookie": f"{COOKIE}={cookie_of(browser)}; other=1"}
    for path in (
        "/",
        "/articles/news",
        "/faq",
        f"/comments/{published}",
        f"/comments/{published}/reply",
        f"/receipts/{receipt}",
        "/feed.atom",
        "/sitemap.xml",
        "/robots.txt",
        "/no-such-page",
    ):
        plain, as_editor = client.get(path), browser.get(path, headers=cookies)
        assert plain.data == as_editor.data, path
        for answer in (plain, as_editor):
            assert "Set-Cookie" not in answer.headers, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path


def test_sending_a_comment_sets_no_cookie(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    for form in ({"name": "Ann", "body": "Words."}, {"name": "", "body": ""}):
        assert "Set-Cookie" not in client.post("/articles/news/comments", data=form).headers


def test_logging_in_again_in_the_same_browser_works(browser: FlaskClient) -> None:
    answer = send_form(browser, "/admin/login", {"email": "edith@example.org", "password": PASSWORD})
    assert answer.status_code == 303
    assert is_logged_in(browser)
