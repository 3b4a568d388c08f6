"""Sending a comment, and seeing it published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.comments.models import Comment, Receipt, Status
from app.core.tokens import token_hash
from app.moderation.models import Finding, Verdict
from tests.comments.sending import everything_stored, receipt_of, receipt_token, send
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page


def test_a_pending_comment_is_invisible_to_readers(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    answer = client.post("/articles/news/comments", data={"name": "Ann", "body": "A *sound* point."})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/receipts/")
    assert "A <em>sound</em> point." not in client.get("/articles/news").text
    assert "A <em>sound</em> point." in client.get(answer.headers["Location"]).text


def test_what_an_editor_published_is_on_the_page_at_the_next_request(client: FlaskClient, factory: Factory) -> None:
    article = factory.article("news")
    comment, _token = factory.comment(article, "A sound point.")
    browser = factory.logged_in(factory.editor())
    queue = browser.get("/admin/").text
    assert "A sound point." in queue
    token = queue.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(
        f"/admin/comments/{comment}/decide", data={"csrf_token": token, "decision": "publish", "seen": "pending.1"}
    )
    assert answer.status_code == 303
    assert "A sound point." in client.get("/articles/news").text


def test_sending_leads_to_a_receipt_that_only_its_address_opens(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    token = receipt_token(send(client))
    assert client.get(f"/receipts/{token}").status_code == 200
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert client.get(f"/receipts/{other}").status_code == 404


def test_of_a_receipts_token_only_the_hash_is_stored(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    token = receipt_token(send(client))
    assert factory.ask(sa.select(Receipt.token_hash)) == [token_hash(token)]
    assert token not in everything_stored(factory)


def test_the_answer_to_a_comment_sets_no_cookie_and_is_kept_by_no_cache(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    answer = send(client)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_text_is_stored_beside_the_html_that_was_made_of_it(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    send(client, body="A *sound* point.\x00\u202e", name="  Ann \n Reader ", email=" ann@example.org ")
    (comment,) = factory.ask(sa.select(Comment))
    assert (comment.source, comment.html) == ("A *sound* point.", "<p>A <em>sound</em> point.</p>\n")
    assert (comment.author, comment.email) == ("Ann Reader", "ann@example.org")
    assert comment.status is Status.PENDING


def test_whoever_fills_the_hidden_field_gets_a_receipt_like_any_other(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news")
    caught = send(client, website="https://pills.example", via="203.0.113.1")
    person = send(client, via="203.0.113.2")
    ours, theirs = receipt_of(client, caught), receipt_of(client, person)
    private = "//*[@class='links']"
    for page in (ours, theirs):
        page.find(private)[0].drop_tree()
    assert ours.text() == theirs.text()
    assert factory.ask(sa.select(Comment.status).order_by(Comment.id)) == [Status.SPAM, Status.PENDING]
    against = sa.select(Finding.phase).where(Finding.verdict != Verdict.PUBLISH).order_by(Finding.comment_id)
    assert factory.ask(against) == ["trap", "repeated"]


def test_an_editor_can_publish_what_the_machine_held(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    answer = send(client, website="autofilled by a browser")
    (comment,) = factory.ask(sa.select(Comment.id))
    factory.decide(factory.editor(), comment, "publish")
    assert "A sound point." in Page(client.get("/articles/news")).text("//*[@class='thread']")
    assert "Published" in receipt_of(client, answer).text("//*[@role='status']")


@pytest.mark.parametrize("slug", ["nothing-here", "tomorrow"])
def test_a_comment_on_what_is_not_out_is_refused_with_its_text_given_back(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock, slug: str
) -> None:
    factory.article("tomorrow", published=frozen_clock().replace(day=21))
    page = Page(send(client, slug, body="Words that took some time."))
    assert page.answer.status_code == 404
    assert page.text("//textarea[@readonly]") == "Words that took some time."
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [0]


def test_the_mail_address_is_shown_to_editors_and_to_no_reader(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    answer = send(client, email="ann@example.org")
    editor = factory.editor()
    (comment,) = factory.ask(sa.select(Comment.id))
    assert "ann@example.org" in factory.logged_in(editor).get("/admin/").text
    factory.decide(editor, comment, "publish")
    shown = [answer.headers["Location"], "/articles/news", f"/comments/{comment}/reply", "/feed.atom", "/"]
    assert [path for path in shown if "ann@example.org" in client.get(path).text] == []


@pytest.mark.parametrize(
    ("address", "network"), [("203.0.113.77", "203.0.113"), ("2001:db8:aaaa:bbbb:cccc::77", "2001:db8:aaaa:bbbb")]
)
def test_the_readers_address_is_nowhere_in_the_database(
    client: FlaskClient, factory: Factory, address: str, network: str
) -> None:
    factory.article("news")
    receipt_token(send(client, via=address, body="A sentence to be found by the search below."))
    kept = everything_stored(factory)
    assert "A sentence to be found by the search below." in kept
    assert network not in kept
    (hashed,) = factory.ask(sa.select(Comment.address_hash))
    assert len(bytes.fromhex(hashed)) == 32


def test_another_installation_hashes_the_same_address_otherwise(
    client: FlaskClient, factory: Factory, app_with: Callable[..., Flask]
) -> None:
    factory.article("news")
    other = app_with(secret_key="another")
    send(client, via="203.0.113.77", body="One.")
    send(other.test_client(), via="203.0.113.77", body="Two.")
    assert len(set(factory.ask(sa.select(Comment.address_hash)))) == 2
