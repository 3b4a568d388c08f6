"""A reader with a pass."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.comments.models import Comment, Receipt
from app.core.tokens import token_hash
from tests.comments.sending import receipt_token
from tests.factories import Factory
from tests.pages import Page

KEPT = "//article[@class='row']"


@dataclass
class Holder:
    """One who holds a pass, in a browser of their own."""

    client: FlaskClient
    factory: Factory
    token: str

    @property
    def path(self) -> str:
        return f"/passes/{self.token}"

    def page(self) -> Page:
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        return Page(answer)

    def add(self, link: str) -> TestResponse:
        return self.client.post(f"{self.path}/comments", data={"receipt": link})

    def send(self, slug: str = "news", **fields: str) -> TestResponse:
        """Sends the form with the pass in it, from an address that has sent nothing yet."""
        self.factory.made += 1
        data = {"name": "Ann Reader", "body": "A sound point.", "pass": self.token, **fields}
        headers = {"X-Forwarded-For": f"203.0.113.{self.factory.made}"}
        return self.client.post(f"/articles/{slug}/comments", data=data, headers=headers)

    def sent(self, slug: str = "news", **fields: str) -> int:
        """The id of a comment that was taken."""
        hashed = token_hash(receipt_token(self.send(slug, **fields)))
        (comment_id,) = self.factory.ask(sa.select(Receipt.comment_id).where(Receipt.token_hash == hashed))
        assert isinstance(comment_id, int)
        return comment_id


def started(answer: TestResponse) -> str:
    """The token of the pass that an answer leads to."""
    assert answer.status_code == 303, answer.text
    folder, token = answer.headers["Location"].strip("/").split("/")
    assert folder == "passes"
    return token


def new_holder(factory: Factory) -> Holder:
    client = factory.app.test_client()
    factory.made += 1
    headers = {"X-Forwarded-For": f"203.0.113.{factory.made}"}
    return Holder(client, factory, started(client.post("/passes", headers=headers)))


@pytest.fixture
def ann(factory: Factory) -> Holder:
    """A reader who has started a pass, and an article, 'news', to write about."""
    factory.article("news")
    return new_holder(factory)


def passes_of(factory: Factory) -> list[int | None]:
    """By comment, the pass that it is in."""
    return factory.ask(sa.select(Comment.pass_id).order_by(Comment.id))
