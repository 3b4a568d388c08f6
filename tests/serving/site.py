"""The site as `flask serve` runs it: its own processes, its own instance, real HTTP on a free port."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

import pytest

from app import create_app
from app.config import ROOT, Config
from app.core import db as database
from app.core.db import db
from tests.factories import Factory

PATIENCE = 20.0
"""Seconds after which what has not come will not come."""


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Fails, naming `what`, when it has not happened after a long time."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command_line_environment(instance: Path, **settings: str) -> dict[str, str]:
    """The environment of a `flask` command on an instance: this one's, with no other setting of the site in it."""
    names = {field.upper() for field in Config.__dataclass_fields__}
    kept = {key: value for key, value in os.environ.items() if key.removeprefix("FLASK_") not in names}
    return {**kept, "FLASK_APP": "app", "INSTANCE_PATH": str(instance), **settings}


def flask(
    instance: Path, *arguments: str, settings: Mapping[str, str] | None = None, stdin: str = "", cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Runs a `flask` command to its end."""
    environment = command_line_environment(instance, PYTHONPATH=str(ROOT), **(settings or {}))
    command = [sys.executable, "-m", "flask", *arguments]
    return subprocess.run(
        command, input=stdin, cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


class ServedSite:
    """A site that is served from entering this to leaving it, which asserts that Ctrl-C ends it cleanly.

    Entered again, it serves the same instance anew, on another port.
    """

    def __init__(self, instance: Path, **settings: str) -> None:
        self.instance = instance
        self.settings = settings
        self.port = 0
        self.is_ended = False
        """Whether the test has ended it in its own way."""
        self._begun: list[int] = []

    def __enter__(self) -> ServedSite:
        self.start()
        try:
            wait_until(self._answers, "the site does not answer")
            with self.one_connection_to_each_worker():
                self._begun = self.children()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self.is_ended:
                self.ctrl_c()
                assert self.process.wait(PATIENCE) == 0
        finally:
            self.close()

    def start(self) -> None:
        """Begins to serve, without waiting until it does."""
        self.port = free_port()
        self.is_ended = False
        self._begun = []
        self.instance.mkdir(parents=True, exist_ok=True)
        self._printed = (self.instance / "printed").open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "serve"],
            cwd=ROOT,
            env=command_line_environment(self.instance, PORT=str(self.port), **self.settings),
            stdout=self._printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def close(self) -> None:
        """Leaves nothing running, however the test went."""
        self._printed.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in filter(is_running, self._begun):
            os.kill(pid, signal.SIGKILL)

    def ctrl_c(self) -> None:
        """Does what a terminal does: SIGINT to every process of the group."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def printed(self) -> str:
        """All that the site has said, on standard output and error."""
        return (self.instance / "printed").read_text(encoding="utf-8")

    def first_link(self) -> str:
        """Where the first editor's link leads, as it was printed."""
        found = re.search(r"^http://\S+(/admin/welcome/\S+)$", self.printed(), re.MULTILINE)
        assert found, self.printed()
        return found[1]

    def children(self, of: int | None = None) -> list[int]:
        """The ids of the processes that `flask serve`, or one of these, began."""
        parent = of or self.process.pid
        return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    def at_work(self) -> list[int]:
        """The ids of those that the children began: the one that works jobs off."""
        return [one for child in self.children() for one in self.children(child)]

    @contextmanager
    def one_connection_to_each_worker(self) -> Iterator[list[HTTPConnection]]:
        """Each has been answered. The kernel deals connections out to the workers, so it may take more than two."""
        by_worker: dict[int, HTTPConnection] = {}
        with ExitStack() as opened:

            def connect() -> bool:
                connection = opened.enter_context(closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)))
                connection.request("GET", "/robots.txt")
                connection.getresponse().read()
                by_worker.setdefault(_process_behind(connection, self.children()), connection)
                return len(by_worker) == 2

            wait_until(connect, "one of the workers does not answer")
            yield list(by_worker.values())

    @contextmanager
    def factory(self) -> Iterator[Factory]:
        """Makes rows in this site's database, from this process, which waits for its turn beside a site at work."""
        app = create_app(Config(instance_path=self.instance, port=self.port))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(database, "BUSY_SECONDS", PATIENCE)
            yield Factory(app)
        with app.app_context():
            db.engine.dispose()

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.printed()
        try:
            urlopen(f"{self.address}/robots.txt").close()
        except OSError:
            return False
        return True


def _process_behind(connection: HTTPConnection, processes: list[int]) -> int:
    """The process that holds the other end of a connection (proc_net_tcp(5))."""
    ends = connection.sock.getpeername()[1], connection.sock.getsockname()[1]
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in list(table)[1:]]
    inode = next(row[9] for row in rows if (_port(row[1]), _port(row[2])) == ends)
    return next(pid for pid in processes if f"socket:[{inode}]" in _open_files(pid))


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)


def _open_files(pid: int) -> set[str]:
    files = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # what is closed meanwhile
            files.add(os.readlink(entry))
    return files


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
