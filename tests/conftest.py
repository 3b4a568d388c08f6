"""What the tests stand on: real databases, a frozen clock, and a real browser."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from app.accounts.queries import Identity
from app.config import Config
from app.core import clock
from app.core.db import db
from tests.factories import Factory
from tests.postgres import PostgresServer, postgres_programs

IN_CI = os.environ.get("CI") == "true"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BASE_URL = "http://broadsheet.test"

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""For a test of what only one of the databases does."""

_left_out: set[str] = set()


def leave_out(what: str, package: str) -> None:
    """Skips a test for want of a real part; in CI that is a failure."""
    sentence = f"{what} skipped: get it with `apt-get install {package}`"
    if IN_CI:
        pytest.fail(sentence)
    _left_out.add(sentence)
    pytest.skip(sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for sentence in sorted(_left_out):
        terminalreporter.write_line(sentence)


class KeptTemplates(BytecodeCache):
    """Templates that one test has compiled, for those that follow: half of a test's time went into that."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


_templates = KeptTemplates()


class FrozenClock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **how_much: float) -> None:
        self.time += timedelta(**how_much)


@pytest.fixture
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    frozen = FrozenClock()
    monkeypatch.setattr(clock, "source", frozen)
    return frozen


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer | None]:
    """One server for the session, or None where PostgreSQL is not installed."""
    programs = postgres_programs()
    if programs is None:
        yield None
        return
    with PostgresServer(programs) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    _migrate(Config(instance_path=path.parent, database_url=f"sqlite:///{path}"))
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory) -> str | None:
    """The name of a PostgreSQL database with the schema, to be copied for each test."""
    if postgres is None:
        return None
    url = postgres.create("migrated")
    _migrate(Config(instance_path=tmp_path_factory.mktemp("pg"), database_url=url))
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of its own for this test, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer | None = request.getfixturevalue("postgres")
    if server is None:
        leave_out("Tests on PostgreSQL", "postgresql")
        return
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    yield server.create(name, template=request.getfixturevalue("migrated_postgres"))
    server.drop(name)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(
        instance_path=tmp_path / "instance",
        database_url=database_url,
        base_url=BASE_URL,
        secret_key="test",
        trusted_proxies=1,
    )


@pytest.fixture
def app(config: Config, frozen_clock: FrozenClock) -> Iterator[Flask]:
    """The application on an empty database, at 10:00 UTC on 20 November 2026."""
    app = _created(config)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app_with(config: Config, app: Flask) -> Iterator[Callable[..., Flask]]:
    """Makes a second application on the same database, whose settings differ in what is given."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        made.append(_created(dataclasses.replace(config, **settings)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader. A header X-Forwarded-For names another address, since one proxy is trusted."""
    return app.test_client()


@pytest.fixture
def factory(app: Flask) -> Factory:
    return Factory(app)


@pytest.fixture
def edith(factory: Factory) -> Identity:
    """An editor whose e-mail is edith@example.org and whose password is PASSWORD."""
    return factory.editor()


@pytest.fixture
def browser(factory: Factory, edith: Identity) -> FlaskClient:
    """Edith's browser, in which she is logged in."""
    return factory.logged_in(edith)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    path = shutil.which("chromium")
    if path is None:
        leave_out("Journeys in a browser", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def _created(config: Config) -> Flask:
    app = create_app(config)
    app.jinja_env.bytecode_cache = _templates
    return app


def _migrate(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
        db.engine.dispose()
