"""Readers with mailboxes at a real mail server, and the site that writes to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.following.models import Follow
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.following import mailbox
from tests.mail.conftest import PostOffice, office
from tests.receipts.conftest import Author, Editors, author, editors

__all__ = ["Author", "Editors", "author", "editors", "office"]

HOME = "203.0.113.7"


@dataclass
class Post:
    """The mail server, and the jobs process that posts letters to it."""

    app: Flask
    office: PostOffice
    clock: FrozenClock
    client: FlaskClient
    factory: Factory
    edith: Identity

    def work(self) -> None:
        answer = self.app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
        assert answer.exit_code == 0, answer.output

    def letters(self, to: str = "ann@example.org", **later: float) -> list[EmailMessage]:
        """What has arrived at an address after so long, the newest last."""
        self.clock.advance(**later)
        self.work()
        return [letter for letter in self.office.letters if letter["To"] == to]

    def news(self, to: str = "ann@example.org", **later: float) -> list[EmailMessage]:
        """Of those, the ones that tell what others wrote."""
        return [letter for letter in self.letters(to, **later) if letter["Subject"].startswith("Re: ")]

    def ask(self, path: str, email: str = "ann@example.org", via: str = HOME, **fields: str) -> TestResponse:
        return self.client.post(f"{path}/follow", data={"email": email, **fields}, headers={"X-Forwarded-For": via})

    def follow(self, path: str, email: str = "ann@example.org", **fields: str) -> EmailMessage:
        """Asks for mail and presses the button to which the letter leads. Returns that letter."""
        assert self.ask(path, email, **fields).status_code == 303
        letter = self.letters(email)[-1]
        assert mailbox.confirm(self.client, letter).status_code == 200
        return letter

    def publish(self, article: int, text: str, **fields: object) -> int:
        return self.factory.published(article, text, editor=self.edith, **fields)  # type: ignore[arg-type]

    def follows(self) -> list[Follow]:
        return self.factory.ask(sa.select(Follow).order_by(Follow.id))


@pytest.fixture
def post(app_with: Callable[..., Flask], office: PostOffice, frozen_clock: FrozenClock, edith: Identity) -> Post:
    app = app_with(smtp_url=f"smtp://127.0.0.1:{office.port}")
    return Post(app, office, frozen_clock, app.test_client(), Factory(app), edith)


@pytest.fixture
def news(factory: Factory) -> int:
    """An article, at /articles/news."""
    return factory.article("news")
