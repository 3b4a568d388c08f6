"""A reader before the search page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.pages import Page

Search = Callable[..., Page]


@pytest.fixture
def search(client: FlaskClient) -> Search:
    """The page on what a reader looks for, narrowed by the other parameters."""

    def ask(query: str, **narrowed: str) -> Page:
        answer = client.get("/search", query_string={"q": query, **narrowed})
        assert answer.status_code == 200
        return Page(answer)

    return ask


def found(page: Page) -> list[str]:
    """What each row leads to."""
    return [link.get("href") for link in page.find("//article/h3/a")]
