"""What `/search` finds, on both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page


@pytest.fixture
def search(client: FlaskClient) -> Callable[..., Page]:
    def ask(query: str, **more: str) -> Page:
        answer = client.get("/search", query_string={"q": query, **more})
        assert answer.status_code == 200
        return Page(answer)

    return ask


def titles(page: Page) -> list[str]:
    return page.texts("//article[contains(@class, 'row')]/h3")


def test_try(factory: Factory, edith: Identity, search: Callable[..., Page], frozen_clock: FrozenClock) -> None:
    one = factory.article("ferry", "The council voted on the budget.\n", title="Ferry budget", tags=["Harbour"], faq=[{"question": "Why a ferry?", "answer": "Because the bridge is old."}])
    factory.article("bridge", "The ferry is old. A ferry, a Ferry.\n", title="The bridge")
    factory.article("later", "The ferry.\n", title="Later", published=frozen_clock.time + timedelta(days=1))
    factory.published(one, "I took the ferry budgets for granted.", editor=edith, author="Bo")
    page = search("ferry")
    print(page.text())
    print(titles(page))
    print(page.texts("//mark"))
    for q in ['"ferry budget"', "budg", "bud", '"budget ferry"', "councils", "harbou", "bo", "granted ferry"]:
        print(q, titles(search(q)))
    frozen_clock.advance(days=2)
    print(titles(search("ferry")), titles(search("ferry", kind="articles")))
    assert 0
