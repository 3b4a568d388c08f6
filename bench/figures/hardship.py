"""Whether a reader of cached pages notices slow clients, idle connections or a locked database."""

import resource
import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial

from bench.figures.site import GZIP, Site, site
from bench.harness import Reading, Settings, describe, in_turn, ratios
from bench.load import Load, Post, Sample, get

IDLE_CONNECTIONS = 1_000
WAITING_POSTS = 4
# Few connections: with 64 the slowest answers wait for wrk and for each other, whatever else goes on.
CONNECTIONS, THREADS = 8, 1
# Shorter than a writer waits for the lock, so that the four wait all through the sample.
LOCKED_SECONDS = 3.0


def slow_and_idle_clients(settings: Settings) -> Reading:
    load = Load(CONNECTIONS, THREADS, settings.seconds, GZIP)
    still_open: list[int] = []
    with site() as ours:

        def strained() -> Sample:
            with _idle_clients(ours) as idle, _slow_clients(ours):
                sample = get(ours.page_url, load, ours.pids)
                still_open.append(sum(_is_open(link) for link in idle))
            return sample

        return _p99_reading(
            partial(get, ours.page_url, load, ours.pids),
            strained,
            settings,
            lambda: f"{min(still_open):,} of {IDLE_CONNECTIONS:,} idle connections were still open at a sample's end",
        )


def locked_database(settings: Settings) -> Reading:
    load = Load(CONNECTIONS, THREADS, min(settings.seconds, LOCKED_SECONDS), GZIP)
    number = iter(range(1, 100_000))
    with site() as ours:

        def locked() -> Sample:
            with closing(sqlite3.connect(ours.app.database, isolation_level=None)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                posts = [threading.Thread(target=_send, args=(ours.post, next(number))) for _ in range(WAITING_POSTS)]
                for thread in posts:
                    thread.start()
                time.sleep(0.2)
                sample = get(ours.page_url, load, ours.pids)
                waited = sum(thread.is_alive() for thread in posts)
                holder.execute("ROLLBACK")
            for thread in posts:
                thread.join()
            if waited < WAITING_POSTS:
                raise RuntimeError(f"only {waited} of {WAITING_POSTS} posts waited for the lock all through the sample")
            return sample

        return _p99_reading(partial(get, ours.page_url, load, ours.pids), locked, settings, lambda: "")


def _p99_reading(
    quiet: Callable[[], Sample], strained: Callable[[], Sample], settings: Settings, note: Callable[[], str]
) -> Reading:
    taken = in_turn({"quiet": quiet, "strained": strained}, settings.rounds)
    values = ratios(taken["strained"], taken["quiet"], lambda sample: sample.p99_ms)
    phrases = [describe(name, samples) for name, samples in taken.items()]
    return Reading(values, "; ".join(filter(None, [*phrases, note()])))


@contextmanager
def _idle_clients(ours: Site) -> Iterator[list[socket.socket]]:
    """A thousand connections that have had their answer and stay."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        links = [stack.enter_context(_connect(ours)) for _ in range(IDLE_CONNECTIONS)]
        for link in links:
            link.sendall(_request(ours, "HEAD"))
            link.recv(65536)
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
    link.settimeout(30)
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


def _send(post: Post, number: int) -> None:
    headers = {"Content-Type": post.content_type, "X-Forwarded-For": f"131.{number // 256}.{number % 256}.7"}
    body = post.body.replace("{n}", str(900_000_000 + number)).encode()
    # Refused after a long wait is as good as taken: what is measured is the pages beside it.
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(urllib.request.Request(post.url, body, headers), timeout=60).close()
