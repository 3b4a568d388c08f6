"""JPEG and PNG files without anything but the picture, whose own bytes stay as they are.

What cameras and programs write beside it (where it was taken, by whom, a small copy of what was cut away) is not hidden
from pages but gone, and so is whatever stands behind the picture's end.
"""

from __future__ import annotations

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP = range(0xE0, 0xF0)
_ADOBE = 0xEE
"""Says in which colours the numbers are; without it, some pictures are shown in wrong ones."""
_ALONE = {0x01, *range(0xD0, 0xD8)}
"""Markers without a length."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


class Malformed(ValueError):
    """The file is not built as its format demands."""


def bare_jpeg(data: bytes) -> bytes:
    """Raises Malformed. Its own output comes out unchanged."""
    if data[:2] != b"\xff\xd8":
        raise Malformed
    kept, at = [data[:2]], 2
    while True:
        start = at
        while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] == b"\xff":
            at += 1
        if data[at : at + 1] != b"\xff" or at + 2 > len(data):
            raise Malformed
        marker = data[at + 1]
        if marker == _EOI:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 if marker in _ALONE else at + 2 + _length(data, at + 2)
        if marker == _SOS:
            end = _end_of_scan(data, end)
        if (marker not in _APP or marker == _ADOBE) and marker != _COM:
            kept.append(data[at:end])
        at = max(end, start + 1)


def bare_png(data: bytes) -> bytes:
    """Raises Malformed. Its own output comes out unchanged."""
    if data[:8] != _SIGNATURE:
        raise Malformed
    kept, at = [_SIGNATURE], 8
    while True:
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4])
        if len(name) < 4 or end > len(data):
            raise Malformed
        if name in _CHUNKS:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _length(data: bytes, at: int) -> int:
    length = int.from_bytes(data[at : at + 2])
    if length < 2 or at + length > len(data):
        raise Malformed
    return length


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands that is no part of the scan's own numbers."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Malformed
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
