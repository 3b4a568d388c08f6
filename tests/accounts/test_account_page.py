"""An editor's own account page."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.logging_in import TRIES_PER_ACCOUNT
from app.accounts.models import Editor
from app.accounts.queries import Identity
from tests.accounts.conftest import is_logged_in, log_in
from tests.conftest import FrozenClock
from tests.factories import PASSWORD, Factory, send_form

NEW_PASSWORD = "another long password"
PROFILE = "/admin/account/profile"
CHANGE = "/admin/account/password"


def profile(name: str = "Edith Field", email: str = "edith@field.example", password: str = PASSWORD) -> dict[str, str]:
    return {"name": name, "email": email, "current_password": password}


def change(new: str = NEW_PASSWORD, password: str = PASSWORD) -> dict[str, str]:
    return {"current_password": password, "new_password": new}


def names_and_addresses(factory: Factory) -> tuple[list[str], list[str]]:
    ask = factory.ask
    return ask(sa.select(Editor.name).order_by(Editor.id)), ask(sa.select(Editor.email).order_by(Editor.id))


def test_a_new_name_and_address_take_effect_at_once(app: Flask, factory: Factory, browser: FlaskClient) -> None:
    assert send_form(browser, PROFILE, profile(email="Edith@Field.example")).status_code == 303
    page = browser.get("/admin/account").text
    assert "Saved." in page
    assert "Edith Field" in page
    assert names_and_addresses(factory) == (["Edith Field"], ["edith@field.example"])
    assert log_in(app.test_client(), "edith@field.example").status_code == 303


def test_a_new_name_is_kept_from_readers_from_then_on(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    factory.article("news")
    send_form(browser, PROFILE, profile(name="Wilhelmina Fox"))
    comment = {"name": "WiIhe1mina  Fох", "body": "Words."}
    assert client.post("/articles/news/comments", data=comment).status_code == 422


def test_a_profile_is_not_changed_without_the_password(factory: Factory, browser: FlaskClient) -> None:
    for password in ("", "a wrong password"):
        answer = send_form(browser, PROFILE, profile(password=password))
        assert answer.status_code == 422
        assert 'value="Edith Field"' in answer.text
    assert names_and_addresses(factory) == (["Edith Ward"], ["edith@example.org"])


def test_another_editors_address_cannot_be_taken(factory: Factory, browser: FlaskClient) -> None:
    factory.editor("Bob Field", "bob@example.org")
    answer = send_form(browser, PROFILE, profile(email="BOB@example.org"))
    assert answer.status_code == 422
    assert "belongs to another editor" in answer.text
    assert names_and_addresses(factory)[1] == ["edith@example.org", "bob@example.org"]


def test_ones_own_address_can_be_kept(factory: Factory, browser: FlaskClient) -> None:
    assert send_form(browser, PROFILE, profile(email="EDITH@example.org")).status_code == 303
    assert names_and_addresses(factory) == (["Edith Field"], ["edith@example.org"])


def test_what_cannot_be_a_name_or_an_address_is_refused(factory: Factory, browser: FlaskClient) -> None:
    for wrong in (
        profile(name=""),
        profile(name=" \u200b\u202e "),
        profile(name="x" * 81),
        profile(email=""),
        profile(email="edith"),
        profile(email="edith@\0example.org"),
        profile(email=f"{'x' * 250}@example.org"),
    ):
        assert send_form(browser, PROFILE, wrong).status_code == 422, wrong
    assert names_and_addresses(factory) == (["Edith Ward"], ["edith@example.org"])


def test_a_new_password_replaces_the_old_one(app: Flask, browser: FlaskClient) -> None:
    assert send_form(browser, CHANGE, change()).status_code == 303
    assert log_in(app.test_client()).status_code == 422
    assert log_in(app.test_client(), password=NEW_PASSWORD).status_code == 303


def test_a_new_password_ends_the_other_sessions_but_not_this_one_nor_other_editors(
    factory: Factory, edith: Identity, browser: FlaskClient
) -> None:
    other = factory.logged_in(edith)
    bobs = factory.logged_in(factory.editor("Bob Field", "bob@example.org"))
    send_form(browser, CHANGE, change())
    assert [is_logged_in(one) for one in (browser, other, bobs)] == [True, False, True]


def test_a_password_is_not_changed_without_the_old_one(app: Flask, factory: Factory, browser: FlaskClient) -> None:
    before = factory.ask(sa.select(Editor.password_hash))
    for wrong in (change(password=""), change(password="a wrong password"), change(new="short"), change(new="x" * 257)):
        assert send_form(browser, CHANGE, wrong).status_code == 422
    assert factory.ask(sa.select(Editor.password_hash)) == before


def test_no_password_is_ever_written_on_a_page(browser: FlaskClient) -> None:
    for path, form in ((CHANGE, change(password="a wrong password")), (PROFILE, profile(password="a wrong password"))):
        page = send_form(browser, path, form).text
        assert "a wrong password" not in page
        assert NEW_PASSWORD not in page


def test_guessing_the_password_of_an_open_session_is_limited_as_a_log_in_is(
    browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        assert send_form(browser, CHANGE, change(password="a wrong password")).status_code == 422
    answer = send_form(browser, PROFILE, profile())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert 'value="Edith Field"' in answer.text
    frozen_clock.advance(minutes=15)
    assert send_form(browser, PROFILE, profile()).status_code == 303


def test_the_account_page_tells_of_failed_log_ins(client: FlaskClient, browser: FlaskClient) -> None:
    assert "failed" not in browser.get("/admin/account").text
    log_in(client, password="a wrong password")
    assert "One log-in to this account has failed lately." in browser.get("/admin/account").text
    log_in(client, password="a wrong password")
    assert "2 log-ins to this account have failed lately." in browser.get("/admin/account").text
