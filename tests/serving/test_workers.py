"""Two web workers that answer as one, and say nothing of whom they answer."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

from flask import Flask

from app import serving
from app.core.db import db
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.serving.site import PATIENCE, ServedSite, wait_until


def test_every_worker_shows_a_decision_at_the_next_request(site: ServedSite) -> None:
    with site.factory() as factory, site.one_connection_to_each_worker() as connections:
        editor, article = factory.editor(), factory.article("news")
        comment, _token = factory.comment(article, "A sound point.")
        assert [is_shown_to(reader) for reader in connections] == [False, False]
        factory.decide(editor, comment, "publish")
        assert [is_shown_to(reader) for reader in connections] == [True, True]
        factory.decide(editor, comment, "reject")
        assert [is_shown_to(reader) for reader in connections] == [False, False]


@ON_SQLITE
def test_what_is_made_before_the_fork_leaves_nothing_open(app: Flask, factory: Factory) -> None:
    factory.article("news")
    with app.app_context():
        serving._make_pages(app)
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert "reading/article.html" in str(app.jinja_env.cache.keys())  # type: ignore[union-attr]


def test_jobs_are_worked_off_though_their_process_was_killed(site: ServedSite) -> None:
    wait_until(lambda: len(site.at_work()) == 1, "nobody works jobs off")
    (killed,) = site.at_work()
    os.kill(killed, signal.SIGKILL)
    with urlopen(f"{site.address}/newsletter", data=b"email=ann%40example.org") as answer:
        assert answer.status == 200
    wait_until(lambda: any((site.instance / "outbox").glob("*")), "no letter is written")
    assert killed not in site.at_work()
    assert "the process that works off jobs ended (-9); another begins" in site.printed()


def test_nothing_that_is_printed_tells_an_address(tmp_path: Path) -> None:
    visitor, forwarded = "127.0.0.9", "203.0.113.77"

    def ask(path: str) -> int:
        source = (visitor, 0)
        with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE, source_address=source)) as connection:
            connection.request("GET", path, headers={"X-Forwarded-For": forwarded})
            return connection.getresponse().status

    with ServedSite(tmp_path / "instance", BASE_URL="https://news.example", TRUSTED_PROXIES="1") as site:
        for path, status in {"/": 200, "/nowhere": 404, "/admin/": 303, "/articles/%ff": 404}.items():
            assert ask(path) == status
        with closing(sqlite3.connect(site.instance / "broadsheet.db")) as database:
            database.execute("ALTER TABLE articles RENAME TO lost")
        assert ask("/articles/frontier-model") == 503
    assert "the database did not answer" in site.printed()
    assert visitor not in site.printed()
    assert forwarded not in site.printed()


def is_shown_to(connection: HTTPConnection) -> bool:
    connection.request("GET", "/articles/news")
    return b"A sound point." in connection.getresponse().read()
