"""A made page and the answers it gives, in a store of bounded size."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field

import brotli

from app.core.revisions import Facts

COMPRESSIBLE = (
    "text/html",
    "text/css",
    "text/javascript",
    "text/plain",
    "application/atom+xml",
    "application/feed+json",
    "application/manifest+json",
    "application/xml",
    "image/svg+xml",
)
SMALLEST = 256
"""Bytes below which compressing saves no packet."""
STORE_BYTES = 8 * 1024 * 1024
"""What one process keeps: some 800 articles without comments, or 450 with fifty, when only gzip is asked for."""
OVERHEAD = 6 * 1024
"""Of an entry beside its bodies: some forty headers, and what it was made from."""

BRIEFLY = "public, no-cache, s-maxage=1"
"""How long others may keep a page: browsers until they have asked, shared caches a second."""

ENCODERS: dict[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda body, lasting: brotli.compress(body, quality=11 if lasting else 5),
    "gzip": lambda body, lasting: gzip.compress(body, 9 if lasting else 6, mtime=0),
}
"""A file that never changes is compressed once and as far as it goes: a style sheet takes 40 ms, and loses a tenth."""
DECODERS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}

Headers = list[tuple[str, str]]

UPDATING = {"Cache-Control", "ETag", "Vary"}
"""What a 304 says (RFC 9110, 15.4.5): how long the page goes on holding. The ETag stands for all other headers, too, so
whoever has the page has those."""


@dataclass(frozen=True)
class Answer:
    """One encoding's two answers, ready to be sent."""

    body: bytes
    etag: str
    headers: Headers
    not_modified: Headers


@dataclass
class Entry:
    """A page in the encodings that were asked for, and in no other: compressed, it is a third of its size."""

    body: InitVar[bytes]
    headers: Headers
    facts: Facts
    token: object
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self, body: bytes) -> None:
        self._held = "", body
        self.subjects = tuple(self.facts.numbers)
        self.digest = hashlib.sha256(body + repr(self.headers).encode()).hexdigest()[:24]
        caching = next((value for name, value in self.headers if name == "Cache-Control"), "")
        self.is_brief, self.is_lasting = caching == BRIEFLY, caching.endswith("immutable")
        content_type = next((value for name, value in self.headers if name == "Content-Type"), "")
        self.is_compressible = len(body) >= SMALLEST and content_type.startswith(COMPRESSIBLE)

    @property
    def size(self) -> int:
        bodies = [answer.body for answer in self.answers.values()] or [self._held[1]]
        return OVERHEAD + sum(map(len, bodies))

    def answer(self, encoding: str) -> Answer:
        """The answer in an encoding of ENCODERS, or '' for none; made at the first asking."""
        if not self.is_compressible:
            encoding = ""
        answer = self.answers.get(encoding)
        if answer is None:
            answer = self.answers[encoding] = self._make(encoding)
        return answer

    def _make(self, encoding: str) -> Answer:
        held_in, body = self._held
        body = DECODERS[held_in](body) if held_in else body
        body = ENCODERS[encoding](body, self.is_lasting) if encoding else body
        self._held = encoding, body
        etag = f'"{self.digest}-{encoding}"' if encoding else f'"{self.digest}"'
        shared = [(name, value) for name, value in self.headers if name not in {"Content-Length", "Content-Type"}]
        shared.append(("ETag", etag))
        if self.is_compressible:
            shared.append(("Vary", "Accept-Encoding"))
        headers = [*shared, ("Content-Length", str(len(body)))]
        headers += [(name, value) for name, value in self.headers if name == "Content-Type"]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return Answer(body, etag, headers, [(name, value) for name, value in shared if name in UPDATING])


class Store:
    """The entries that were asked for last, up to a number of bytes."""

    def __init__(self, limit: int = STORE_BYTES) -> None:
        self.limit = limit
        self.size = 0
        self._entries: OrderedDict[str, tuple[Entry, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Entry | None:
        with self._lock:
            held = self._entries.get(key)
            if held is None:
                return None
            self._entries.move_to_end(key)
            return held[0]

    def put(self, key: str, entry: Entry) -> None:
        """Keeps the entry, or weighs it anew after it has grown by an encoding."""
        with self._lock:
            self._drop(key)
            self._entries[key] = (entry, entry.size)
            self.size += entry.size
            while self.size > self.limit and len(self._entries) > 1:
                self._drop(next(iter(self._entries)))

    def drop(self, key: str) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: str) -> None:
        held = self._entries.pop(key, None)
        if held is not None:
            self.size -= held[1]
