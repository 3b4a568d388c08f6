"""A reader's mailbox: what arrived there, and the links in it."""

from __future__ import annotations

import re
from email.message import EmailMessage

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages import Page


def words(letter: EmailMessage, form: str = "plain") -> str:
    part = letter.get_body((form,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def page_in(letter: EmailMessage) -> str:
    """The path of the address's own page."""
    return _link(letter, r"/follows/\d+/\S+")


def stop_in(letter: EmailMessage) -> str:
    """The path that stops what the letter is about, and no more."""
    return _link(letter, r"/follows/\S+/stop")


def confirm(client: FlaskClient, letter: EmailMessage) -> TestResponse:
    """Presses each button that the page behind the letter's link shows for what waits."""
    path = page_in(letter)
    for waiting in Page(client.get(path)).find("//section[@aria-labelledby='waiting']//button"):
        answer = client.post(f"{path}/confirm", data={"follow": waiting.get("value")})
        assert answer.status_code == 303
    return client.get(path)


def _link(letter: EmailMessage, pattern: str) -> str:
    (path,) = re.findall(rf"^https?://[^/\s]+({pattern})$", words(letter), re.MULTILINE)
    return str(path)
