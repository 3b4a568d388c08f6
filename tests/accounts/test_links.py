"""One-time links: the first editor's, invitations and resets."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AccountLink, Editor, LinkPurpose
from app.accounts.queries import Identity
from app.core.db import db
from tests.accounts.conftest import accept_link, is_logged_in, log_in, only_form, rows_of, wait_for
from tests.conftest import BASE_URL, ON_POSTGRESQL, FrozenClock
from tests.factories import PASSWORD, Factory, csrf_token, send_form

EDITOR = {"name": "Edith Ward", "email": "edith@example.org", "password": PASSWORD}
NEW_PASSWORD = "another long password"

FirstLink = Callable[[], str]


def path_of(link: str) -> str:
    assert link.startswith(f"{BASE_URL}/admin/welcome/")
    return link.removeprefix(BASE_URL)


def editors(app: Flask, *arguments: str) -> str:
    """What `flask editors …` prints."""
    outcome = app.test_cli_runner().invoke(args=["editors", *arguments])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def refusal(app: Flask, *arguments: str) -> str:
    """What `flask editors …` says when it refuses."""
    outcome = app.test_cli_runner().invoke(args=["editors", *arguments])
    assert outcome.exit_code == 1, outcome.output
    assert "Traceback" not in outcome.output
    return outcome.output


def link_in(printed: str) -> str:
    return path_of(printed.rsplit(maxsplit=1)[-1])


def test_the_first_link_makes_an_editor_who_is_logged_in_and_can_log_in_again(
    app: Flask, client: FlaskClient, new_first_link: FirstLink
) -> None:
    answer = accept_link(client, path_of(new_first_link()), **EDITOR)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert is_logged_in(client)
    assert log_in(app.test_client()).status_code == 303


def test_opening_the_first_link_does_not_spend_it(client: FlaskClient, new_first_link: FirstLink) -> None:
    path = path_of(new_first_link())
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert accept_link(client, path, **EDITOR).status_code == 303


def test_a_form_with_an_error_does_not_spend_the_link(client: FlaskClient, new_first_link: FirstLink) -> None:
    path = path_of(new_first_link())
    answer = accept_link(client, path, **{**EDITOR, "password": "short"})
    assert answer.status_code == 422
    assert "12 characters" in answer.text
    assert only_form(answer.text)[1]["name"] == "Edith Ward"
    assert accept_link(client, path, **EDITOR).status_code == 303


def test_a_link_is_good_for_one_use(app: Flask, client: FlaskClient, factory: Factory) -> None:
    factory.editor()
    path = link_in(editors(app, "invite", "bob@example.org"))
    late = app.test_client()
    token = csrf_token(late.get(path).text)
    assert accept_link(client, path, **EDITOR).status_code == 303
    answer = late.post(
        path, data={"csrf_token": token, "name": "Mallory", "password": NEW_PASSWORD, "email": "m@x.org"}
    )
    assert answer.status_code == 410
    assert late.get(path).status_code == 410
    assert factory.ask(sa.select(Editor.name).order_by(Editor.id)) == ["Edith Ward", "Edith Ward"]


@ON_POSTGRESQL
def test_a_link_that_is_being_spent_is_not_spent_again(app: Flask, factory: Factory, new_first_link: FirstLink) -> None:
    """The second waits for the first to be done. On SQLite there is one writer anyway."""
    path = path_of(new_first_link())
    with app.app_context(), db.engine.connect() as other, ThreadPoolExecutor() as pool:
        other.execute(sa.delete(AccountLink))
        second = pool.submit(accept_link, app.test_client(), path, **EDITOR)
        wait_for(lambda: other.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
        other.commit()
        assert second.result().status_code == 410
    assert factory.ask(sa.select(Editor.id)) == []


def test_the_first_link_is_good_for_24_hours(
    client: FlaskClient, new_first_link: FirstLink, frozen_clock: FrozenClock
) -> None:
    path = path_of(new_first_link())
    frozen_clock.advance(hours=23, minutes=59)
    assert client.get(path).status_code == 200
    frozen_clock.advance(minutes=1)
    assert client.get(path).status_code == 410


def test_a_link_that_ran_out_while_its_form_was_open_lets_nobody_in(
    client: FlaskClient, factory: Factory, new_first_link: FirstLink, frozen_clock: FrozenClock
) -> None:
    path = path_of(new_first_link())
    token = csrf_token(client.get(path).text)
    frozen_clock.advance(hours=24)
    assert client.post(path, data={"csrf_token": token, **EDITOR}).status_code == 410
    assert factory.ask(sa.select(Editor.id)) == []


def test_a_newer_first_link_replaces_an_unused_earlier_one(client: FlaskClient, new_first_link: FirstLink) -> None:
    earlier, newer = path_of(new_first_link()), path_of(new_first_link())
    assert client.get(earlier).status_code == 410
    assert client.get(newer).status_code == 200


def test_the_first_link_is_dead_once_there_is_an_editor(
    client: FlaskClient, factory: Factory, new_first_link: FirstLink
) -> None:
    path = path_of(new_first_link())
    token = csrf_token(client.get(path).text)
    factory.editor("Bob", "bob@example.org")
    assert client.get(path).status_code == 410
    assert client.post(path, data={"csrf_token": token, **EDITOR}).status_code == 410
    assert factory.ask(sa.select(Editor.email)) == ["bob@example.org"]


def test_only_the_hash_of_a_link_is_stored(app: Flask, new_first_link: FirstLink) -> None:
    token = new_first_link().rpartition("/")[2]
    assert token not in repr(rows_of(app))


def test_after_the_link_the_way_leads_on_within_the_site_whatever_the_host_says(
    client: FlaskClient, new_first_link: FirstLink
) -> None:
    path, poisoned = path_of(new_first_link()), {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    page = client.get(path, headers=poisoned)
    assert "evil.example" not in page.text + str(page.headers)
    answer = client.post(path, data={"csrf_token": csrf_token(page.text), **EDITOR}, headers=poisoned)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_a_made_up_link_says_that_it_is_not_good(client: FlaskClient) -> None:
    assert client.get(f"/admin/welcome/{'a' * 22}").status_code == 410
    assert client.get("/admin/welcome/short").status_code == 404


def test_an_invitation_makes_an_editor_of_the_address_that_was_invited(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    path = link_in(editors(app, "invite", "Bob@Example.org"))
    assert only_form(client.get(path).text)[1]["email"] == "bob@example.org"
    form = {"name": "Bob Field", "email": "somebody.else@example.org", "password": NEW_PASSWORD}
    assert accept_link(client, path, **form).status_code == 303
    assert factory.ask(sa.select(Editor.email).order_by(Editor.id)) == ["edith@example.org", "bob@example.org"]


def test_who_is_an_editor_already_is_not_invited(app: Flask, edith: Identity) -> None:
    assert "is an editor already" in refusal(app, "invite", "EDITH@example.org")


def test_what_is_no_address_is_not_invited(app: Flask) -> None:
    assert "not-an-address" in refusal(app, "invite", "not-an-address")


def test_the_first_link_cannot_take_over_an_address(client: FlaskClient, app: Flask, factory: Factory) -> None:
    factory.editor()
    path = link_in(editors(app, "invite", "bob@example.org"))
    answer = accept_link(client, path, name="Bob", email="edith@example.org", password=NEW_PASSWORD)
    assert answer.status_code == 303
    assert log_in(app.test_client(), password=NEW_PASSWORD).status_code == 422


def test_an_invitation_to_an_address_that_an_editor_has_taken_meanwhile_opens_no_account(
    app: Flask, browser: FlaskClient
) -> None:
    path = link_in(editors(app, "invite", "desk@example.org"))
    form = {"name": "Edith Ward", "email": "desk@example.org", "current_password": PASSWORD}
    assert send_form(browser, "/admin/account/profile", form).status_code == 303
    assert app.test_client().get(path).status_code == 410
    assert log_in(app.test_client(), "desk@example.org").status_code == 303


def test_a_reset_to_an_address_that_its_editor_has_left_opens_no_account(app: Flask, browser: FlaskClient) -> None:
    path = link_in(editors(app, "reset", "edith@example.org"))
    form = {"name": "Edith Ward", "email": "edith@new.example", "current_password": PASSWORD}
    assert send_form(browser, "/admin/account/profile", form).status_code == 303
    assert app.test_client().get(path).status_code == 410


def test_a_reset_changes_the_password_and_nothing_else_and_ends_every_session(
    app: Flask, client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    path = link_in(editors(app, "reset", "edith@example.org"))
    assert is_logged_in(browser)
    answer = accept_link(client, path, password=NEW_PASSWORD, name="Mallory", email="mallory@example.org")
    assert answer.status_code == 303
    assert not is_logged_in(browser)
    assert factory.ask(sa.select(Editor.name)) == ["Edith Ward"]
    assert factory.ask(sa.select(Editor.email)) == ["edith@example.org"]
    assert log_in(app.test_client()).status_code == 422
    assert log_in(app.test_client(), password=NEW_PASSWORD).status_code == 303


def test_there_is_no_reset_for_a_stranger_or_a_disabled_editor(app: Flask, edith: Identity) -> None:
    assert "No editor has the address" in refusal(app, "reset", "nobody@example.org")
    editors(app, "disable", "edith@example.org")
    assert "No editor has the address" in refusal(app, "reset", "edith@example.org")


def test_a_newer_reset_replaces_the_earlier_one_but_no_one_elses(
    app: Flask, client: FlaskClient, edith: Identity
) -> None:
    invited = link_in(editors(app, "invite", "bob@example.org"))
    earlier = link_in(editors(app, "reset", "edith@example.org"))
    newer = link_in(editors(app, "reset", "edith@example.org"))
    assert [client.get(path).status_code for path in (invited, earlier, newer)] == [200, 410, 200]


def test_disabling_an_editor_ends_their_sessions_links_and_log_ins(app: Flask, browser: FlaskClient) -> None:
    path = link_in(editors(app, "reset", "edith@example.org"))
    assert "Edith Ward can no longer log in." in editors(app, "disable", "Edith@Example.org")
    assert not is_logged_in(browser)
    assert browser.get(path).status_code == 410
    assert log_in(app.test_client()).status_code == 422


def test_nobody_of_that_address_can_be_disabled(app: Flask) -> None:
    assert "No editor has the address" in refusal(app, "disable", "nobody@example.org")


def test_inviting_a_disabled_editor_lets_the_same_account_in_again(
    app: Flask, client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    before = factory.ask(sa.select(Editor.id))
    editors(app, "disable", "edith@example.org")
    path = link_in(editors(app, "invite", "edith@example.org"))
    assert accept_link(client, path, name="Edith Field", password=NEW_PASSWORD).status_code == 303
    assert is_logged_in(client)
    assert not is_logged_in(browser)
    assert factory.ask(sa.select(Editor.id)) == before
    assert factory.ask(sa.select(Editor.name)) == ["Edith Field"]


def test_the_list_names_each_editor_with_state_and_last_log_in(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    assert "There is no editor yet." in editors(app, "list")
    factory.editor()
    factory.editor("Bob Field", "bob@example.org")
    log_in(client)
    editors(app, "disable", "bob@example.org")
    assert editors(app, "list").splitlines() == [
        "edith@example.org\tEdith Ward\tenabled\tlast log-in 2026-11-20 10:00 UTC",
        "bob@example.org\tBob Field\tdisabled\tnever logged in",
    ]


def test_links_are_kinds_the_database_knows(factory: Factory, app: Flask, new_first_link: FirstLink) -> None:
    new_first_link()
    editors(app, "invite", "bob@example.org")
    factory.editor()
    editors(app, "reset", "edith@example.org")
    assert set(factory.ask(sa.select(AccountLink.purpose))) == set(LinkPurpose)
