"""Mail about what is decided on a comment."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app.core.jobs import Job
from app.following.models import Follow
from app.moderation.models import Outcome
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.following.mailbox import confirm, words
from tests.receipts.conftest import Author, Editors, work


def ask(author: Author) -> None:
    assert author.post("follow", email="ann@example.org", kind="decision").status_code == 303


def letters(app: Flask) -> list[EmailMessage]:
    """What has been mailed so far, the newest last."""
    work(app)
    folder = Path(app.instance_path) / "outbox"
    files = sorted(folder.glob("*.eml"), key=lambda file: (file.name[:16], file.stat().st_mtime_ns))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def confirmed(author: Author) -> None:
    """Asks for mail and presses the button to which the letter leads."""
    ask(author)
    confirm(author.client, letters(author.factory.app)[-1])


def test_a_decision_is_mailed_a_minute_later_with_its_reason(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "reject", rule=3, note="Leave out <the> name.")
    frozen_clock.advance(seconds=59)
    assert len(letters(app)) == 1
    frozen_clock.advance(seconds=1)
    _confirmation, letter = letters(app)
    assert letter["Subject"] == "Not published: your comment on “About news”"
    assert letter["References"] == _confirmation["References"]
    text = words(letter)
    assert "Not published, under house rule 3: Respect privacy." in text
    assert "The editor adds: “Leave out <the> name.”" in text
    assert "You may appeal once, until 20 December 2026, 10:00." in text
    assert "We keep no copy of that address." in text
    assert author.token not in letter.as_string()
    assert len(letters(app)) == 2


def test_what_is_published_is_linked(app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock) -> None:
    confirmed(author)
    editors.decide(author, "publish", note="")
    frozen_clock.advance(seconds=60)
    letter = letters(app)[-1]
    assert letter["Subject"] == "Published: your comment on “About news”"
    assert f"{BASE_URL}/comments/{author.id}\n" in words(letter)
    assert "The editor adds" not in words(letter)


def test_a_returned_comment_comes_with_what_to_change(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "return", note="Give a source.")
    frozen_clock.advance(seconds=60)
    letter = letters(app)[-1]
    assert letter["Subject"] == "Returned to you for a change: your comment on “About news”"
    assert "The editor adds: “Give a source.”" in words(letter)


def test_of_a_decision_undone_within_a_minute_nobody_hears(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "reject")
    frozen_clock.advance(seconds=50)
    editors.undo(author)
    frozen_clock.advance(minutes=5)
    assert len(letters(app)) == 1
    editors.decide(author, "publish")
    frozen_clock.advance(seconds=60)
    assert [letter["Subject"].partition(":")[0] for letter in letters(app)] == ["Please confirm", "Published"]


def test_of_two_decisions_within_a_minute_the_last_is_mailed(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "reject")
    frozen_clock.advance(seconds=30)
    editors.decide(author, "publish")
    frozen_clock.advance(seconds=30)
    assert len(letters(app)) == 1
    frozen_clock.advance(seconds=30)
    assert [letter["Subject"].partition(":")[0] for letter in letters(app)] == ["Please confirm", "Published"]


def test_a_decision_that_an_undo_brings_back_is_not_mailed_again(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "reject")
    frozen_clock.advance(minutes=2)
    work(app)
    editors.decide(author, "publish")
    editors.undo(author)
    for file in (Path(app.instance_path) / "outbox").iterdir():
        file.unlink()
    frozen_clock.advance(minutes=2)
    assert letters(app) == []


def test_the_answer_to_an_appeal_is_mailed_with_its_reason(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "reject")
    frozen_clock.advance(minutes=2)
    letters(app)
    author.appeal()
    editors.answer(author, Outcome.DISMISSED, "It names a person.")
    frozen_clock.advance(minutes=2)
    dismissed = letters(app)[-1]
    assert dismissed["Subject"] == "Appeal dismissed: your comment on “About news”"
    assert "The reason: “It names a person.”" in words(dismissed)
    assert len(letters(app)) == 3


def test_an_appeal_upheld_is_mailed_once(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "reject")
    author.appeal()
    confirmed(author)
    editors.answer(author, Outcome.UPHELD, "We misread it.")
    assert author.factory.ask(sa.select(Job.kind).where(Job.kind == "tell a follower")) == ["tell a follower"]
    frozen_clock.advance(minutes=2)
    _confirmation, upheld = letters(app)
    assert upheld["Subject"] == "Appeal upheld, and published: your comment on “About news”"
    assert words(upheld).startswith(
        "You were right. Published 20 November 2026, 10:00; the first decision stays on record."
    )
    assert "The reason: “We misread it.”" in words(upheld)


def test_who_confirms_after_the_decision_is_told_of_it(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    ask(author)
    (letter,) = letters(app)
    editors.decide(author, "publish")
    frozen_clock.advance(hours=3)
    confirm(author.client, letter)
    frozen_clock.advance(seconds=60)
    assert letters(app)[-1]["Subject"] == "Published: your comment on “About news”"


def test_who_stops_between_the_decision_and_its_letter_gets_none(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "publish")
    (follow,) = author.factory.ask(sa.select(Follow))
    with app.app_context():
        stop_path = follow.stop_path
    author.client.post(stop_path)
    frozen_clock.advance(minutes=2)
    assert len(letters(app)) == 1


def test_without_a_confirmed_follower_a_decision_asks_for_no_job(
    author: Author, editors: Editors, factory: Factory
) -> None:
    ask(author)
    editors.decide(author, "publish")
    assert factory.ask(sa.select(Job.kind).where(Job.kind == "tell a follower")) == []


def test_a_decision_undone_while_the_letter_waits_for_the_mail_server_is_not_mailed(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    outbox = Path(app.instance_path) / "outbox"
    outbox.rename(outbox.with_name("away"))
    outbox.write_text("no folder")
    editors.decide(author, "reject")
    frozen_clock.advance(seconds=60)
    work(app)
    assert len(factory.ask(sa.select(Job).where(Job.kind == "mail"))) == 1
    editors.undo(author)
    outbox.unlink()
    frozen_clock.advance(hours=1)
    assert letters(app) == []
