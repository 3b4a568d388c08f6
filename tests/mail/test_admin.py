"""What an editor is told of the mail, and can do about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.mail.posting import GIVEN_UP
from app.mail.queries import SHOWN
from tests.conftest import FrozenClock
from tests.factories import send_form
from tests.mail.conftest import Paper, PostOffice, letter
from tests.pages import Page
from tests.serving.site import free_port


def browser_of(paper: Paper) -> FlaskClient:
    return paper.factory.logged_in(paper.factory.editor())


def page_of(browser: FlaskClient) -> Page:
    answer = browser.get("/admin/mail")
    assert answer.status_code == 200
    return Page(answer)


def give_up(paper: Paper, office: PostOffice, *addresses: str) -> None:
    """Letters to these addresses are refused for good."""
    office.answers |= dict.fromkeys(addresses, "550 5.1.1 no such person")
    paper.post(*(letter(f"to {address}", to=address) for address in addresses))
    paper.work()


def try_again(browser: FlaskClient, *ids: object) -> Page:
    answer = send_form(browser, "/admin/mail/again", {"ids": list(ids)}, from_page="/admin/mail")
    assert (answer.status_code, answer.location) == (303, "/admin/mail")
    return page_of(browser)


def test_the_page_says_by_which_server_letters_leave_and_nothing_of_how_it_is_entered(
    paper_of: Callable[..., Paper],
) -> None:
    browser = browser_of(paper_of(url="smtp://someone:s3cret@mail.example:2525"))
    for path in ("/admin/mail", "/admin/account"):
        page = browser.get(path)
        assert "E-mails leave by mail.example." in page.text
        assert "None waits." in page.text
        assert "s3cret" not in page.text
        assert "someone" not in page.text


def test_the_page_says_that_no_mail_server_is_set(paper_of: Callable[..., Paper]) -> None:
    browser = browser_of(paper_of())
    assert "No mail server is set, so e-mails reach nobody" in page_of(browser).text()
    assert "No mail server is set" in browser.get("/admin/account").text


def test_the_account_page_leads_to_the_mail(browser: FlaskClient) -> None:
    assert Page(browser.get("/admin/account")).link("//a[contains(., 'mail')]") == "/admin/mail"


def test_letters_that_wait_are_counted_with_their_date_and_the_reason(
    paper_of: Callable[..., Paper], frozen_clock: FrozenClock
) -> None:
    paper = paper_of(free_port())
    browser = browser_of(paper)
    paper.post(letter("one"))
    paper.post(letter("not yet"), hours=3)
    assert "One e-mail waits, since 20 November 2026, 10:00." in page_of(browser).text()
    frozen_clock.advance(minutes=30)
    paper.post(letter("two"))
    paper.work()
    slip = page_of(browser).text("//*[@class='slip']")
    assert slip == (
        "2 e-mails wait, the first since 20 November 2026, 10:00. 127.0.0.1 could not be reached: Connection refused. "
        "Next try 20 November 2026, 10:32; none is lost."
    )
    assert "2 e-mails wait, the first since" in browser.get("/admin/account").text


def test_a_letter_that_was_given_up_is_shown_with_the_reason_and_tried_again_on_demand(
    paper: Paper, office: PostOffice
) -> None:
    browser = browser_of(paper)
    give_up(paper, office, "ann@example.org")
    row = page_of(browser).text("//section//li")
    for words in (
        "ann@example.org",
        "Your comment is published",
        "550 5.1.1 no such person",
        "20 November 2026, 10:00",
    ):
        assert words in row
    assert "One could not be delivered." in browser.get("/admin/account").text

    office.answers.clear()
    page = try_again(browser, page_of(browser).attribute("//section//button[@name='ids']", "value"))
    assert "1 e-mail is tried again." in page.text()
    assert "ann@example.org" not in page.text()
    paper.work()
    assert [envelope.rcpt_tos for envelope in office.envelopes] == [["ann@example.org"]]


def test_all_letters_that_were_given_up_can_be_tried_again_at_once(paper: Paper, office: PostOffice) -> None:
    browser = browser_of(paper)
    give_up(paper, office, "ann@example.org", "bob@example.org", "cleo@example.org")
    ids = [field.get("value") for field in page_of(browser).find("//section/form//input[@name='ids']")]
    assert len(ids) == 3
    assert "3 e-mails are tried again." in try_again(browser, *ids).text()
    assert paper.jobs(GIVEN_UP) == []


def test_of_many_letters_that_were_given_up_the_last_are_shown(
    paper: Paper, office: PostOffice, frozen_clock: FrozenClock
) -> None:
    browser = browser_of(paper)
    give_up(paper, office, "first@example.org")
    frozen_clock.advance(hours=1)
    give_up(paper, office, *(f"reader-{number}@example.org" for number in range(SHOWN)))
    page = page_of(browser)
    assert len(page.find("//section//li")) == SHOWN
    assert "The last 50 of 51." in page.text()
    assert "first@example.org" not in page.text()


def test_what_is_no_such_letter_is_not_tried_again(paper: Paper, office: PostOffice) -> None:
    browser = browser_of(paper)
    paper.post(letter(), hours=1)
    give_up(paper, office, "ann@example.org")
    waiting = paper.jobs()[0]
    page = try_again(browser, waiting.id, 4711, 2**31, "-1", "x", "")
    assert "0 e-mails are tried again." in page.text()
    assert paper.jobs()[0].run_at == waiting.run_at
    assert len(paper.jobs(GIVEN_UP)) == 1


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "\u202eevil", "x" * 5000])
def test_what_a_server_or_a_letter_says_is_no_markup(paper: Paper, office: PostOffice, words: str) -> None:
    browser = browser_of(paper)
    office.answers["ann@example.org"] = f"550 {words}"[:400].encode("ascii", "replace").decode()
    paper.post(letter(subject=words))
    paper.work()
    page = page_of(browser)
    assert not page.find("//script")
    assert "did not take the address" in page.text()
