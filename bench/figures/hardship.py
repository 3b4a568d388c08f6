"""Whether a reader of cached pages notices slow clients, idle connections or a locked database."""

import http.client
import resource
import socket
import sqlite3
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial

from bench.figures.site import Site, site
from bench.harness import Reading, Settings, in_turn
from bench.load import Post
from bench.probe import Waits, wait_of_readers
from bench.raw import read_answer

IDLE_CONNECTIONS = 1_000
WAITING_POSTS = 4
PATIENCE_SECONDS = 10
LOCKED_SECONDS = 3.0


def slow_and_idle_clients(settings: Settings) -> Reading:
    with site() as ours:

        def strained() -> Waits:
            with _idle_clients(ours) as idle, _slow_clients(ours):
                waits = wait_of_readers(ours.page_url, settings.seconds)
                still_open = sum(_is_open(link) for link in idle)
            if still_open < IDLE_CONNECTIONS * 0.9:
                raise RuntimeError(f"only {still_open} of {IDLE_CONNECTIONS:,} idle connections were still open")
            return waits

        return _reading(ours, strained, settings, settings.seconds)


def locked_database(settings: Settings) -> Reading:
    """A writer gives up after a while, so each of the four sends again when it was refused."""
    number = iter(range(1, 100_000))
    seconds = min(settings.seconds, LOCKED_SECONDS)
    with site() as ours:

        def locked() -> Waits:
            release = threading.Event()
            taken: list[int] = []

            def send_again_and_again() -> None:
                while not release.is_set():
                    if _send(ours.post, next(number)) == 303 and not release.is_set():
                        taken.append(1)

            posts = [threading.Thread(target=send_again_and_again) for _ in range(WAITING_POSTS)]
            with closing(sqlite3.connect(ours.app.database, isolation_level=None)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                for thread in posts:
                    thread.start()
                time.sleep(0.2)
                waits = wait_of_readers(ours.page_url, seconds)
                release.set()
                holder.execute("ROLLBACK")
            for thread in posts:
                thread.join()
            if taken:
                raise RuntimeError(f"{len(taken)} posts were taken while the database was locked")
            return waits

        return _reading(ours, locked, settings, seconds)


def _reading(ours: Site, strained: Callable[[], Waits], settings: Settings, seconds: float) -> Reading:
    contenders: dict[str, Callable[[], Waits]] = {
        "quiet": partial(wait_of_readers, ours.page_url, seconds),
        "strained": strained,
    }
    taken = in_turn(contenders, settings.rounds)
    values = [hard.p99_ms / quiet.p99_ms for hard, quiet in zip(taken["strained"], taken["quiet"], strict=True)]
    worst = {name: max(waits, key=lambda one: one.p99_ms) for name, waits in taken.items()}
    phrases = [f"{name}, the worst round: {waits}" for name, waits in worst.items()]
    return Reading(values, "; ".join(["eight readers, 400 requests a second by the clock", *phrases]))


@contextmanager
def _idle_clients(ours: Site) -> Iterator[list[socket.socket]]:
    """A thousand connections that have had their answer and stay."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        links = [stack.enter_context(_connect(ours)) for _ in range(IDLE_CONNECTIONS)]
        for link in links:
            link.sendall(_request(ours, "GET"))
            try:
                read_answer(link)
            except TimeoutError:
                place = f"connection {links.index(link) + 1:,} of {IDLE_CONNECTIONS:,}"
                raise RuntimeError(f"{place} got no answer in {PATIENCE_SECONDS} seconds") from None
        yield links


@contextmanager
def _slow_clients(ours: Site) -> Iterator[None]:
    """One client that sends its request, and one that takes its answer, ten bytes a second."""
    over = threading.Event()

    def send_slowly() -> None:
        with _connect(ours) as link:
            for byte in _request(ours, "GET") * 100:
                if over.wait(0.1):
                    return
                try:
                    link.sendall(bytes([byte]))
                except OSError:
                    return

    def take_slowly() -> None:
        with _connect(ours, receive_buffer=2048) as link:
            link.sendall(_request(ours, "GET"))
            while not over.wait(0.1) and link.recv(1):
                pass

    threads = [threading.Thread(target=target) for target in (send_slowly, take_slowly)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _connect(ours: Site, receive_buffer: int | None = None) -> socket.socket:
    parts = urllib.parse.urlsplit(ours.page_url)
    link = socket.socket()
    if receive_buffer is not None:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    link.settimeout(PATIENCE_SECONDS)
    link.connect((parts.hostname, parts.port))
    return link


def _request(ours: Site, method: str) -> bytes:
    parts = urllib.parse.urlsplit(ours.page_url)
    return f"{method} {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


def _is_open(link: socket.socket) -> bool:
    link.setblocking(False)
    try:
        return bool(link.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _send(post: Post, number: int) -> int:
    """The status that a comment is answered with: 303, or 503 after a wait for the database."""
    headers = {"Content-Type": post.content_type, "X-Forwarded-For": f"131.{number // 256}.{number % 256}.7"}
    parts = urllib.parse.urlsplit(post.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request("POST", parts.path, post.body.replace("{n}", str(900_000_000 + number)), headers)
        return connection.getresponse().status
    finally:
        connection.close()
