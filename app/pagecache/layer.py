"""The WSGI layer in front of Flask that answers GET and HEAD of readers' pages from memory."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from app.core import clock
from app.core.revisions import Facts
from app.pagecache.entries import ENCODERS, Entry, Headers, Store
from app.pagecache.freshness import Freshness

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FACTS = "broadsheet.page"
"""Where in the environ the application leaves the Facts of a page that may be kept."""
TURNS = 64
"""Pages that are made at once, unless they share a turn by chance."""
QUERY_LIMIT = 500
"""Characters of a query that is looked at; a longer one is left to the application."""


class PageCache:
    """Serves a page as long as the database says that nothing it depends on has changed.

    `params_of` gives the query parameters that a path's route declares, or None where nothing is ever kept. Host and
    cookies are not looked at: a reader's page is the same for everyone.
    """

    def __init__(
        self, wsgi_app: WSGIApplication, freshness: Freshness, params_of: Callable[[str], tuple[str, ...] | None]
    ) -> None:
        self.wsgi_app = wsgi_app
        self.freshness = freshness
        self.params_of = params_of
        self.store = Store()
        self._turns = [threading.RLock() for _ in range(TURNS)]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.wsgi_app(environ, start_response)
        key = self._key(environ)
        if key is None:
            return self.wsgi_app(environ, start_response)
        asked = self._ask(key)
        if asked is None:
            # The application will say in words that the database is away.
            return self.wsgi_app(environ, start_response)
        token, entry = asked
        if entry is None:
            # Of those who want the same page at once, one makes it and the others find it made.
            with self._turns[hash(key) % TURNS]:
                token, entry = self._ask(key) or asked
                if entry is None:
                    return self._make(key, token, environ, start_response)
        return self._send(key, entry, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> str | None:
        path: str = environ["PATH_INFO"]
        query: str = environ.get("QUERY_STRING", "")
        if not query:
            return path
        if len(query) > QUERY_LIMIT:
            return None
        declared = self.params_of(path)
        if declared is None:
            return None
        # Of two that are given, routes take the first, and an empty one for none at all.
        given = parse_qs(query, keep_blank_values=True, errors="replace")
        kept = {name: given[name][0] for name in declared if given.get(name, [""])[0]}
        return f"{path}?{urlencode(kept)}" if kept else path

    def _ask(self, key: str) -> tuple[object, Entry | None] | None:
        """The token of this moment, and the entry if it holds; None when the database does not say."""
        try:
            token = self.freshness.token()
            return token, self._fresh(key, token)
        except (sqlite3.Error, SQLAlchemyError, OSError):
            return None

    def _fresh(self, key: str, token: object) -> Entry | None:
        entry = self.store.get(key)
        if entry is None:
            return None
        if entry.token != token:
            if entry.subjects and self._has_moved(entry):
                return None
            entry.token = token
        if entry.facts.ends_at is not None and clock.now() >= entry.facts.ends_at:
            return None
        return entry

    def _has_moved(self, entry: Entry) -> bool:
        now = self.freshness.numbers(entry.subjects)
        return any(now.get(subject, 0) != number for subject, number in entry.facts.numbers.items())

    def _make(
        self, key: str, token: object, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        self.store.drop(key)
        wanted = environ["REQUEST_METHOD"]
        said: list[object] = []

        def hear(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            said[:] = [status, headers, exc_info]
            return _refuse_write

        environ["REQUEST_METHOD"] = "GET"
        answer = self.wsgi_app(environ, hear)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        environ["REQUEST_METHOD"] = wanted
        facts: Facts | None = environ.get(FACTS)
        if facts is None:
            start_response(*said)  # type: ignore[arg-type]
            return [body] if wanted == "GET" else []
        entry = Entry(body, said[1], facts, token)  # type: ignore[arg-type]
        return self._send(key, entry, environ, start_response)

    def _send(self, key: str, entry: Entry, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        forms = len(entry.answers)
        answer = entry.answer(encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if len(entry.answers) != forms:
            self.store.put(key, entry)
        known = environ.get("HTTP_IF_NONE_MATCH")
        is_known = known is not None and (answer.etag in known or known.strip() == "*")
        headers = answer.not_modified if is_known else answer.headers
        start_response("304 NOT MODIFIED" if is_known else "200 OK", _until_now(headers) if entry.is_brief else headers)
        return [] if is_known or environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


@lru_cache(maxsize=512)
def encoding_for(accept_encoding: str) -> str:
    """The best of ENCODERS that the client takes, or '' for none."""
    accepted = parse_accept_header(accept_encoding, Accept)
    return (
        max(ENCODERS, key=lambda name: (accepted.quality(name), name == "br")) if accepted.best_match(ENCODERS) else ""
    )


def _until_now(headers: Headers) -> Headers:
    """Lets nginx keep the answer for what is left of this second.

    It takes no-cache for "never" without this, which has to come first; and it counts whole seconds, so that one
    second of its own lasts up to two.
    """
    return [("X-Accel-Expires", f"@{int(time())}"), *headers]


def _refuse_write(_data: bytes) -> object:
    raise RuntimeError("the application writes nothing by hand")
