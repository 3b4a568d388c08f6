"""An editor at the door."""

from __future__ import annotations

import time
from collections.abc import Callable

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.cli import welcome_url
from app.accounts.editing import first_link
from app.core.db import Base, db, transaction
from tests.factories import PASSWORD, csrf_token


@pytest.fixture
def new_first_link(app: Flask) -> Callable[[], str]:
    """Makes a link for the first editor, as serving the site does while there is none."""

    def make() -> str:
        with app.app_context():
            with transaction() as session:
                token = first_link(session)
            return welcome_url(token)

    return make


def log_in(
    client: FlaskClient,
    email: str = "edith@example.org",
    password: str = PASSWORD,
    *,
    address: str = "203.0.113.7",
    **fields: str,
) -> TestResponse:
    """Opens the login page and sends its form from an address."""
    token = csrf_token(client.get("/admin/login").text)
    form = {"csrf_token": token, "email": email, "password": password, **fields}
    return client.post("/admin/login", data=form, headers={"X-Forwarded-For": address})


def is_logged_in(client: FlaskClient) -> bool:
    return client.get("/admin/account").status_code == 200


def accept_link(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Opens a one-time link and sends the form that stands there."""
    token = csrf_token(client.get(path).text)
    return client.post(path, data={"csrf_token": token, **fields})


def only_form(page: str) -> tuple[str, dict[str, str]]:
    """Where the main part's form goes, and what a browser would send with it as it stands."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    [form] = tree.iterfind(".//main//form")
    fields = {one.get("name", ""): one.get("value", "") for one in form.iterfind(".//input")}
    fields |= {one.get("name", ""): one.text or "" for one in form.iterfind(".//textarea")}
    return form.get("action", ""), fields


def rows_of(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for name, table in Base.metadata.tables.items()
        }


def wait_for(event: Callable[[], object]) -> None:
    """Returns as soon as it has happened; gives up after ten seconds."""
    for _ in range(1000):
        if event():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")
