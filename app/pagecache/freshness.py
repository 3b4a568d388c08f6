"""Whether anything at all has been written since a page was last looked at."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote

import sqlalchemy as sa

from app.core.db import BUSY_SECONDS
from app.core.revisions import Revision


class Freshness(Protocol):
    """The database as the page cache asks it. Each raises an error of the database when it cannot tell."""

    def token(self) -> object:
        """Something that is equal as long as nothing has been committed. It is asked before a page is made."""

    def numbers(self, subjects: tuple[str, ...]) -> Mapping[str, int]:
        """Where the revisions of the subjects stand now."""


class SqliteFreshness:
    """Asks `PRAGMA data_version`, which moves with every commit of another connection, in whatever process.

    Its own connection never writes, so no change escapes it. It is opened in the process that asks (a SQLite
    connection must not cross a fork) and again when another file stands at the path.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._opened: tuple[int, int, int] | None = None
        self._opens = 0

    def token(self) -> object:
        with self._lock:
            cursor = self._cursor()
            return self._opens, cursor.execute("PRAGMA data_version").fetchone()[0]

    def numbers(self, subjects: tuple[str, ...]) -> Mapping[str, int]:
        places = ",".join("?" * len(subjects))
        query = f"SELECT subject, number FROM revisions WHERE subject IN ({places})"  # noqa: S608
        with self._lock:
            return dict(self._cursor().execute(query, subjects).fetchall())

    def _cursor(self) -> sqlite3.Cursor:
        stat = os.stat(self.path)
        here = (os.getpid(), stat.st_dev, stat.st_ino)
        if self._opened != here:
            connection = sqlite3.connect(
                f"file:{quote(self.path)}?mode=rw",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.execute("PRAGMA query_only = ON")
            self._connection = connection
            self._asking = connection.cursor()
            self._opened = here
            self._opens += 1
        return self._asking


class AskedFreshness:
    """Has nothing to go by but the numbers, so that they are asked for each time: one look-up of a few keys."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def token(self) -> object:
        return object()

    def numbers(self, subjects: tuple[str, ...]) -> Mapping[str, int]:
        query = sa.select(Revision.subject, Revision.number).where(Revision.subject.in_(subjects))
        with self.engine.connect() as connection:
            return {row.subject: row.number for row in connection.execute(query)}


def freshness_of(engine: sa.Engine) -> Freshness:
    if engine.dialect.name == "sqlite" and engine.url.database:
        return SqliteFreshness(engine.url.database)
    return AskedFreshness(engine)
