"""Mail about what is decided on a comment: asked for, confirmed, sent, stopped."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.jobs import Job
from app.following.models import Follow
from app.moderation.models import Outcome
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.receipts.conftest import Author, Editors, work

PROBLEM = "//div[@class='summary'][@role='alert']"
HOME = "203.0.113.7"


def ask(author: Author, email: str = "ann@example.org", via: str = HOME) -> TestResponse:
    headers = {"X-Forwarded-For": via}
    return author.client.post(f"{author.path}/follow", data={"email": email}, headers=headers)


def letters(app: Flask) -> list[EmailMessage]:
    """What has been mailed so far, the newest last."""
    work(app)
    folder = Path(app.instance_path) / "outbox"
    files = sorted(folder.glob("*.eml"), key=lambda file: (file.name[:16], file.stat().st_mtime_ns))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def words(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(letter: EmailMessage) -> str:
    """The path to which the letter's own link leads."""
    (path,) = re.findall(rf"^{BASE_URL}(/follows/\S+)$", words(letter), re.MULTILINE)
    return str(path)


def confirmed(author: Author, email: str = "ann@example.org", via: str = HOME) -> None:
    """Asks for mail and presses the button to which the letter leads."""
    assert ask(author, email, via).status_code == 303
    path = link_in(letters(author.factory.app)[-1])
    assert author.client.post(path).status_code == 303


def test_the_form_holds_the_address_that_came_with_the_comment(author: Author) -> None:
    assert author.receipt().field("email") == "ann@example.org"


def test_the_one_letter_before_confirming_holds_nothing_that_a_reader_wrote(app: Flask, author: Author) -> None:
    assert ask(author).headers["Location"] == author.path
    (letter,) = letters(app)
    assert letter["To"] == "ann@example.org"
    assert letter["Subject"] == "Please confirm: mail about a comment on “About news”"
    assert words(letter).startswith(
        "Someone, we hope you, asked us to mail here what an editor decides on a comment on “About news”."
    )
    assert "Confirm, or do nothing and we won’t write again." in words(letter)
    assert not re.search("Ann Reader|sound point|receipts", letter.as_string())


def test_opening_the_link_asks_and_only_the_button_confirms(app: Flask, author: Author, factory: Factory) -> None:
    ask(author)
    path = link_in(letters(app)[-1])
    page = Page(author.client.get(path))
    assert page.text("//*[@role='status']").startswith("Someone, we hope you, asked us to mail to ann@example.org")
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert factory.ask(sa.select(Follow.confirmed_at)) == [None]
    done = Page(author.client.post(path, follow_redirects=True))
    assert done.text("//*[@role='status']") == (
        "Confirmed 20 November 2026, 10:00: what an editor decides is mailed to ann@example.org."
    )
    assert factory.ask(sa.select(Follow.confirmed_at)) != [None]
    assert author.client.get(f"/follows/{'x' * 22}").status_code == 404


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
    assert letter["In-Reply-To"] == _confirmation["Message-ID"]
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


def test_an_address_that_was_not_confirmed_hears_nothing_more(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock, factory: Factory
) -> None:
    ask(author)
    editors.decide(author, "reject")
    frozen_clock.advance(minutes=5)
    assert len(letters(app)) == 1
    frozen_clock.advance(days=30)
    letters(app)
    assert factory.ask(sa.select(Follow)) == []


