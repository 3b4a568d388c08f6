"""A database that is busy, away, read-only or full costs a reader nothing of what was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.config import Config
from app.core.db import db
from app.core.errors import RETRY_SECONDS
from tests.comments.sending import send
from tests.factories import Factory
from tests.pages import Page

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXT = "Words that took some time."


@contextmanager
def another_writer(url: str) -> Iterator[None]:
    """Another connection that is in the middle of writing comments."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE comments IN SHARE ROW EXCLUSIVE MODE")
            yield
            connection.rollback()


@pytest.fixture
def sqlite_path(config: Config) -> Path:
    return Path(config.database_url.removeprefix("sqlite:///"))


def assert_text_is_kept(page: Page) -> None:
    assert page.answer.status_code == 503
    assert page.answer.headers["Retry-After"] == str(RETRY_SECONDS)
    assert page.is_designed
    assert page.text("//*[@role='alert']") == (
        "We could not save your comment. It is all still here; try again in a minute."
    )
    assert (page.field("name"), page.field("email"), page.field("body").strip()) == ("Ann", "ann@example.org", TEXT)
    assert page.attribute("//form[@id='comment-form']", "action") == "/articles/news/comments"


def send_text(client: FlaskClient) -> Page:
    return Page(send(client, name="Ann", email="ann@example.org", body=TEXT))


def test_a_busy_database_gives_the_filled_form_back(client: FlaskClient, factory: Factory, config: Config) -> None:
    factory.article("news", title="Nine new bridges")
    with another_writer(config.database_url):
        page = send_text(client)
        assert_text_is_kept(page)
        assert page.text("//*[@class='about']/a") == "Nine new bridges"
        assert client.get("/articles/news").status_code == 200
    assert send(client, body=TEXT).status_code == 303


@on_sqlite
def test_a_full_database_gives_the_filled_form_back(
    factory: Factory, sqlite_path: Path, app_with: Callable[..., Flask]
) -> None:
    factory.article("news")
    app = app_with()
    client = app.test_client()
    with app.app_context():
        sa.event.listen(
            db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA max_page_count = 1")
        )
    # There is room on pages that exist already, so it is filled first.
    for number in range(200):
        page = Page(send(client, name="Ann", email="ann@example.org", body=TEXT, via=f"198.51.100.{number}"))
        if page.answer.status_code != 303:
            break
    assert_text_is_kept(page)
    assert client.get("/articles/news").status_code == 200


def test_a_read_only_database_gives_the_filled_form_back(
    factory: Factory, config: Config, app_with: Callable[..., Flask]
) -> None:
    factory.article("news")
    url = sa.make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        url = sa.make_url(f"sqlite:///file:{url.database}?mode=ro&uri=true")
    else:
        with psycopg.connect(config.database_url, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = on'.encode())
    client = app_with(database_url=url.render_as_string()).test_client()
    assert_text_is_kept(send_text(client))
    assert client.get("/articles/news").status_code == 200


def test_a_database_that_has_gone_gives_the_filled_form_back(
    client: FlaskClient, factory: Factory, config: Config, app: Flask
) -> None:
    factory.article("news")
    gone = sa.make_url(config.database_url)
    with app.app_context():
        db.engine.dispose()
    if gone.get_backend_name() == "sqlite":
        Path(str(gone.database)).unlink()
    else:
        with psycopg.connect(gone.set(database="postgres").render_as_string(), autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{gone.database}" RENAME TO "{gone.database}_away"'.encode())
    try:
        assert_text_is_kept(send_text(client))
        page = Page(client.get("/articles/news"))
        assert page.answer.status_code == 503
        assert page.is_designed
        assert page.answer.headers["Retry-After"] == str(RETRY_SECONDS)
        assert page.answer.headers["Cache-Control"] == "no-store"
    finally:
        if gone.get_backend_name() == "postgresql":
            with psycopg.connect(gone.set(database="postgres").render_as_string(), autocommit=True) as server:
                server.execute(f'ALTER DATABASE "{gone.database}_away" RENAME TO "{gone.database}"'.encode())


def test_an_editors_decision_in_a_busy_database_says_so_and_changes_nothing(factory: Factory, config: Config) -> None:
    comment, _token = factory.comment(factory.article("news"))
    browser = factory.logged_in(factory.editor())
    token = Page(browser.get("/admin/")).find("//input[@name='csrf_token']")[0].value
    with another_writer(config.database_url):
        answer = browser.post(
            f"/admin/comments/{comment}/decide", data={"csrf_token": token, "decision": "publish", "seen": "pending.1"}
        )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(RETRY_SECONDS)


def test_an_editors_reply_in_a_busy_database_is_given_back(factory: Factory, config: Config) -> None:
    comment, _token = factory.comment(factory.article("news"))
    browser = factory.logged_in(factory.editor())
    token = Page(browser.get("/admin/")).find("//input[@name='csrf_token']")[0].value
    with another_writer(config.database_url):
        reply = {"csrf_token": token, "seen": "pending.1", "body": TEXT}
        page = Page(browser.post(f"/admin/comments/{comment}/reply", data=reply))
    assert page.answer.status_code == 503
    assert TEXT in page.text("//textarea")
