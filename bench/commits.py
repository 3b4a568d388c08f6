"""Another process that commits to the site's database: `python -m bench.commits DATA_DIR KIND TOTAL RATE COUNTER`."""

import mmap
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.broadsheet import Editor
from bench.processes import start, stop

ROOT = Path(__file__).resolve().parents[1]


class Counter:
    """A number in a file that the committing process raises and the reading ones see at once."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 8)

    @property
    def value(self) -> int:
        return int(struct.unpack("<q", self._memory[:8])[0])

    @value.setter
    def value(self, number: int) -> None:
        self._memory[:8] = struct.pack("<q", number)


@contextmanager
def committing(
    data_dir: Path, kind: str, total: int, per_second: float, counter: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Commits go on in another process inside the block; returns once the first is done. 0 a second: unpaced."""
    log = counter.with_suffix(".log")
    Counter(counter).value = 0
    command = [sys.executable, "-m", "bench.commits", f"{data_dir}", kind, f"{total}", f"{per_second}", f"{counter}"]
    process = start(command, log, cwd=ROOT)
    try:
        give_up = time.monotonic() + 30
        while Counter(counter).value == 0:
            if process.poll() not in (None, 0) or time.monotonic() > give_up:
                raise RuntimeError(f"no commit was made: {log.read_text()[-400:]}")
            time.sleep(0.01)
        yield process
    finally:
        stop(process)


def main(data_dir: Path, kind: str, total: int, per_second: float, counter_file: Path) -> None:
    counter = Counter(counter_file)
    with Editor(data_dir) as editor:
        commit = editor.article if kind == "article" else editor.unrelated
        began = time.monotonic()
        for number in range(1, total + 1):
            commit(number)
            # Only now: an answer asked for from here on has to show this commit.
            counter.value = number
            if per_second:
                time.sleep(max(0.0, began + number / per_second - time.monotonic()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5]))
