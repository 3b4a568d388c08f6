"""Five comments in ten minutes from one address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.comments.models import Comment
from tests.comments.sending import receipt_token, send, send_at_once
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page

HOME = "203.0.113.7"
ELSEWHERE = "203.0.113.8"


@pytest.fixture(autouse=True)
def article(factory: Factory) -> None:
    factory.article("news")


def use_up(client: FlaskClient, via: str = HOME) -> None:
    for number in range(5):
        receipt_token(send(client, via=via, body=f"Letter {number} from {via}."))


def taken(client: FlaskClient, via: str) -> bool:
    """Whether one more comment is taken, and not refused as too many."""
    status = send(client, via=via, body=f"One more from {via}.").status_code
    assert status in {303, 429}
    return status == 303


def test_the_sixth_in_ten_minutes_comes_back_with_a_word_on_when_to_send_it(
    client: FlaskClient, frozen_clock: FrozenClock
) -> None:
    send(client, via=HOME, body="The first.")
    frozen_clock.advance(minutes=2)
    for number in range(4):
        send(client, via=HOME, body=f"Letter {number}.")
    frozen_clock.advance(minutes=1)
    page = Page(send(client, via=HOME, body="The sixth.", email="ann@example.org"))
    assert page.answer.status_code == 429
    assert page.answer.headers["Retry-After"] == str(7 * 60)
    assert page.text("//*[@role='alert']") == (
        "Five comments in ten minutes is our limit. Yours is below; send it after 10:11."
    )
    assert (page.field("body").strip(), page.field("email")) == ("The sixth.", "ann@example.org")


def test_it_is_taken_when_retry_after_has_passed_and_not_a_second_earlier(
    client: FlaskClient, frozen_clock: FrozenClock
) -> None:
    use_up(client)
    seconds = int(send(client, via=HOME, body="The sixth.").headers["Retry-After"])
    frozen_clock.advance(seconds=seconds - 1)
    assert not taken(client, HOME)
    frozen_clock.advance(seconds=1)
    assert taken(client, HOME)


def test_what_is_refused_does_not_count(client: FlaskClient, frozen_clock: FrozenClock) -> None:
    use_up(client)
    frozen_clock.advance(minutes=9)
    assert not any(taken(client, HOME) for _ in range(5))
    frozen_clock.advance(minutes=1)
    assert taken(client, HOME)


def test_another_address_is_not_affected(client: FlaskClient) -> None:
    use_up(client)
    assert not taken(client, HOME)
    assert taken(client, ELSEWHERE)


def test_the_limit_holds_for_all_articles_together(client: FlaskClient, factory: Factory) -> None:
    factory.article("other")
    use_up(client)
    assert send(client, "other", via=HOME).status_code == 429


def test_addresses_of_one_ipv6_household_count_as_one(client: FlaskClient) -> None:
    for number in range(5):
        receipt_token(send(client, via=f"2001:db8:1:2:{number}::1", body=f"Letter {number}."))
    assert not taken(client, "2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert taken(client, "2001:db8:1:3::1")


def test_an_ipv4_address_is_the_same_written_as_ipv6(client: FlaskClient) -> None:
    use_up(client)
    assert not taken(client, f"::ffff:{HOME}")


def test_what_stands_left_of_the_trusted_proxys_entry_is_ignored(client: FlaskClient) -> None:
    use_up(client)
    assert not taken(client, f"198.51.100.1, {HOME}")
    assert taken(client, f"{HOME}, {ELSEWHERE}")


def test_without_a_trusted_proxy_the_header_is_ignored(app_with: Callable[..., Flask]) -> None:
    client = app_with(trusted_proxies=0).test_client()
    for number in range(5):
        receipt_token(send(client, via=f"198.51.100.{number}", body=f"Letter {number}."))
    assert not taken(client, ELSEWHERE)


def test_with_two_proxies_the_entry_before_the_nearest_counts(app_with: Callable[..., Flask]) -> None:
    client = app_with(trusted_proxies=2).test_client()
    use_up(client, f"{HOME}, 10.0.0.1")
    assert not taken(client, f"198.51.100.1, {HOME}, 10.0.0.2")
    assert taken(client, f"{HOME}, {ELSEWHERE}, 10.0.0.1")


def test_the_limit_holds_over_several_processes(client: FlaskClient, app_with: Callable[..., Flask]) -> None:
    """Two applications share nothing but the database, as two processes do."""
    use_up(client)
    assert not taken(app_with().test_client(), HOME)


def test_twelve_sent_at_once_are_five(app: Flask, factory: Factory) -> None:
    answers = send_at_once(app, [{"body": f"Letter {number}."} for number in range(12)], HOME)
    assert sorted(answer.status_code for answer in answers) == [303] * 5 + [429] * 7
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [5]
