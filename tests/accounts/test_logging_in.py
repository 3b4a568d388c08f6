"""Logging in: right, wrong, too often, and where it leads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.logging_in import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, count_try
from app.accounts.models import Editor, LoginAttempt
from app.accounts.queries import Identity
from app.core.addresses import client_address_hash
from app.core.db import transaction
from tests.accounts.conftest import is_logged_in, log_in, only_form, rows_of
from tests.conftest import FrozenClock
from tests.factories import PASSWORD, Factory, csrf_token

WRONG = "a wrong password"
ELSEWHERE = "198.51.100.9"


def fail_on_others(app: Flask, number: int, *, address: str) -> None:
    """Tries from the address that failed, each on another account."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}), transaction() as session:
        for one in range(number):
            count_try(session, f"somebody{one}@example.org", client_address_hash())


def test_e_mail_and_password_lead_to_the_queue(client: FlaskClient, edith: Identity) -> None:
    answer = log_in(client)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert is_logged_in(client)


def test_an_address_may_be_typed_in_capitals_with_spaces_around(client: FlaskClient, edith: Identity) -> None:
    assert log_in(client, " Edith@Example.ORG ").status_code == 303


def test_a_wrong_password_lets_nobody_in(app: Flask, edith: Identity) -> None:
    for password in (WRONG, PASSWORD.upper(), f"{PASSWORD} ", PASSWORD[:-1]):
        client = app.test_client()
        answer = log_in(client, password=password)
        assert answer.status_code == 422
        assert "do not go together" in answer.text
        assert not is_logged_in(client)


def test_what_was_wrong_is_not_told(app: Flask, factory: Factory, edith: Identity) -> None:
    factory.editor("Bob", "bobby@example.org")
    app.test_cli_runner().invoke(args=["editors", "disable", "bobby@example.org"])
    answers = {
        "wrong password": log_in(app.test_client(), "edith@example.org", WRONG),
        "nobody": log_in(app.test_client(), "nobody@example.org", PASSWORD),
        "disabled": log_in(app.test_client(), "bobby@example.org", PASSWORD),
    }
    pages = set()
    for answer in answers.values():
        form = only_form(answer.text)[1]
        pages.add(answer.text.replace(form["csrf_token"], "").replace(form["email"], ""))
        assert answer.status_code == 422
    assert len(pages) == 1


def test_an_empty_form_says_what_it_takes(client: FlaskClient) -> None:
    answer = log_in(client, "", "")
    assert answer.status_code == 422
    assert "Give your e-mail address." in answer.text
    assert "Give your password." in answer.text


def test_the_password_is_never_given_back(client: FlaskClient, edith: Identity) -> None:
    assert WRONG not in log_in(client, password=WRONG).text


def test_an_absurd_address_is_as_wrong_as_any_other(client: FlaskClient) -> None:
    for email in ("a\0b@example.org", "\0", "a" * 100_000, "'; DROP TABLE editors; --", "🜏@☃"):
        assert log_in(client, email, WRONG).status_code == 422


def test_an_absurd_password_is_as_wrong_as_any_other(client: FlaskClient, edith: Identity) -> None:
    for password in ("\0" * 12, "x" * 257, "x" * 100_000, "\ufffd\u202e"):
        assert log_in(client, password=password).status_code == 422


