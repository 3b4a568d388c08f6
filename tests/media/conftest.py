"""A disk on which there is no room."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

import pytest

MakeRoom = Callable[[], None]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> MakeRoom:
    """What it gives makes room."""
    real = os.fsync

    def fail(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    return lambda: monkeypatch.setattr(os, "fsync", real)
