"""What every measured server shows a figure, and the starting and stopping that the peers share."""

import shutil
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from bench.load import Post
from bench.processes import stop, temporary_folder


class CommentServer(Protocol):
    """A running server with one article and its thread of 50 comments."""

    name: str

    @property
    def page_url(self) -> str: ...

    @property
    def post(self) -> Post: ...

    def pids(self) -> list[int]: ...

    def versions(self) -> dict[str, str]: ...

    def reset(self) -> None:
        """Takes away what was posted since the start, so that a later round meets the same thread."""


class Peer(ABC):
    """A context manager that starts a peer's processes in its own folder and leaves nothing behind."""

    name = "peer"

    def __init__(self) -> None:
        self.folder = Path()
        self.processes: list[subprocess.Popen[bytes]] = []

    @abstractmethod
    def check(self) -> None:
        """Raises NotInstalledError, with one line that says what is missing."""

    @abstractmethod
    def start(self) -> None:
        """Starts the processes, in the peer's folder."""

    def pids(self) -> list[int]:
        return [process.pid for process in self.processes]

    def stop(self) -> None:
        while self.processes:
            stop(self.processes.pop())
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.check()
        self.folder = temporary_folder(self.name.lower())
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
