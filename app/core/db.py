"""The database: the declarative base, its types, and the only place that commits."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic, sleep
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry

BUSY_SECONDS = 0.5
"""How long a SQLite connection waits for another's lock before it gives up."""

TRY_EACH_SECONDS = 0.0005
"""How often a SQLite connection tries to get the lock meanwhile."""

LOCK_MILLISECONDS = 2_000
STATEMENT_MILLISECONDS = 10_000
"""How long PostgreSQL waits for a lock, and works at one statement, before it gives up."""

MAX_ID = 2**31 - 1
"""The largest key that both databases take; a larger number in a request names nothing."""


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware time, stored in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _from_sqlite if dialect.name == "sqlite" else _from_postgresql


def _from_sqlite(value: str | None) -> datetime | None:
    """A page reads hundreds of times, so they are taken from their text in one step."""
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _from_postgresql(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


Id = Annotated[int, mapped_column(primary_key=True)]


_metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: UTCDateTime(), str: sa.Text()}, metadata=_metadata)


_turn = threading.Lock()

_ADVISORY_LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("number", type_=sa.BigInteger())))

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def engine_options(url: str) -> dict[str, Any]:
    """What create_engine takes beside the URL. Errors, which are logged, hold none of the values: readers' words.

    The connection that was given back last is taken first: of SQLite's, each has its own cache of the file.
    """
    shared = {"hide_parameters": True, "pool_use_lifo": True}
    if sa.make_url(url).get_backend_name() == "sqlite":
        return shared | {"connect_args": {"timeout": BUSY_SECONDS}}
    limits = f"-c lock_timeout={LOCK_MILLISECONDS} -c statement_timeout={STATEMENT_MILLISECONDS}"
    return shared | {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5, "options": limits}}


def prepare_engine(engine: sa.Engine) -> None:
    """Sets what each SQLite connection needs; another database is left as it is."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_sqlite_connect)
        sa.event.listen(engine, "begin", _on_sqlite_begin)


def _on_sqlite_connect(connection: DBAPIConnection, _record: object) -> None:
    # Without this sqlite3 begins transactions by its own rules, and readers get no snapshot.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is erased is gone from the file, however SQLite was built.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        _begin_to_write(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: sa.Connection) -> None:
    """Takes the write lock, trying again every half millisecond.

    SQLite by itself lets up to 100 go by between two tries, in which the writers of another process pass it again and
    again. Processes that come to write in turn use all cores: one reads and cleans what it is sent while the other
    writes. A try costs some 15 microseconds, and of each process one thread tries (`_in_turn`).
    """
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    give_up = monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while monotonic() < give_up:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                sleep(TRY_EACH_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")


def named_values(kind: type[StrEnum], name: str) -> sa.Enum:
    """A column of an enumeration's values, checked by the database under a name of its own in the table."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


@contextmanager
def transaction() -> Iterator[Session]:
    """A unit of work that writes: committed when the block ends, rolled back when it raises.

    On SQLite it takes the write lock at once, since a transaction that reads first and writes later fails as soon as
    another has written in between. For the same reason it raises RuntimeError if the session has already read.
    Raises sqlalchemy.exc.OperationalError if the database is locked, full or away.
    """
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("transaction() has to be opened before the session reads")
    session.expire_all()
    with _in_turn(session):
        try:
            session.connection(execution_options={"writes": True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _in_turn(session: Session) -> Iterator[None]:
    """Lets the threads of this process write to SQLite one after the other.

    Of many that keep trying, some would never come to write. Who has waited long enough tries all the same, and hears
    from the database that it is locked.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    has_turn = _turn.acquire(timeout=BUSY_SECONDS)
    try:
        yield
    finally:
        if has_turn:
            _turn.release()


def begin_snapshot() -> None:
    """Begins a read in which every query sees the same state; SQLite's reads are all like that."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def one_at_a_time(session: Session, key: str) -> None:
    """Makes transactions that name the same key wait for one another until they end.

    SQLite has one writer anyway; PostgreSQL takes an advisory lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
        session.connection().execute(_ADVISORY_LOCK, {"number": number})
