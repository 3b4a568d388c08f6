"""What is recorded: each act once, in the transaction that does it, without a reader's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import EditorSession
from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.comments.models import Comment, CommentTally, Status
from app.core.db import transaction
from app.moderation import decisions
from app.moderation.models import Decision
from tests.accounts.conftest import accept_link, log_in
from tests.audit.conftest import Entry
from tests.factories import PASSWORD, Factory, send_form

Entries = Callable[[], list[Entry]]


def test_each_decision_and_each_undo_is_one_entry(factory: Factory, browser: FlaskClient, entries: Entries) -> None:
    comment, _token = factory.comment(factory.article("news"))
    entries()
    seen = "pending"
    for verb, status in (("publish", "published"), ("reject", "rejected"), ("spam", "spam")):
        send_form(browser, f"/admin/comments/{comment}/decide", {"decision": verb, "seen": f"{seen}.1", "rule": 2})
        assert entries() == [("editor:1", verb, f"comment:{comment}")]
        seen = status
    (last,) = factory.ask(sa.select(sa.func.max(Decision.id)))
    send_form(browser, "/admin/undo", {"ids": last})
    assert entries() == [("editor:1", "undo", f"comment:{comment}")]
    assert factory.ask(sa.select(AuditEntry.detail).order_by(AuditEntry.id.desc()).limit(1)) == ["spam"]


def test_decisions_on_many_are_an_entry_each(factory: Factory, browser: FlaskClient, entries: Entries) -> None:
    article = factory.article("news")
    ids = [factory.comment(article)[0] for _ in range(3)]
    entries()
    seen = {f"seen-{one}": "pending.1" for one in ids}
    send_form(browser, "/admin/decide", {"decision": "reject", "rule": 2, "ids": ids, **seen})
    assert entries() == [("editor:1", "reject", f"comment:{one}") for one in ids]


def test_a_reply_to_a_waiting_comment_is_recorded_as_the_decision_and_the_reply(
    factory: Factory, browser: FlaskClient, entries: Entries
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    entries()
    send_form(browser, f"/admin/comments/{comment}/reply", {"body": "Thank you.", "seen": "pending.1"})
    assert entries() == [("editor:1", "publish", f"comment:{comment}"), ("editor:1", "reply", f"comment:{comment + 1}")]


def test_what_was_overtaken_or_refused_is_not_recorded(
    factory: Factory, browser: FlaskClient, entries: Entries
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    entries()
    send_form(browser, f"/admin/comments/{comment}/decide", {"decision": "publish", "seen": "spam.1"})
    send_form(browser, "/admin/comments/999/decide", {"decision": "publish", "seen": "pending.1"})
    send_form(browser, "/admin/undo", {"ids": comment})
    send_form(browser, f"/admin/comments/{comment}/reply", {"body": ""})
    assert entries() == []


def test_log_ins_and_log_outs_are_recorded(client: FlaskClient, edith: Identity, entries: Entries) -> None:
    entries()
    log_in(client, password="a wrong password")
    assert entries() == []
    log_in(client)
    assert entries() == [("editor:1", "log in", "editor:1")]
    send_form(client, "/admin/logout")
    assert entries() == [("editor:1", "end session", "editor:1")]


def test_ending_ones_own_session_is_recorded_and_failing_to_end_anothers_is_not(
    factory: Factory, browser: FlaskClient, edith: Identity, entries: Entries
) -> None:
    factory.logged_in(edith)
    mine = max(factory.ask(sa.select(EditorSession.id)))
    factory.logged_in(factory.editor("Bob Field", "bob@example.org"))
    bobs = max(factory.ask(sa.select(EditorSession.id)))
    entries()
    send_form(browser, f"/admin/account/sessions/{bobs}/end")
    assert entries() == []
    send_form(browser, f"/admin/account/sessions/{mine}/end")
    assert entries() == [("editor:1", "end session", "editor:1")]


def test_changes_to_an_account_are_recorded(browser: FlaskClient, entries: Entries) -> None:
    entries()
    profile = {"name": "Edith Field", "email": "e@example.org", "current_password": PASSWORD}
    send_form(browser, "/admin/account/profile", profile)
    change = {"current_password": PASSWORD, "new_password": "another long password"}
    send_form(browser, "/admin/account/password", change)
    assert entries() == [("editor:1", "change profile", "editor:1"), ("editor:1", "change password", "editor:1")]


def test_what_is_done_on_the_command_line_is_recorded(app: Flask, client: FlaskClient, entries: Entries) -> None:
    run = app.test_cli_runner().invoke
    link = run(args=["editors", "invite", "edith@example.org"]).output.split()[-1]
    accept_link(client, link[link.index("/admin") :], name="Edith Ward", password=PASSWORD, email="edith@example.org")
    run(args=["editors", "reset", "edith@example.org"])
    run(args=["editors", "disable", "edith@example.org"])
    assert entries() == [
        ("command line", "make invite link", "editors"),
        ("editor:1", "accept invite", "editor:1"),
        ("editor:1", "log in", "editor:1"),
        ("command line", "make reset link", "editor:1"),
        ("command line", "disable", "editor:1"),
    ]


def test_loading_an_article_is_recorded_unless_it_changes_nothing(factory: Factory, entries: Entries) -> None:
    factory.article("news", "One.\n")
    factory.article("news", "One.\n")
    factory.article("news", "Two.\n")
    verbs = [("command line", "load: added", "article:1"), ("command line", "load: updated", "article:1")]
    assert entries() == verbs


def test_a_decision_that_fails_at_the_end_leaves_neither_a_row_nor_an_entry(
    app: Flask, factory: Factory, edith: Identity, entries: Entries
) -> None:
    comment, _token = factory.comment(factory.article("news"))
    entries()

    def decide_and_fail() -> None:
        with transaction() as session:
            decisions.decide(session, edith, comment, "publish", "pending.1")
            raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        decide_and_fail()
    assert entries() == []
    assert factory.ask(sa.select(Decision.id)) == []
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]


def test_a_decision_that_cannot_be_recorded_is_not_made(app: Flask, factory: Factory, browser: FlaskClient) -> None:
    comment, _token = factory.comment(factory.article("news"))
    with app.app_context(), transaction() as session:
        session.execute(sa.text("ALTER TABLE audit_entries RENAME TO elsewhere"))
    answer = send_form(browser, f"/admin/comments/{comment}/decide", {"decision": "publish", "seen": "pending.1"})
    assert answer.status_code in {500, 503}
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]
    assert factory.ask(sa.select(Decision.id)) == []
    assert factory.ask(sa.select(CommentTally.count).where(CommentTally.status == Status.PENDING)) == [1]


def test_no_word_name_address_or_hash_of_a_reader_is_recorded(
    client: FlaskClient, factory: Factory, browser: FlaskClient
) -> None:
    factory.article("news")
    form = {"name": "Xanthippe Reader", "email": "xanthippe@example.org", "body": "A zeugma of mine."}
    client.post("/articles/news/comments", data=form, headers={"X-Forwarded-For": "203.0.113.9"})
    send_form(browser, "/admin/comments/1/decide", {"decision": "publish", "seen": "pending.1"})
    send_form(browser, "/admin/comments/1/reply", {"body": "Dear Xanthippe, your zeugma."})
    send_form(browser, "/admin/comments/1/decide", {"decision": "spam", "seen": "published.1"})
    send_form(browser, "/admin/undo", {"ids": 2})
    columns = (AuditEntry.actor, AuditEntry.verb, AuditEntry.subject, AuditEntry.detail)
    recorded = " ".join(text for column in columns for text in factory.ask(sa.select(column)))
    [address_hash, fingerprint] = [
        factory.ask(sa.select(column).where(Comment.id == 1))[0]
        for column in (Comment.address_hash, Comment.fingerprint)
    ]
    for secret in ("anthippe", "zeugma", "example.org", "203.0.113", address_hash, fingerprint):
        assert secret not in recorded
