"""What is written down when something fails."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.config import Config
from tests.conftest import ON_SQLITE
from tests.factories import Factory


@ON_SQLITE
def test_a_fault_of_the_database_is_logged_without_the_readers_words(
    client: FlaskClient, factory: Factory, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    factory.article("news")
    with sqlite3.connect(sa.make_url(config.database_url).database or "") as connection:
        connection.execute("CREATE TRIGGER broken BEFORE INSERT ON comments BEGIN SELECT RAISE(ABORT, 'broken'); END")
    connection.close()

    answer = client.post("/articles/news/comments", data={"name": "Ann Reader", "body": "Words of my own, kept here."})

    assert answer.status_code == 500
    assert "Words of my own, kept here." in answer.text
    assert "a request failed" in caplog.text
    assert "INSERT INTO comments" in caplog.text
    assert "Words of my own" not in caplog.text
    assert "Ann Reader" not in caplog.text
