"""The same comment sent twice is one comment with two receipts."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.comments.models import Comment, Receipt
from tests.comments.sending import receipt_token, send, send_at_once
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page

HOME = "203.0.113.7"


def comments(factory: Factory) -> int:
    (number,) = factory.ask(sa.select(sa.func.count()).select_from(Comment))
    return int(number)


def test_a_double_click_is_one_comment_and_both_receipts_show_it(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    first, second = (receipt_token(send(client, via=HOME)) for _ in range(2))
    assert first != second
    assert comments(factory) == 1
    assert ["A sound point." in client.get(f"/receipts/{token}").text for token in (first, second)] == [True, True]


def test_two_clicks_at_the_same_moment_are_one_comment(app: Flask, factory: Factory) -> None:
    factory.article("news")
    answers = send_at_once(app, [{"body": "Once."}] * 4, HOME)
    assert len({receipt_token(answer) for answer in answers}) == 4
    assert comments(factory) == 1
    assert factory.ask(sa.select(sa.func.count()).select_from(Receipt)) == [4]


def test_a_retry_after_a_lost_answer_gets_its_receipt_when_the_limit_is_reached(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    for number in range(5):
        send(client, via=HOME, body=f"Letter {number}.")
    assert send(client, via=HOME, body="Letter 5.").status_code == 429
    assert send(client, via=HOME, body="Letter 4.").status_code == 303


def test_a_retry_finds_its_comment_published_by_then(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    send(client, via=HOME)
    (comment,) = factory.ask(sa.select(Comment.id))
    factory.decide(factory.editor(), comment, "publish")
    token = receipt_token(send(client, via=HOME))
    assert "Published" in Page(client.get(f"/receipts/{token}")).text("//*[@role='status']")
    assert comments(factory) == 1


def test_it_is_another_comment_from_another_address_or_after_ten_minutes(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("news")
    send(client, via=HOME)
    send(client, via="203.0.113.8")
    assert comments(factory) == 2
    frozen_clock.advance(minutes=9, seconds=59)
    send(client, via=HOME)
    assert comments(factory) == 2
    frozen_clock.advance(seconds=1)
    send(client, via=HOME)
    assert comments(factory) == 3


def test_it_is_another_comment_under_another_name_article_or_parent(client: FlaskClient, factory: Factory) -> None:
    parent = factory.published(factory.article("news"), editor=factory.editor())
    factory.article("other")
    send(client, via=HOME)
    before = comments(factory)
    send(client, via=HOME, name="Ann B. Reader")
    send(client, "other", via=HOME)
    send(client, via=HOME, parent=str(parent))
    assert comments(factory) == before + 3


def test_one_comment_gets_no_more_than_five_receipts_in_ten_minutes(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert [send(client, via=HOME).status_code for _ in range(7)] == [303] * 5 + [429] * 2
