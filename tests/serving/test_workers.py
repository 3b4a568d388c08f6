"""Two web workers that answer as one, and say nothing of whom they answer."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.serving.site import PATIENCE, ServedSite


def test_every_worker_shows_a_decision_at_the_next_request(site: ServedSite) -> None:
    with site.factory() as factory, one_connection_to_each_worker(site) as connections:
        editor, article = factory.editor(), factory.article("news")
        comment, _token = factory.comment(article, "A sound point.")
        assert [is_shown_to(reader) for reader in connections] == [False, False]
        factory.decide(editor, comment, "publish")
        assert [is_shown_to(reader) for reader in connections] == [True, True]
        factory.decide(editor, comment, "reject", seen="published")
        assert [is_shown_to(reader) for reader in connections] == [False, False]


def test_nothing_that_is_printed_tells_an_address(tmp_path: Path) -> None:
    visitor, forwarded = "127.0.0.9", "203.0.113.77"

    def ask(path: str, method: str = "GET", body: str | None = None) -> int:
        headers = {"X-Forwarded-For": forwarded, "Content-Type": "application/x-www-form-urlencoded"}
        source = (visitor, 0)
        with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE, source_address=source)) as connection:
            connection.request(method, path, body, headers)
            return connection.getresponse().status

    with ServedSite(tmp_path / "instance", BASE_URL="https://news.example", TRUSTED_PROXIES="1") as site:
        for path, status in {"/": 200, "/nowhere": 404, "/admin/": 303, "/articles/%ff": 404}.items():
            assert ask(path) == status
        with closing(sqlite3.connect(site.instance / "broadsheet.db")) as writer:
            writer.execute("BEGIN IMMEDIATE")
            assert ask("/articles/frontier-model/comments", "POST", "name=Ann&body=Well.") == 503
    assert "the database did not answer" in site.printed()
    assert visitor not in site.printed()
    assert forwarded not in site.printed()


def is_shown_to(connection: HTTPConnection) -> bool:
    connection.request("GET", "/articles/news")
    return b"A sound point." in connection.getresponse().read()


@contextmanager
def one_connection_to_each_worker(site: ServedSite) -> Iterator[list[HTTPConnection]]:
    """The kernel deals connections out to the workers, so some more than two are opened."""
    by_worker: dict[int, HTTPConnection] = {}
    with ExitStack() as opened:
        for _number in range(60):
            connection = opened.enter_context(closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)))
            connection.request("GET", "/robots.txt")
            connection.getresponse().read()
            by_worker.setdefault(_worker_of(connection, site.children()), connection)
        yield list(by_worker.values())


def _worker_of(connection: HTTPConnection, processes: list[int]) -> int:
    """The process that holds the other end of a connection (proc_net_tcp(5))."""
    port = connection.sock.getsockname()[1]
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in list(table)[1:]]
    inode = next(row[9] for row in rows if int(row[2].partition(":")[2], 16) == port)
    return next(pid for pid in processes if f"socket:[{inode}]" in _open_files(pid))


def _open_files(pid: int) -> set[str]:
    return {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
