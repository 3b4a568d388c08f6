"""What the database promises: one writer at a time, snapshots for readers, and nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from app import create_app
from app.comments.models import Comment, CommentTally, Status
from app.config import Config
from app.core import clock
from app.core.db import db, transaction
from app.site.models import Site, the_site
from tests.conftest import ON_SQLITE
from tests.factories import Factory


@pytest.fixture
def other(database_url: str) -> Iterator[sqlite3.Connection]:
    """Another process's connection to the same SQLite file, which waits for no lock."""
    connection = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
    yield connection
    connection.close()


def test_what_a_transaction_wrote_is_there_when_it_ends(app: Flask, factory: Factory) -> None:
    with app.app_context(), transaction() as session:
        the_site(session).samples_loaded_at = clock.now()
    assert factory.ask(sa.select(Site.samples_loaded_at)) == [clock.now()]


def test_a_transaction_that_raises_leaves_nothing(app: Flask, factory: Factory) -> None:
    def write_and_fail(fault: type[BaseException]) -> None:
        with transaction() as session:
            the_site(session).samples_loaded_at = clock.now()
            session.flush()
            raise fault

    for fault in (ZeroDivisionError, KeyboardInterrupt):
        with app.app_context(), pytest.raises(fault):
            write_and_fail(fault)
    assert factory.ask(sa.select(Site.samples_loaded_at)) == [None]


def test_a_transaction_is_not_opened_after_a_read(app: Flask) -> None:
    with app.app_context():
        the_site(db.session())
        with pytest.raises(RuntimeError, match="before the session reads"), transaction():
            pass


def test_a_transaction_is_not_opened_within_another(app: Flask, factory: Factory) -> None:
    def open_two() -> None:
        with transaction() as session:
            the_site(session).samples_loaded_at = clock.now()
            with transaction():
                pass

    with app.app_context(), pytest.raises(RuntimeError):
        open_two()
    assert factory.ask(sa.select(Site.samples_loaded_at)) == [None]


def test_a_transaction_can_follow_another(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            with transaction() as session:
                the_site(session)


def test_a_transaction_sees_what_others_have_written_since_the_session_last_looked(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            site = the_site(session)
        with db.engine.begin() as elsewhere:
            elsewhere.execute(sa.update(Site).values(samples_loaded_at=clock.now()))
        with transaction() as session:
            assert the_site(session) is site
            assert site.samples_loaded_at == clock.now()


def test_every_row_that_refers_to_nothing_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        session.execute(sa.text("INSERT INTO drawings (article_id, name, svg) VALUES (99, 'x', 'x')"))


def test_times_are_stored_in_utc_and_come_back_aware(app: Flask, factory: Factory) -> None:
    local = datetime(2026, 11, 20, 12, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with app.app_context(), transaction() as session:
        the_site(session).samples_loaded_at = local
    [stored] = factory.ask(sa.select(Site.samples_loaded_at))
    assert stored == local
    assert stored.tzinfo is UTC
    assert "2026-11-20 07:00" in str(factory.ask(sa.select(sa.cast(Site.samples_loaded_at, sa.Text)))[0])


def test_a_time_without_its_zone_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(StatementError, match="without its zone"), transaction() as session:
        the_site(session).samples_loaded_at = datetime(2026, 11, 20)


def test_a_value_that_no_enumeration_has_is_refused_by_the_database(app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        session.execute(sa.text("UPDATE comment_tallies SET status = 'lost' WHERE status = 'spam'"))


@ON_SQLITE
def test_each_sqlite_connection_is_durable_strict_and_impatient(app: Flask) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with app.app_context():
        connections = [db.engine.connect() for _ in range(4)]
        try:
            for connection in connections:
                found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
                assert found == wanted
                patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
                assert patience is not None
                assert 0 < patience <= 500
        finally:
            for connection in connections:
                connection.close()


def test_a_longer_patience_cannot_be_set_by_the_databases_url(tmp_path: Path, migrated_sqlite: Path) -> None:
    app = create_app(Config(instance_path=tmp_path, database_url=f"sqlite:///{migrated_sqlite}?timeout=30"))
    with app.app_context(), db.engine.connect() as connection:
        patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        assert patience is not None
        assert patience <= 500
        connection.close()
        db.engine.dispose()


@ON_SQLITE
def test_a_transaction_holds_the_write_lock_from_its_first_moment(app: Flask, other: sqlite3.Connection) -> None:
    with app.app_context(), transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")


@ON_SQLITE
def test_a_second_writer_is_told_that_the_database_is_busy(app: Flask, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    with app.app_context():
        with pytest.raises(OperationalError, match="locked"), transaction():
            pass
        other.rollback()
        with transaction() as session:
            the_site(session)


@ON_SQLITE
def test_a_reader_holds_no_writer_up_and_sees_one_state_throughout(app: Flask, other: sqlite3.Connection) -> None:
    with app.app_context(), db.engine.connect() as reader:
        query = sa.select(Site.samples_loaded_at)
        assert reader.scalar(query) is None
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE site SET samples_loaded_at = '2026-11-20 10:00:00'")
        assert reader.scalar(query) is None
        other.execute("COMMIT")
        assert reader.scalar(query) is None
        reader.rollback()
        assert reader.scalar(query) == clock.now()


def test_what_four_writers_at_once_were_told_is_written_is_there(app: Flask, factory: Factory) -> None:
    article = factory.article("news")

    def write(number: int) -> int:
        written = 0
        for one in range(15):
            try:
                factory.comment(article, f"Letter {one} of writer {number}.", address=f"{number}-{one}")
            except OperationalError:
                continue
            written += 1
        return written

    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(write, range(4)))
    assert told > 0
    assert len(factory.ask(sa.select(Comment.id))) == told
    assert factory.ask(sa.select(CommentTally.count).where(CommentTally.status == Status.PENDING)) == [told]
    assert len(set(factory.ask(sa.select(Comment.path)))) == told


def test_a_relative_database_url_names_the_same_file_to_the_migrations_and_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    app = create_app(Config(instance_path=tmp_path / "instance", database_url="sqlite:///news.db"))
    with app.app_context():
        upgrade()
        with transaction() as session:
            assert the_site(session).id == 1
        db.engine.dispose()
    assert (tmp_path / "instance" / "news.db").exists()
    assert list((tmp_path / "elsewhere").iterdir()) == []
