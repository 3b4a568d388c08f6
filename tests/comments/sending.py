"""How a reader's browser sends a comment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.db import db
from tests.factories import Factory
from tests.pages import Page

Fields = dict[str, Any]
"""What is filled in."""


def send(
    client: FlaskClient,
    slug: str = "news",
    *,
    via: str | None = None,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> TestResponse:
    """Posts the form as `fields` fill it in; `via` is the X-Forwarded-For that the proxy adds."""
    forwarded = {"X-Forwarded-For": via} if via else {}
    data = {"name": "Ann Reader", "body": "A sound point.", **fields}
    return client.post(f"/articles/{slug}/comments", data=data, headers={**forwarded, **(headers or {})})


def receipt_token(answer: TestResponse) -> str:
    """The token of the receipt that an answer leads to."""
    assert answer.status_code == 303, answer.text
    path = urlsplit(answer.headers["Location"]).path
    assert path.startswith("/receipts/")
    return path.removeprefix("/receipts/")


def receipt_of(client: FlaskClient, answer: TestResponse) -> Page:
    """The receipt that an answer leads to."""
    return Page(client.get(f"/receipts/{receipt_token(answer)}"))


def send_at_once(app: Flask, forms: list[Fields], via: str) -> list[TestResponse]:
    """Posts every form at the same moment, each from a thread with a connection of its own.

    Where the database was busy, it does what the answer asks for and sends the form once more.
    """
    start = Barrier(len(forms))

    def one(fields: Fields) -> TestResponse:
        client = app.test_client()
        start.wait()
        for _ in range(20):
            answer = send(client, via=via, **fields)
            if answer.status_code != 503:
                break
        return answer

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(one, forms))


def everything_stored(factory: Factory) -> str:
    """All that the database holds, as text; of SQLite the very bytes of its files too."""
    with factory.app.app_context():
        tables = sa.inspect(db.engine).get_table_names()
        kept = [repr(db.session.execute(sa.text(f'SELECT * FROM "{table}"')).all()) for table in tables]
        if db.engine.dialect.name == "sqlite":
            files = [Path(f"{db.engine.url.database}{end}") for end in ("", "-wal")]
            kept += [file.read_bytes().decode("latin-1") for file in files]
    return "".join(kept)
