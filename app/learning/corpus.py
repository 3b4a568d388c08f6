"""The examples of a retraining as vectors, in a temporary file that is read in any order."""

from __future__ import annotations

import mmap
import tempfile
from array import array
from types import TracebackType

from app.learning.features import Vector, unpacked


class DiskCorpus:
    """Takes vectors in, then gives them back by their place; the file is gone when the block ends.

    A hundred thousand comments are some 100 MB, which the system keeps in memory only as long as nobody else needs it.
    """

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self.ends = array("Q", [0])
        self.keys = array("q")
        self.spam = bytearray()
        self._read: mmap.mmap | None = None

    def __enter__(self) -> DiskCorpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._read is not None:
            self._read.close()
        self.file.close()

    def add(self, key: int, vector: Vector, spam: bool) -> None:
        packed = vector.packed()
        self.file.write(packed)
        self.ends.append(self.ends[-1] + len(packed))
        self.keys.append(key)
        self.spam.append(spam)

    def __len__(self) -> int:
        return len(self.spam)

    def __getitem__(self, place: int) -> tuple[Vector, bool]:
        if self._read is None:
            self.file.flush()
            self._read = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)
        return unpacked(self._read, self.ends[place]), bool(self.spam[place])

    def find(self, key: int) -> tuple[Vector, bool] | None:
        """What was added under the key."""
        return self[self.keys.index(key)] if key in self.keys else None
