"""The files of images, under names made of what is in them: a file that is there is whole, and never changes."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.web import settings
from app.media.models import Image


def media_folder() -> Path:
    """What nginx serves as /media/."""
    return settings().instance_path / "media"


def folder_of(image_hash: str) -> Path:
    return media_folder() / image_hash


def original(image: Image) -> bytes:
    """The file as it was cleaned. Raises OSError."""
    return (folder_of(image.hash) / f"original.{image.extension}").read_bytes()


@contextmanager
def staged(data: bytes) -> Iterator[Path]:
    """The bytes in a file of their own, on the disk for good; whoever keeps them moves it to where it belongs."""
    path = settings().instance_path / "staged" / secrets.token_hex(8)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def place(path: Path, target: Path) -> None:
    """Moves a staged file at once, so that nobody ever meets with a part of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def write(target: Path, data: bytes) -> None:
    with staged(data) as path:
        place(path, target)


def remove(image_hash: str) -> None:
    shutil.rmtree(folder_of(image_hash), ignore_errors=True)
