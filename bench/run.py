"""`make bench`: takes the figures, prints their table and writes docs/performance.md."""

import argparse
import os
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.figures.beside_peers import (
    get_beside_isso,
    get_beside_wordpress,
    post_beside_isso,
    post_beside_wordpress,
    uncached_article,
)
from bench.figures.browser import front_page, long_thread
from bench.figures.cached import behind_nginx, cached_article, not_modified, unrelated_commits
from bench.figures.fresh import stale_answers
from bench.figures.growth import cost_of, growth_of
from bench.figures.hardship import locked_database, slow_and_idle_clients
from bench.figures.whole import cold_start, resident_memory
from bench.harness import Figure, Row, Settings, table, take
from bench.processes import NotInstalledError, find_program
from bench.report import write

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
QUIET = 0.5
GROWING = {
    "first": "first page of comments",
    "middle": "a page from the middle",
    "newest": "newest comments first",
    "permalink": "permalink of any comment",
    "found": "the page a permalink leads to",
    "queue": "the queue's first page",
    "front": "front page",
    "reply": "a reply's insertion",
}
SEARCHES = {
    "common": "searching for a common word",
    "rare": "searching for a comment",
    "phrase": "searching for a phrase that nobody wrote",
}
FIGURES = (
    Figure("cached", "cached article, gzip, -t2 -c64: share of nginx's gzip_static", cached_article, 0.55, 0.9),
    Figure("304", "304, -t2 -c64: share of nginx's 304", not_modified, 0.45, 0.8),
    Figure("front", "behind deploy/nginx.conf, -t2 -c64: share of nginx static", behind_nginx, 0.85, 0.95),
    Figure(
        "commits", "cached with 50 unrelated commits a second: share of its quiet rate", unrelated_commits, 0.95, 1.0
    ),
    Figure("stale", "stale answers over 100,000 requests beside 5,000 commits", stale_answers, 0, 0, better="lower"),
    Figure("uncached", "uncached article with 50 comments, CPU", uncached_article, 0.8, 0.4, "ms", "lower"),
    Figure("get-isso", "GET, uncached, against Isso", get_beside_isso, 10, 20, "×"),
    Figure("get-wordpress", "GET, uncached, against WordPress", get_beside_wordpress, 80, 150, "×"),
    Figure("post-isso", "POST of a comment against Isso", post_beside_isso, 2, 3, "×"),
    Figure("post-wordpress", "POST of a comment against WordPress", post_beside_wordpress, 8, 12, "×"),
    Figure("slow", "p99 of cached pages, slow clients and 1,000 idle", slow_and_idle_clients, 2, None, "×", "lower"),
    Figure("locked", "p99 of cached pages, four posts on a locked database", locked_database, 2, None, "×", "lower"),
    Figure("start", "cold start to first answer", cold_start, 3, 1, "s", "lower"),
    *(
        Figure(f"growth-{name}", f"{title}: large site against a hundredth", growth_of(title), 1.2, None, "×", "lower")
        for name, title in GROWING.items()
    ),
    *(
        Figure(f"search-{name}", f"{title}, large site, CPU", cost_of(title), 20, None, "ms", "lower")
        for name, title in SEARCHES.items()
    ),
    Figure("lighthouse-front", "Lighthouse performance, mobile: front page", front_page, 100),
    Figure("lighthouse-thread", "Lighthouse performance, mobile: article with 500 comments", long_thread, 100),
    Figure("memory", "resident memory, 10,000 articles", resident_memory, 250, 120, "MB", "lower"),
)


def main(arguments: Sequence[str]) -> int:
    """Returns 1 if a figure misses its least or fails; one left out for what is not installed does neither."""
    options = _parse(arguments)
    settings = Settings(options.rounds, options.seconds)
    wanted = [figure for figure in FIGURES if not options.only or figure.name in options.only]
    try:
        find_program("wrk", "wrk")
    except NotInstalledError as missing:
        print(missing)
        return 1
    busy = os.getloadavg()[0]
    if busy > QUIET:
        print(f"The machine is busy (load {busy:.1f}): its rates will not hold, only its CPU an answer.", flush=True)
    rows: list[Row] = []
    for figure in wanted:
        began = time.monotonic()
        rows.append(take(figure, settings))
        print(f"{figure.name}: {' | '.join(rows[-1].cells()[3:])} ({time.monotonic() - began:.0f} s)", flush=True)
        if reading := rows[-1].reading:
            print(f"    {reading.detail}", flush=True)
    print("\n" + table(rows))
    if options.out:
        write(rows, settings, shlex.join(["python", "-m", "bench.run", *arguments]), busy, options.out)
    return int(any(row.falls_short for row in rows))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=Settings.rounds)
    parser.add_argument("--seconds", type=int, default=Settings.seconds, help="of each sample")
    parser.add_argument("--only", nargs="+", choices=[figure.name for figure in FIGURES], metavar="FIGURE")
    parser.add_argument("--out", type=Path, help="the page; docs/performance.md unless --only is given")
    options = parser.parse_args(arguments)
    if options.out is None and not options.only:
        options.out = PAGE
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
