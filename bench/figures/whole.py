"""The server as a whole: how soon it answers after it was started, and what it holds in memory."""

import time

from bench.broadsheet import Broadsheet
from bench.figures.site import GZIP, ask, data_folder
from bench.growth import Size, grow
from bench.harness import Reading, Settings
from bench.processes import memory_megabytes

ARTICLES = 10_000


def cold_start(settings: Settings) -> Reading:
    """From the command to the first answer; the files may be in the system's cache, for others use the machine."""
    seconds = []
    with data_folder() as folder:
        app = Broadsheet(folder, workers=2)
        for _ in range(settings.rounds):
            began = time.monotonic()
            with app:
                seconds.append(time.monotonic() - began)
    return Reading(seconds, "installed, its data prepared, its files in the system's cache")


def resident_memory(settings: Settings) -> Reading:
    """After every article was read once: what the page cache may hold, it holds."""
    with data_folder() as folder:
        app = Broadsheet(folder)
        paths = grow(folder, Size(articles=ARTICLES, comments=0, on_one=0))
        with app:
            fresh = memory_megabytes(app.pids)
            for path in paths:
                if ask(app.base_url + path, GZIP).status != 200:
                    raise RuntimeError(f"{path} did not answer")
            full = memory_megabytes(app.pids)
    return Reading([full], f"proportional set size of all processes; {fresh:.0f} MB before the first page was read")
