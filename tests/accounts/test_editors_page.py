"""Editors who invite, shut out and let in again, at the desk."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Editor
from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from tests.accounts.conftest import accept_link, is_logged_in, log_in, rows_of
from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
from tests.factories import PASSWORD, Factory, send_form
from tests.pages import Page
from tests.receipts.conftest import work

pytestmark = ON_SQLITE
PAGE = "/admin/editors"
NEW_PASSWORD = "another long password"


@pytest.fixture
def bob(factory: Factory) -> Identity:
    return factory.editor("Bob Field", "bob@example.org")


def invite(browser: FlaskClient, email: str = "rosa@example.org", password: str = PASSWORD) -> str:
    """The page that answers, the link on it or not."""
    return send_form(browser, PAGE, {"email": email, "current_password": password}).text


def link_on(page: str) -> str:
    return "/admin/welcome/" + page.partition(f"{BASE_URL}/admin/welcome/")[2][:22]


def mailed_link(app: Flask) -> str:
    """That of the only letter there is; it stands in it once for each form of it."""
    work(app)
    [file] = (Path(app.instance_path) / "outbox").glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["To"] == "bob@example.org"
    text = letter.get_body(("plain",))
    assert text is not None
    return link_on(text.get_content())


def test_whom_an_editor_invites_becomes_one(app: Flask, factory: Factory, browser: FlaskClient) -> None:
    link = link_on(invite(browser, "Rosa@example.org"))
    assert "rosa@example.org" in browser.get(PAGE).text
    rosa = app.test_client()
    assert accept_link(rosa, link, name="Rosa Martin", password=NEW_PASSWORD).status_code == 303
    page = rosa.get(PAGE).text
    assert "Edith Ward" in page
    assert "Rosa Martin" in page
    assert "The link is good until" not in page
    made = sa.select(AuditEntry.actor).where(AuditEntry.verb == "make invite link").order_by(AuditEntry.id)
    assert factory.ask(made)[-1] == "editor:1"


def test_the_link_is_shown_once_and_can_be_taken_back(app: Flask, browser: FlaskClient) -> None:
    link = link_on(invite(browser))
    page = browser.get(PAGE).text
    assert link.rpartition("/")[2] not in page + repr(rows_of(app))
    [take_back] = re.findall(rf"{PAGE}/invitations/\d+/take-back", page)
    for _twice in range(2):
        assert send_form(browser, take_back).status_code == 303
    assert app.test_client().get(link).status_code == 410
    assert "rosa@example.org" not in browser.get(PAGE).text


def test_nobody_is_invited_without_the_password_nor_twice_nor_to_nowhere(
    factory: Factory, browser: FlaskClient, bob: Identity
) -> None:
    assert "Give your password." in invite(browser, password="")
    assert "That is not your password." in invite(browser, password="a wrong password")
    assert "An editor has that address already." in invite(browser, "BOB@example.org")
    assert "That is not an e-mail address." in invite(browser, "nowhere")
    assert factory.ask(sa.select(Editor.name).order_by(Editor.id)) == ["Edith Ward", "Bob Field"]


def test_an_editor_who_is_shut_out_is_so_at_once_and_comes_back_by_mail(
    app: Flask, factory: Factory, browser: FlaskClient, bob: Identity
) -> None:
    his = factory.logged_in(bob)
    out = f"{PAGE}/{bob.editor_id}/shut-out"
    assert send_form(browser, out, {"current_password": "a wrong password"}).status_code == 422
    assert is_logged_in(his)
    assert send_form(browser, out, {"current_password": PASSWORD}).status_code == 303
    assert not is_logged_in(his)
    assert "Shut out since" in browser.get(PAGE).text
    assert "No mail server is set" not in browser.get(PAGE).text
    send_form(browser, f"{PAGE}/{bob.editor_id}/link")
    assert "No mail server is set" in browser.get(PAGE).text
    assert accept_link(his, mailed_link(app), name="Bob Field", password=NEW_PASSWORD).status_code == 303
    assert "Shut out since" not in his.get(PAGE).text


def test_a_new_password_is_set_by_a_link_that_only_its_editor_gets(
    app: Flask, browser: FlaskClient, bob: Identity, frozen_clock: FrozenClock
) -> None:
    answer = send_form(browser, f"{PAGE}/{bob.editor_id}/link")
    link = mailed_link(app)
    assert link.rpartition("/")[2] not in answer.text + browser.get(PAGE).text
    assert log_in(app.test_client(), bob.email).status_code == 303
    assert accept_link(app.test_client(), link, password=NEW_PASSWORD).status_code == 303
    assert log_in(app.test_client(), bob.email, NEW_PASSWORD).status_code == 303


def test_nobody_shuts_out_themselves(browser: FlaskClient, edith: Identity) -> None:
    for path in ("", "/link", "/shut-out"):
        sent = send_form(browser, f"{PAGE}/{edith.editor_id}{path}", {"current_password": PASSWORD})
        assert sent.status_code in {404, 405}
    assert browser.get(f"{PAGE}/{edith.editor_id}").status_code == 404
    assert is_logged_in(browser)


@pytest.mark.parametrize(
    ("path", "section", "current"),
    [
        ("/admin/articles", "Articles", "page"),
        ("/admin/authors", "Articles", "true"),
        ("/admin/editors", "Account", "true"),
        ("/admin/phrases", "Settings", "true"),
        ("/admin/newsletter/subscribers", "Newsletter", "true"),
    ],
)
def test_the_menu_says_in_which_part_of_the_desk_a_page_lies(
    browser: FlaskClient, path: str, section: str, current: str
) -> None:
    page = Page(browser.get(path))
    assert page.texts(f"//nav[@aria-label='Desk']/a[@aria-current='{current}']") == [section]
