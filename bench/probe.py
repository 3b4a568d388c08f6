"""Readers who come by the clock: `python -m bench.probe URL SECONDS` prints how long each waited.

wrk sends a connection's next request when the last one is answered, and forgets those that wait at its end: a server
that stands still for seconds looks fast. Here every request has its moment, and its wait counts from then on.
"""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from bench.raw import read_answer

READERS, PER_SECOND = 8, 50
LIMIT_SECONDS = 30.0
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Waits:
    """How long readers waited, in milliseconds; one that got no answer waited for all of the limit."""

    requests: int
    unanswered: int
    p50_ms: float
    p99_ms: float
    max_ms: float

    def __str__(self) -> str:
        text = f"{self.requests:,} requests, p50 {self.p50_ms:.3g}, p99 {self.p99_ms:.3g}, max {self.max_ms:.3g} ms"
        return f"{text}, {self.unanswered} UNANSWERED" if self.unanswered else text


def wait_of_readers(url: str, seconds: float) -> Waits:
    """Eight readers, each on a kept connection, 400 requests a second together, in a process of their own."""
    command = [sys.executable, "-m", "bench.probe", url, str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Waits(**json.loads(done.stdout))


def main(url: str, seconds: float) -> None:
    waits: list[list[float]] = [[] for _ in range(READERS)]
    began = time.monotonic() + 0.1
    requests, apart = int(seconds * PER_SECOND), 1 / READERS / PER_SECOND
    threads = [
        threading.Thread(target=_read, args=(url, began + place * apart, requests, each))
        for place, each in enumerate(waits)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = sorted(1000 * wait for each in waits for wait in each)
    told = {
        "requests": len(every),
        "unanswered": sum(wait >= 1000 * LIMIT_SECONDS for wait in every),
        "p50_ms": every[len(every) // 2],
        "p99_ms": every[int(len(every) * 0.99)],
        "max_ms": every[-1],
    }
    print(json.dumps(told))


def _read(url: str, began: float, requests: int, waits: list[float]) -> None:
    parts = urllib.parse.urlsplit(url)
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    link: socket.socket | None = None
    for number in range(requests):
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            link = link or socket.create_connection((parts.hostname, parts.port), timeout=LIMIT_SECONDS)
            link.sendall(request)
            read_answer(link)
            waits.append(time.monotonic() - due)
        except (OSError, RuntimeError):
            waits.append(max(LIMIT_SECONDS, time.monotonic() - due))
            if link is not None:
                link.close()
            link = None
    if link is not None:
        link.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