def test_the_sixth_try_on_an_account_is_put_off_even_with_the_right_password(
    client: FlaskClient, edith: Identity, frozen_clock: FrozenClock
) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        assert log_in(client, password=WRONG).status_code == 422
        frozen_clock.advance(minutes=1)
    answer = log_in(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(10 * 60)
    assert "possible in 10 min" in answer.text
    assert only_form(answer.text)[1]["email"] == "edith@example.org"
    assert not is_logged_in(client)


def test_when_retry_after_has_passed_the_next_try_is_heard(
    client: FlaskClient, edith: Identity, frozen_clock: FrozenClock
) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        log_in(client, password=WRONG)
    seconds = int(log_in(client).headers["Retry-After"])
    frozen_clock.advance(seconds=seconds - 1)
    assert log_in(client).status_code == 429
    frozen_clock.advance(seconds=1)
    assert log_in(client).status_code == 303


def test_a_try_that_was_put_off_does_not_put_the_next_one_off_further(
    client: FlaskClient, edith: Identity, frozen_clock: FrozenClock
) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        log_in(client, password=WRONG)
    frozen_clock.advance(minutes=14)
    for _ in range(3):
        assert log_in(client, password=WRONG).headers["Retry-After"] == "60"


def test_capitals_do_not_make_another_account_of_it(client: FlaskClient, edith: Identity) -> None:
    for email in [
        "edith@example.org",
        "EDITH@example.org",
        "edith@EXAMPLE.org",
        " edith@example.org",
        "Edith@example.org",
    ]:
        assert log_in(client, email, WRONG).status_code == 422
    assert log_in(client).status_code == 429


def test_an_account_that_does_not_exist_is_put_off_alike(client: FlaskClient) -> None:
    """Or the limit would tell who is an editor."""
    for _ in range(TRIES_PER_ACCOUNT):
        assert log_in(client, "nobody@example.org", WRONG).status_code == 422
    assert log_in(client, "nobody@example.org", WRONG).status_code == 429


def test_a_success_takes_the_earlier_failures_back(app: Flask, edith: Identity) -> None:
    for _ in range(3):
        for _ in range(TRIES_PER_ACCOUNT - 1):
            assert log_in(app.test_client(), password=WRONG).status_code == 422
        assert log_in(app.test_client()).status_code == 303


def test_too_many_tries_from_one_address_on_many_accounts_are_put_off(
    app: Flask, client: FlaskClient, edith: Identity
) -> None:
    fail_on_others(app, TRIES_PER_ADDRESS - 1, address="203.0.113.7")
    assert log_in(client, "another@example.org", WRONG).status_code == 422
    answer = log_in(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert log_in(client, address=ELSEWHERE).status_code == 303


def test_a_success_on_one_account_does_not_take_back_the_failures_on_others(app: Flask, edith: Identity) -> None:
    fail_on_others(app, TRIES_PER_ADDRESS - 1, address="203.0.113.7")
    assert log_in(app.test_client()).status_code == 303
    assert log_in(app.test_client(), "another@example.org", WRONG).status_code == 422
    assert log_in(app.test_client()).status_code == 429


def test_a_stranger_cannot_lock_an_editor_out(app: Flask, edith: Identity) -> None:
    for stranger in ("192.0.2.1", "192.0.2.2", "2001:db8:1:2::3"):
        for _ in range(TRIES_PER_ACCOUNT + 1):
            last = log_in(app.test_client(), password=WRONG, address=stranger)
        assert last.status_code == 429
    assert log_in(app.test_client(), address=ELSEWHERE).status_code == 303


def test_the_addresses_of_one_ipv6_household_count_together(client: FlaskClient, edith: Identity) -> None:
    for number in range(TRIES_PER_ACCOUNT):
        log_in(client, password=WRONG, address=f"2001:db8:1:2::{number}")
    assert log_in(client, address="2001:db8:1:2:ffff::1").status_code == 429
    assert log_in(client, address="2001:db8:1:3::1").status_code == 303


def test_a_forwarded_address_that_the_client_made_up_does_not_count(client: FlaskClient, edith: Identity) -> None:
    for number in range(TRIES_PER_ACCOUNT):
        log_in(client, password=WRONG, address=f"192.0.2.{number}, 203.0.113.7")
    assert log_in(client, address="192.0.2.99, 203.0.113.7").status_code == 429


def test_tries_that_come_all_at_once_do_not_slip_through(app: Flask, edith: Identity) -> None:
    at_once = 12
    together = Barrier(at_once)

    def attempt(_: int) -> int:
        client = app.test_client()
        form = {
            "csrf_token": csrf_token(client.get("/admin/login").text),
            "email": "edith@example.org",
            "password": WRONG,
        }
        together.wait()
        return client.post("/admin/login", data=form).status_code

    with ThreadPoolExecutor(at_once) as pool:
        outcomes = list(pool.map(attempt, range(at_once)))
    assert outcomes.count(422) <= TRIES_PER_ACCOUNT
    assert outcomes.count(422) + outcomes.count(429) + outcomes.count(503) == at_once


def test_neither_the_address_nor_the_account_of_a_try_is_stored(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    log_in(client, "nobody@example.org", WRONG, address="203.0.113.77")
    assert len(factory.ask(sa.select(LoginAttempt.id))) == 1
    everything = repr(rows_of(app))
    assert "203.0.113.77" not in everything
    assert "nobody@example.org" not in everything
    assert WRONG not in everything


def test_the_password_is_stored_as_argon2id(factory: Factory, edith: Identity) -> None:
    [stored] = factory.ask(sa.select(Editor.password_hash))
    assert stored.startswith("$argon2id$v=19$m=65536,")


def test_the_login_leads_to_the_page_that_was_asked_for(app: Flask, edith: Identity) -> None:
    for page in ("/admin/account", "/admin/?tab=spam", "/admin/comments/7/reply"):
        client = app.test_client()
        asked = client.get(page)
        assert asked.status_code == 303
        form = only_form(client.get(asked.location).text)[1]
        assert log_in(client, next=form["next"]).location == page


ASTRAY = [
    "//elsewhere.example",
    "//elsewhere.example/admin/",
    "https://elsewhere.example/admin/",
    "https:elsewhere.example",
    "http:///admin/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/admin\\..\\..",
    "/admin/\\elsewhere.example",
    " //elsewhere.example",
    "\t//elsewhere.example",
    "/\t/elsewhere.example",
    "/admin/\r\nSet-Cookie: a=b",
    "/admin/\nLocation: https://elsewhere.example",
    "/admin/\u2028",
    "/administrators",
    "/articles/news",
    "admin/",
    "@elsewhere.example",
    ".elsewhere.example",
    "/admin/..//elsewhere.example",
    "/admin/../articles/news",
    "/admin/./../articles/news",
    "/admin/%2e%2e/articles/news",
    "/admin/.%2E/articles/news",
    "//[",
    "http://[",
    "/admin/\0",
]


def test_no_next_leads_who_is_logged_in_out_of_the_desk(browser: FlaskClient) -> None:
    for target in ASTRAY:
        answer = browser.get("/admin/login", query_string={"next": target})
        assert (answer.status_code, answer.location) == (303, "/admin/"), target


@pytest.mark.parametrize("target", ["//elsewhere.example", "/\\elsewhere.example", "/admin/\r\nSet-Cookie: a=b", "//["])
def test_no_next_leads_who_logs_in_out_of_the_desk(client: FlaskClient, edith: Identity, target: str) -> None:
    answer = log_in(client, next=target)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert "a=b" not in str(answer.headers)
