"""Whether any answer is older than a commit that was done before it was asked for."""

import gzip
import re
import socket
import time
import urllib.parse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench.commits import Counter, committing
from bench.figures.site import data_folder, site
from bench.harness import Reading, Settings
from bench.raw import read_answer

REQUESTS, COMMITS, COMMITS_PER_SECOND = 100_000, 5_000, 250
READERS, CONNECTIONS = 2, 4
LIMIT_SECONDS = 300
SHOWN = re.compile(rb"commit-(\d+)\.")


class Seen(NamedTuple):
    answers: int
    stale: int
    newest: int
    distinct: int


def stale_answers(settings: Settings) -> Reading:
    """One run, however many rounds: its size is fixed. Half the readers ask for gzip, and each goes on
    until the commits are over, so that all 5,000 are met."""
    with site() as ours, data_folder() as notes:
        counter = notes / "counter"
        with (
            ProcessPoolExecutor(READERS, mp_context=get_context("spawn")) as pool,
            committing(ours.data_dir, "article", COMMITS, COMMITS_PER_SECOND, counter),
        ):
            jobs = [
                pool.submit(read_along, ours.page_url, str(counter), REQUESTS // READERS, gzipped=bool(number % 2))
                for number in range(READERS)
            ]
            seen = [job.result() for job in jobs]
    if max(one.newest for one in seen) == 0:
        raise RuntimeError("no commit ever showed in the page")
    answers, versions = sum(one.answers for one in seen), max(one.distinct for one in seen)
    detail = f"{answers:,} answers beside {COMMITS:,} commits from another process; {versions:,} versions seen"
    return Reading([float(sum(one.stale for one in seen))], detail)


def read_along(url: str, counter_file: str, least: int, *, gzipped: bool) -> Seen:
    """Reads the page over kept connections in turn, and holds each answer against the commits done before it."""
    parts = urllib.parse.urlsplit(url)
    coding = "gzip" if gzipped else "identity"
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: {coding}\r\n\r\n".encode()
    counter = Counter(Path(counter_file))
    links = [socket.create_connection((parts.hostname, parts.port), timeout=30) for _ in range(CONNECTIONS)]
    answers = stale = newest = 0
    versions = set()
    give_up = time.monotonic() + LIMIT_SECONDS
    while answers < least or newest < COMMITS:
        link = links[answers % CONNECTIONS]
        done_before = counter.value
        link.sendall(request)
        body = read_answer(link)
        shown = min((int(found) for found in SHOWN.findall(gzip.decompress(body) if gzipped else body)), default=0)
        answers += 1
        stale += shown < done_before
        newest = max(newest, shown)
        if done_before == COMMITS and shown < COMMITS and answers >= least:
            break
        if time.monotonic() > give_up:
            raise RuntimeError(f"{answers:,} answers and {counter.value:,} commits in {LIMIT_SECONDS} seconds")
        versions.add(shown)
    for link in links:
        link.close()
    return Seen(answers, stale, newest, len(versions))
