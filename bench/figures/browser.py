"""What Lighthouse says of a page as a telephone shows it: its mobile setting, with a slow line and a slow processor."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.broadsheet import Broadsheet
from bench.figures.site import data_folder
from bench.growth import Size, grow
from bench.harness import Reading, Settings
from bench.processes import NotInstalledError, find_program, run_to_end

# Those that grow() lets wait, rejects or takes for spam are made up for.
MANY = Size(articles=2, comments=550, on_one=550)
CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
TIMES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked for",
}


def front_page(settings: Settings) -> Reading:
    program = _lighthouse()
    with data_folder() as folder, Broadsheet(folder) as app:
        return _reading(program, f"{app.base_url}/", folder, settings.rounds)


def long_thread(settings: Settings) -> Reading:
    """The article with some 500 comments, of which its page shows the first hundred."""
    program = _lighthouse()
    with data_folder() as folder:
        app = Broadsheet(folder)
        grow(folder, MANY)
        with app:
            return _reading(program, app.base_url + app.article_path, folder, settings.rounds)


def _lighthouse() -> str:
    program = shutil.which("lighthouse")
    if program is None:
        raise NotInstalledError("Lighthouse is not installed (npm: lighthouse)")
    return program


def _reading(program: str, url: str, folder: Path, rounds: int) -> Reading:
    reports = [_report(program, url, folder / "lighthouse.json") for _ in range(rounds)]
    scores = [[round(100 * category["score"]) for category in one["categories"].values()] for one in reports]
    performance, *others = zip(*scores, strict=True)
    titles = [category["title"].lower() for category in reports[0]["categories"].values()][1:]
    said = [f"{title} {median(values):.0f}" for title, values in zip(titles, others, strict=True)]
    said += [f"{title} {_middle(reports, audit):,.0f} ms" for audit, title in TIMES.items()]
    said.append(f"layout shift {_middle(reports, 'cumulative-layout-shift'):.3g}")
    said.append(f"{_middle(reports, 'total-byte-weight'):,.0f} bytes")
    chromium = re.search(r"Chrome/([\d.]+)", reports[0]["environment"]["hostUserAgent"])
    versions = {"Lighthouse": reports[0]["lighthouseVersion"], "Chromium": chromium[1] if chromium else "unknown"}
    return Reading(performance, ", ".join(said), versions)


def _report(program: str, url: str, path: Path) -> dict[str, Any]:
    command = [program, url, "--quiet", "--output=json", f"--output-path={path}", f"--chrome-flags={CHROMIUM_FLAGS}"]
    run_to_end(command, env={"CHROME_PATH": find_program("chromium", "chromium")})
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report


def _middle(reports: Sequence[Mapping[str, Any]], audit: str) -> float:
    return median(float(report["audits"][audit]["numericValue"]) for report in reports)
