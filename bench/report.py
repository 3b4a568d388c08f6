"""Writes docs/performance.md: the table with its machine, versions, spread and the command that made it."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.harness import Row, Settings
from bench.processes import find_program

HEAD = """\
# Performance

`{command}` wrote this page on {day}.
Each figure is a ratio or a cost measured on one machine in one run. The contenders take turns after one round to warm
up; rounds: {rounds}, seconds of each sample: {seconds:g}. *Measured* is the median of the rounds and *spread* their
least and greatest. wrk runs on the same cores as what it measures, so
the notes also say what an answer cost in CPU (`/proc/PID/stat` of the server's processes and their children).

## The machine

| | |
| --- | --- |
{machine}

## The figures

| figure | least | goal | measured | spread | |
| --- | --- | --- | --- | --- | --- |
{rows}

## What was seen

{notes}

## How it was measured

- nginx, the anchor, sends the same bytes from disk: two workers, `sendfile`, `gzip_static`, keep-alive, no access log.
- Isso comes from PyPI in an environment of its own and runs as its documentation says (`gunicorn --preload
  isso.run`, two workers); WordPress comes from Debian with PHP-FPM (four children, opcache at Debian's
  settings), MariaDB at its defaults (each commit synced) and nginx in front. Neither has a page cache.
- All three hold the same article and the same 50 comments. WordPress's page is its theme's, Isso's answer is JSON.
- *Uncached* is the page after a new comment, over and over: the page cache keeps nothing, and each request reads the
  revisions, the number of comments here and on the related articles, and the thread with all its words, and puts the
  page together anew. What no comment changes is kept as in service: the frame of the article's page, which is valid
  as long as the revisions of the articles and of the site stand, and the HTML of each comment that reads as before
  (one rendered for the first time takes some 0.04 ms). *With nothing kept* there is neither, as after a start or an
  edit of any article; nor is there in the growth rows.
- The unrelated commits are one INSERT each, of a comment that waits, past all layers but SQLite's own and fully synced.
  What the committing program and the disk take from the two cores, the same commits to another site's database show.
- A posted comment has its own text and comes from its own network (`X-Forwarded-For`, believed from this
  machine), so each server's limits stay on and let it pass. WordPress holds a new author's comment, as it does
  out of the box, and mails nobody; Isso publishes. The peers' posts are taken away between rounds.
- The waits of readers beside slow clients or a locked database are taken by the clock (`bench/probe.py`): wrk would
  leave out those who still wait at its end. A row with more than one failed request in a thousand has failed.
- Lighthouse comes from npm (`npm install --global lighthouse`; version 12 runs on Node 20) and drives Debian's Chromium
  on its mobile setting, which simulates slow 4G and a processor of a quarter of the speed. A machine that does
  something else at the time blocks the page, and costs points that are no page's fault.
- A server whose parts are not installed is left out, and its row says so. Where a note says that other programs
  had a part of the cores, the CPU an answer is worth more than the rate.
"""


def write(rows: Sequence[Row], settings: Settings, command: str, busy: float, path: Path) -> None:
    notes = [f"- **{row.figure.title}**: {row.reading.detail}" for row in rows if row.reading]
    path.write_text(
        HEAD.format(
            command=command,
            day=datetime.now(UTC).date().isoformat(),
            rounds=settings.rounds,
            seconds=settings.seconds,
            machine="\n".join(
                f"| {name} | {value} |"
                for name, value in {**machine(rows), "load before the run": f"{busy:.2f}"}.items()
            ),
            rows="\n".join("| " + " | ".join(row.cells()) + " |" for row in rows),
            notes="\n".join(notes),
        )
    )


def machine(rows: Sequence[Row]) -> dict[str, str]:
    """The processor, system and versions that the figures belong to."""
    names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    wrk = subprocess.run([find_program("wrk", "wrk"), "-v"], capture_output=True, text=True, check=False)
    facts = {
        "processor": f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "Python": platform.python_version(),
        "wrk": wrk.stdout.split()[1],
    }
    for row in rows:
        facts.update(row.reading.versions if row.reading else {})
    return facts
