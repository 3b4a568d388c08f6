"""The author of a comment before its receipt, and the editors who decide on it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.comments.models import Comment, Status
from app.moderation.models import Outcome
from tests.factories import Factory
from tests.moderation.conftest import Desk
from tests.pages import Page

STATE = "//div[@class='slip'][@role='status']"


@dataclass
class Author:
    """One who has sent a comment, and holds its receipt."""

    factory: Factory
    client: FlaskClient
    id: int
    token: str

    @property
    def path(self) -> str:
        return f"/receipts/{self.token}"

    def receipt(self) -> Page:
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        return Page(answer)

    def told(self) -> str:
        """What the receipt says in its slip."""
        return self.receipt().text(STATE)

    def post(self, what: str, **fields: str) -> TestResponse:
        return self.client.post(f"{self.path}/{what}", data=fields)

    def edit(self, text: str) -> TestResponse:
        return self.post("edit", body=text)

    def appeal(self, text: str = "It argues with the point, not with the man.") -> TestResponse:
        return self.post("appeal", appeal=text)

    def comment(self) -> Comment:
        (comment,) = self.factory.ask(sa.select(Comment).where(Comment.id == self.id))
        assert isinstance(comment, Comment)
        return comment

    def status(self) -> Status:
        return self.comment().status


@dataclass
class Editors:
    """What the editors do, by the desk's own verbs."""

    factory: Factory
    edith: Identity

    def decide(self, author: Author, verb: str, rule: int = 2, note: str = "A note.") -> None:
        self.factory.decide(self.edith, author.id, verb, rule=rule, note=note)

    def undo(self, author: Author) -> None:
        self.factory.undo(self.edith, author.id)

    def answer(self, author: Author, outcome: Outcome, reason: str = "Read again.") -> None:
        self.factory.answer(self.edith, author.id, outcome, reason)


@pytest.fixture
def author(factory: Factory, client: FlaskClient) -> Author:
    """Ann Reader, whose 'A sound point.' on the article 'news' waits."""
    comment, token = factory.comment(factory.article("news"), "A sound point.", email="ann@example.org")
    return Author(factory, client, comment, token)


@pytest.fixture
def editors(factory: Factory, edith: Identity) -> Editors:
    return Editors(factory, edith)


@pytest.fixture
def desk(factory: Factory, editors: Editors) -> Desk:
    """Edith's desk."""
    return Desk(factory, editors.edith)


def work(app: Flask) -> None:
    """What the jobs process does when it looks once."""
    answer = app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    assert answer.exit_code == 0, answer.output