def test_who_confirms_after_the_decision_is_told_of_it(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    ask(author)
    path = link_in(letters(app)[-1])
    editors.decide(author, "publish")
    frozen_clock.advance(hours=3)
    author.client.post(path)
    frozen_clock.advance(seconds=60)
    assert letters(app)[-1]["Subject"] == "Published: your comment on “About news”"


def test_each_letter_can_be_stopped_by_a_link_and_by_the_mail_program_itself(
    app: Flask, client: FlaskClient, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "reject")
    frozen_clock.advance(seconds=60)
    letter = letters(app)[-1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = str(letter["List-Unsubscribe"]).strip("<>").removeprefix(BASE_URL)
    assert stop == link_in(letter)
    page = Page(client.get(stop))
    assert page.text("//main//button") == "Stop the letters"
    answer = client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Page(answer).text("//*[@role='status']") == "We mail nothing about this comment to ann@example.org."
    assert client.post(stop).status_code == 200
    editors.decide(author, "publish")
    frozen_clock.advance(minutes=5)
    assert len(letters(app)) == 2


def test_who_stops_between_the_decision_and_its_letter_gets_none(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    editors.decide(author, "publish")
    author.client.post(f"{link_in(letters(app)[-1])}/stop")
    frozen_clock.advance(minutes=2)
    assert len(letters(app)) == 1


def test_looking_at_the_page_that_stops_the_letters_stops_none(
    app: Flask, client: FlaskClient, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    client.get(f"{link_in(letters(app)[-1])}/stop")
    editors.decide(author, "publish")
    frozen_clock.advance(seconds=60)
    assert len(letters(app)) == 2


def test_an_address_gets_one_letter_to_confirm_in_a_day_however_it_is_written(
    app: Flask, author: Author, factory: Factory, client: FlaskClient, frozen_clock: FrozenClock
) -> None:
    other = Author(factory, client, *factory.comment(1, "Another."))
    ask(author)
    frozen_clock.advance(hours=1)
    for who, via in [(author, HOME), (other, "203.0.113.8")]:
        page = Page(ask(who, "ANN@example.org", via))
        assert (page.answer.status_code, page.answer.headers["Retry-After"]) == (429, str(23 * 3600))
        assert page.text(PROBLEM) == (
            "A letter that asks for confirmation went to that address today. "
            "The next can go after 21 November 2026, 10:01."
        )
        assert page.field("email") == "ANN@example.org"
    assert len(letters(app)) == 1
    frozen_clock.advance(hours=23)
    assert ask(author).status_code == 303
    assert len(letters(app)) == 2
    assert len(factory.ask(sa.select(Follow))) == 1


def test_stopping_does_not_bring_another_letter_on_the_same_day(app: Flask, author: Author) -> None:
    ask(author)
    author.client.post(f"{link_in(letters(app)[-1])}/stop")
    assert ask(author).status_code == 429


def test_one_sender_asks_for_five_letters_a_day(
    app: Flask, author: Author, factory: Factory, frozen_clock: FrozenClock
) -> None:
    for number in range(5):
        assert ask(author, f"reader{number}@example.org").status_code == 303
    page = Page(ask(author, "reader5@example.org"))
    assert page.answer.status_code == 429
    assert page.text(PROBLEM) == (
        "Five addresses in a day is our limit. Give the next one after 21 November 2026, 10:01."
    )
    assert ask(author, "reader5@example.org", via="203.0.113.8").status_code == 303
    frozen_clock.advance(days=1)
    assert ask(author, "reader6@example.org").status_code == 303
    assert len(letters(app)) == 7


def test_asking_again_for_what_is_confirmed_sends_nothing(
    app: Flask, author: Author, frozen_clock: FrozenClock
) -> None:
    confirmed(author)
    frozen_clock.advance(days=2)
    assert ask(author).status_code == 303
    assert len(letters(app)) == 1
    assert "Confirmed 20 November 2026, 10:00" in author.receipt().text("//section[@aria-labelledby='mail']")


def test_what_is_no_address_comes_back(app: Flask, author: Author) -> None:
    for email, complaint in [
        ("", "Give an e-mail address."),
        ("nonsense", "That is not an e-mail address we can write to. It looks like name@example.org."),
        ("a@example.org\r\nBcc: b@example.org", "That is not an e-mail address we can write to."),
        ("änn@example.org", "That is not an e-mail address we can write to."),
        ("x" * 300 + "@example.org", "An e-mail address takes"),
    ]:
        page = Page(ask(author, email))
        assert page.answer.status_code == 422
        assert page.error_at("email").startswith(complaint)
    assert letters(app) == []


def test_without_a_confirmed_follower_a_decision_asks_for_no_job(
    author: Author, editors: Editors, factory: Factory
) -> None:
    ask(author)
    editors.decide(author, "publish")
    assert factory.ask(sa.select(Job.kind).where(Job.kind == "tell a follower")) == []
