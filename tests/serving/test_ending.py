"""Ending the site: requests in flight are answered, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.serving.site import PATIENCE, ServedSite, is_running, wait_until

BODY = b"name=Ann&body=A+sound+point."
HEAD = (
    "POST /articles/frontier-model/comments HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(BODY)}\r\n\r\n"
).encode()

ENDINGS: dict[str, Callable[[int], None]] = {
    "Ctrl-C": lambda pid: os.killpg(pid, signal.SIGINT),
    "SIGINT to the process alone": lambda pid: os.kill(pid, signal.SIGINT),
    "SIGTERM": lambda pid: os.kill(pid, signal.SIGTERM),
    "SIGTERM to the group": lambda pid: os.killpg(pid, signal.SIGTERM),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_comment_that_is_on_its_way_when_the_site_ends_is_still_taken(site: ServedSite, ending: str) -> None:
    children = site.children()
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as slow:
        slow.sendall(HEAD + BODY[:9])
        _wait_until_a_worker_reads(slow)
        ENDINGS[ending](site.process.pid)
        wait_until(lambda: not all(is_running(child) for child in children), "the idle worker does not end")
        slow.sendall(BODY[9:])
        answer = slow.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 303")
    assert "\r\nlocation: /receipts/" in answer.lower()
    assert site.process.wait(PATIENCE) == 0
    assert [child for child in children if is_running(child)] == []
    assert "Traceback" not in site.printed()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_browser_that_keeps_its_connection_open_does_not_hold_the_end_up(site: ServedSite, ending: str) -> None:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    connection.request("GET", "/")
    connection.getresponse().read()
    ENDINGS[ending](site.process.pid)
    assert site.process.wait(PATIENCE) == 0
    connection.close()


def test_nothing_outlives_a_killed_server(site: ServedSite) -> None:
    children = site.children() + site.at_work()
    assert len(children) == 4
    site.process.kill()
    site.process.wait()
    wait_until(lambda: not any(is_running(child) for child in children), f"some of {children} run on")
    site.is_ended = True


def test_a_site_that_is_told_to_end_while_it_begins_leaves_nothing_behind(tmp_path: Path) -> None:
    site = ServedSite(tmp_path / "instance")
    site.start()
    wait_until(lambda: len(site.children()) == 3, "the workers do not begin")
    children = site.children()
    site.process.terminate()
    site.process.wait(PATIENCE)
    wait_until(lambda: not any(is_running(child) for child in children), f"some of {children} run on")
    site.close()


def _wait_until_a_worker_reads(connection: socket.socket) -> None:
    """Until all that was sent has been taken out of the kernel's hands by a worker."""
    port = connection.getsockname()[1]
    wait_until(lambda: _unread_bytes(port) == 0, "no worker reads the request")


def _unread_bytes(client_port: int) -> int | None:
    """What waits in the receiving queue of the server's end, None before that end is there (proc_net_tcp(5))."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        for row in list(table)[1:]:
            _number, _local, remote, state, queues, *_rest = row.split()
            if int(remote.partition(":")[2], 16) == client_port and state == "01":
                return int(queues.partition(":")[2], 16)
    return None
