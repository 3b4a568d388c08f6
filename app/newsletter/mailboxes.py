"""The messages in files, mboxes, Maildirs and what comes in through a pipe, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_BEGINS = re.compile(rb"From \S+ .*\d{4}\s*$")
"""The line before each message in an mbox, and before the one that some mail servers write into a pipe."""


def messages_in(path: Path, largest: int) -> Iterator[bytes]:
    """No more of a message than so many bytes. What was new in a Maildir is marked as read, once it is asked for the
    next; all else is left as it is."""
    if not path.is_dir():
        with path.open("rb") as stream:
            yield from messages_of(stream, largest)
    elif (path / "new").is_dir() and (path / "cur").is_dir():
        for file in sorted((path / "new").iterdir()):
            yield _beginning(file, largest)
            file.replace(path / "cur" / f"{file.name}:2,S")
    else:
        for file in sorted(path.iterdir()):
            if file.is_file():
                yield _beginning(file, largest)


def messages_of(stream: IO[bytes], largest: int) -> Iterator[bytes]:
    """Of a stream that is one message, or an mbox."""
    line = stream.readline(largest)
    if not _BEGINS.match(line):
        yield line + stream.read(largest)
        return
    while line:
        message, line = _next(stream, largest)
        yield message


def _next(stream: IO[bytes], largest: int) -> tuple[bytes, bytes]:
    """A message, and the line at which the one after it begins."""
    message, size, is_after_blank = [], 0, False
    while line := stream.readline(largest):
        if is_after_blank and _BEGINS.match(line):
            break
        if size < largest:
            message.append(line)
        size += len(line)
        is_after_blank = not line.strip()
    return b"".join(message), line


def _beginning(file: Path, largest: int) -> bytes:
    with file.open("rb") as stream:
        return stream.read(largest)
