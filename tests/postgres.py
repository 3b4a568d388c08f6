"""A PostgreSQL server of the tests' own, on a free port, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

FULL = 200
"""Rows above which a table is truncated: deleted ones would stay in its file, and in the way of later tests."""

# A schema as a test finds it; one that has been renamed, altered or made anew is another.
SCHEMA = """
    SELECT md5(concat(
        (SELECT string_agg(oid || relname, ',' ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(attrelid || attname || atttypid || attnotnull, ',' ORDER BY attrelid, attnum)
            FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_constraint),
        (SELECT string_agg(oid || tgenabled::text, ',' ORDER BY oid) FROM pg_trigger),
        (SELECT string_agg(setdatabase || setconfig::text, ',' ORDER BY setdatabase) FROM pg_db_role_setting)
    ))"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
FILLED = f"""SELECT '{{0}}', EXISTS (SELECT FROM "{{0}}" OFFSET {FULL}) WHERE EXISTS (SELECT FROM "{{0}}")"""
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@dataclass
class Contents:
    """What a database holds before a test: the rows of each table that has any, and where the sequences stand."""

    schema: str
    tables: list[str]
    rows: dict[str, bytes]
    sequences: dict[str, tuple[int, bool]]


def postgres_programs() -> Path | None:
    """Where initdb and postgres are, as Debian's package puts them; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


class PostgresServer:
    """Runs as the user `postgres` where the tests run as root, since PostgreSQL refuses to be root."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="broadsheet-pg-"))
        self._contents: dict[str, Contents] = {}
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self) -> PostgresServer:
        data = self.folder / "data"
        if self.as_user:
            shutil.chown(self.folder, "postgres")
        self._run(
            "initdb", "-D", str(data), "-U", "test", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = (
            f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off -c full_page_writes=off -c max_connections=200"
        )
        self._run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(self.folder / "log"), "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_new(self, name: str, template: str) -> str:
        """The URL of a database that holds what the template holds.

        One that is there is put back, which takes a tenth of what making it takes; but not if a test has altered it.
        """
        with suppress(psycopg.OperationalError), self._connect(name) as connection:
            if name in self._contents and _put_back(connection, self._contents[name]):
                return self._url(name)
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.create(name, template)
        with self._connect(name) as connection:
            self._contents[name] = _contents(connection)
        return self._url(name)

    def create(self, name: str, template: str | None = None) -> str:
        """Creates a database and returns its URL."""
        self._sql(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""))
        return self._url(name)

    def drop(self, name: str) -> None:
        self._sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _url(self, name: str) -> str:
        return f"postgresql://test@127.0.0.1:{self.port}/{name}"

    def _connect(self, name: str) -> Connection:
        return psycopg.connect(self._url(name))

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.programs / program), *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL
        )


def _contents(connection: Connection) -> Contents:
    tables = _column(connection, TABLES)
    rows = {table: _copy_of(connection, table) for table in tables}
    sequences = {
        name: connection.execute(f'SELECT last_value, is_called FROM "{name}"'.encode()).fetchall()[0]
        for name in _column(connection, SEQUENCES)
    }
    filled = {table: text for table, text in rows.items() if text}
    return Contents(_column(connection, SCHEMA)[0], tables, filled, sequences)


def _put_back(connection: Connection, contents: Contents) -> bool:
    connection.execute(END_OTHERS.encode())
    if _column(connection, SCHEMA) != [contents.schema]:
        return False
    connection.execute(b"SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
    filled = connection.execute(" UNION ALL ".join(map(FILLED.format, contents.tables)).encode()).fetchall()
    statements = [f'TRUNCATE "{table}" CASCADE' if is_full else f'DELETE FROM "{table}"' for table, is_full in filled]
    for name, (value, is_called) in contents.sequences.items():
        statements.append(f"SELECT setval('\"{name}\"', {value}, {is_called})")
    connection.execute("; ".join(statements).encode())  # at once, since it is the asking that takes time
    for table, text in contents.rows.items():
        # What was cut off with another table may be cut off once more.
        connection.execute(f'DELETE FROM "{table}"'.encode())
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN'.encode()) as copy:
            copy.write(text)
    return True


def _copy_of(connection: Connection, table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT'.encode()) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _column(connection: Connection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query.encode())]
