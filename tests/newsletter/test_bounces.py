"""Bounces and complaints, as mail servers send them and as anyone may forge them."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.queries import Identity
from app.core.db import db
from app.newsletter.bounces import envelope_sender
from app.newsletter.models import Subscription
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory
from tests.following.conftest import Post
from tests.mail.conftest import PostOffice
from tests.newsletter.readers import statuses, stop_url, subscribe, subscriptions
from tests.newsletter.returned import EXIM, QMAIL, bounce, complaint, in_words

NOT_CLEAR = "1 messages: 0 bounced for good, 0 for now, 0 complaints, 1 of nobody or nothing"


def take_in(post: Post, *messages: bytes) -> str:
    """Pipes each message to the command, as a mail server does. Returns what the last one said."""
    said = ""
    for message in messages:
        answer = post.app.test_cli_runner().invoke(args=["newsletter", "bounces", "-"], input=message)
        assert answer.exit_code == 0, answer.output
        said = answer.output.strip()
    return said


@pytest.fixture
def link(post: Post) -> str:
    """That stops the newsletter to ann@example.org, who gets it."""
    return stop_url(post, subscribe(post))


def test_an_address_that_does_not_exist_gets_nothing_more(post: Post, link: str) -> None:
    assert take_in(post, bounce("5.1.1", link)).startswith("1 messages: 1 bounced for good")
    assert statuses(post) == ["bounced"]
    assert post.follows()[0].stopped_at is not None
    assert take_in(post, bounce("5.1.1", link)).startswith("1 messages: 1 bounced for good")
    assert statuses(post) == ["bounced"]


def test_a_full_mailbox_ends_it_when_it_stays_full(post: Post, link: str) -> None:
    for day, status in enumerate(["5.2.2", "4.2.2", "5.7.1", "4.4.7"]):
        take_in(post, bounce(status, link), bounce(status, link))
        assert (statuses(post), subscriptions(post)[0].soft_bounces) == (["confirmed"], day + 1)
        post.clock.advance(days=1)
    take_in(post, bounce("5.2.2", link))
    assert statuses(post) == ["bounced"]


@ON_SQLITE
def test_soft_bounces_far_apart_do_not_add_up(post: Post, link: str) -> None:
    # 5.1.8 finds fault with the sender, whatever becomes of the address.
    for status in ("4.2.2", "5.1.8") * 3:
        take_in(post, bounce(status, link))
        post.clock.advance(days=31)
    assert (statuses(post), subscriptions(post)[0].soft_bounces) == (["confirmed"], 1)


def test_a_complaint_ends_it_at_once(post: Post, link: str) -> None:
    assert "1 complaints" in take_in(post, complaint(link))
    assert statuses(post) == ["complained"]
    assert subscriptions(post)[0].ended_at == post.clock.time


@ON_SQLITE
def test_what_is_no_failure_changes_nothing(post: Post, link: str) -> None:
    harmless = [
        bounce("4.4.1", link, action="delayed"),
        bounce("2.0.0", link, action="delivered"),
        bounce("2.1.5", link),
        complaint(link, kind="not-spam"),
        b"From: ann@example.org\r\nSubject: Out of office\r\n\r\n" + link.encode(),
        b"",
    ]
    for message in harmless:
        assert take_in(post, message) == NOT_CLEAR
    assert (statuses(post), subscriptions(post)[0].soft_bounces) == (["confirmed"], 0)


@ON_SQLITE
def test_who_knows_only_the_address_can_end_nothing(post: Post, link: str) -> None:
    forged = [
        bounce("5.1.1", "https://broadsheet.test/follows/" + "x" * 22 + "/stop"),
        bounce("5.1.1", to="bounces+1-0123456789abcdef@broadsheet.test"),
        bounce("5.1.1", to="bounces+99999999999-0123456789abcdef@broadsheet.test"),
        bounce("5.1.1", text=f"What was passed on: {link}"),
        complaint(mail_from="bounces+1-0123456789abcdef@broadsheet.test"),
    ]
    for message in forged:
        assert take_in(post, message) == NOT_CLEAR
    assert statuses(post) == ["confirmed"]


@ON_SQLITE
def test_headers_alone_are_enough(post: Post, link: str) -> None:
    take_in(post, bounce("5.1.1", link, original="text/rfc822-headers"))
    assert statuses(post) == ["bounced"]


@ON_SQLITE
def test_what_qmail_and_exim_say_in_words_counts_by_the_same_proof(post: Post, link: str) -> None:
    unclear = "Full. (#5.2.2)", "550 No such user", "550 5.1.1 Nobody: 451 4.7.1 wait", "550 5.1.8 Who are you?"
    unknown = "https://broadsheet.test/follows/" + "x" * 22 + "/stop"
    for form in (QMAIL, EXIM):
        for reason in unclear:
            post.clock.advance(days=40)
            assert "0 bounced for good, 1 for now" in take_in(post, in_words(form, reason, link))
        gone = in_words(form, "Sorry, no mailbox here by that name. (#5.1.1)", link)
        for message in (
            in_words(form, "(#5.1.1)", unknown, text=f"What was sent: {link}"),
            gone.replace(b"copy of the message", b"text of it"),
            gone.replace(b"Hi. This is the", b"I am away. Hi.").replace(b"X-Failed-Recipients", b"X-Seen-By"),
            b"Content-Type: text/html\n" + gone,
        ):
            assert take_in(post, message) == NOT_CLEAR
    assert statuses(post) == ["confirmed"]
    for form in (QMAIL, EXIM):
        message = in_words(form, "Sorry, no mailbox here by that name. (#5.1.1)", link)
        assert "1 bounced for good" in take_in(post, message.replace(b"\n", b"\r\n"))
    assert statuses(post) == ["bounced"]


@ON_SQLITE
@pytest.mark.parametrize("report", ["to", "original sender"])
def test_the_mark_in_the_envelope_is_enough(
    app_with: Callable[..., Flask],
    office: PostOffice,
    frozen_clock: FrozenClock,
    edith: Identity,
    report: str,
) -> None:
    app = app_with(smtp_url=f"smtp://127.0.0.1:{office.port}", bounces_to="bounces@broadsheet.test")
    post = Post(app, office, frozen_clock, app.test_client(), Factory(app), edith)
    subscription = subscribe(post)
    with app.app_context():
        sender = envelope_sender(subscription)
    assert sender.startswith(f"bounces+{subscription.id}-")
    take_in(post, bounce("5.1.1", to=sender.upper()) if report == "to" else complaint(mail_from=sender))
    assert statuses(post) == ["bounced" if report == "to" else "complained"]


@ON_SQLITE
def test_without_an_address_of_its_own_what_comes_back_comes_to_the_sender(post: Post) -> None:
    subscription = subscribe(post)
    with post.app.app_context():
        assert envelope_sender(subscription) == "broadsheet@broadsheet.test"


@ON_SQLITE
def test_files_mboxes_and_maildirs_are_read(post: Post, tmp_path: Path) -> None:
    links: dict[str, str] = {}
    for name in ("ann", "ben", "cleo", "dora"):
        links[name] = stop_url(post, subscribe(post, f"{name}@example.org", f"203.0.113.{len(links)}"))
    file = tmp_path / "one.eml"
    file.write_bytes(bounce("5.1.1", links["ann"]))
    mbox = tmp_path / "mbox"
    begins = b"From MAILER-DAEMON Fri Nov 20 10:00:00 2026\n"
    mbox.write_bytes(begins + bounce("5.1.1", links["ben"]) + b"\n" + begins + complaint(links["cleo"]))
    maildir = tmp_path / "Maildir"
    for folder in ("new", "cur", "tmp"):
        (maildir / folder).mkdir(parents=True)
    (maildir / "new" / "1.host").write_bytes(bounce("5.1.1", links["dora"]))
    command = ["newsletter", "bounces", str(file), str(mbox), str(maildir)]
    answer = post.app.test_cli_runner().invoke(args=command)
    assert answer.output.strip() == "4 messages: 3 bounced for good, 0 for now, 1 complaints, 0 of nobody or nothing"
    assert statuses(post) == ["bounced", "bounced", "complained", "bounced"]
    assert [file.name for file in maildir.rglob("*.host*")] == ["1.host:2,S"]


@ON_SQLITE
def test_no_message_makes_it_fail(post: Post, link: str) -> None:
    """Reports cut, shuffled and nested by a seeded chance, and the worst that one could think of."""
    chance = random.Random(6)
    whole = [bounce("5.1.1", "https://broadsheet.test/follows/" + "x" * 22 + "/stop"), complaint()]
    whole += [in_words(form, "(#5.1.1)") for form in (QMAIL, EXIM)]
    messages = [
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\nContent-Type: message/delivery-status\n\n" * 3_000,
        b"Content-Type: multipart/report\n\n",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\n\xff\xfe\n--b--",
        b"".join(b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
        b"Content-Type: message/rfc822\n\n" * 5_000,
        b"\0" * 100_000,
        b"From x 2026\n" * 100,
        b"Content-Type: multipart/report; charset==?utf-8?b?//8=?=; boundary=\xff\n\n",
    ]
    for _time in range(60):
        broken = bytearray(chance.choice(whole))
        for _change in range(8):
            place = chance.randrange(len(broken))
            broken[place : place + chance.randrange(40)] = chance.randbytes(chance.randrange(8))
        messages.append(bytes(broken))
    for message in messages:
        take_in(post, message)
    assert statuses(post) == ["confirmed"]


@ON_SQLITE
def test_a_database_that_is_away_has_the_mail_server_try_again(post: Post, link: str) -> None:
    with post.app.app_context(), db.engine.connect() as connection:
        writing = connection.execution_options(writes=True)
        writing.execute(sa.select(sa.func.count()).select_from(Subscription))
        answer = post.app.test_cli_runner().invoke(args=["newsletter", "bounces", "-"], input=bounce("5.1.1", link))
    assert answer.exit_code == 75
    assert statuses(post) == ["confirmed"]


@ON_SQLITE
def test_an_address_for_bounces_has_to_be_one(post: Post) -> None:
    config = dataclasses.replace(post.app.config["BROADSHEET"], bounces_to="nonsense")
    with pytest.raises(ValueError, match="BOUNCES_TO"):
        config.completed()
