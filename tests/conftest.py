"""What the tests stand on: real databases, a frozen clock, and a real browser."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from collections import OrderedDict
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

from app import create_app, wiring
from app.accounts.queries import Identity
from app.config import Config
from app.core import clock, jobs
from app.core.db import db
from app.pagecache.entries import Store
from app.pagecache.freshness import freshness_of
from app.pagecache.layer import PageCache
from tests.factories import Factory
from tests.postgres import PostgresServer, postgres_programs

IN_CI = os.environ.get("CI") == "true"
# Chromium heeds the last list alone, so what Playwright leaves out is left out here too. The pop-up of the address bar
# is a page of Chromium's own, which it makes beside each window: that took as long as a page of the site.
CHROMIUM_LEAVES_OUT = [
    "WebUIOmniboxPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(CHROMIUM_LEAVES_OUT)}",
]
BASE_URL = "http://broadsheet.test"
IN_MEMORY = Path("/dev/shm")
ROOM = 1 << 30
"""In bytes: many times what the largest test writes."""

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

EXECUTIONS = ("before_cursor_execute", "after_cursor_execute")
APPS = 4
_apps: OrderedDict[Config, Flask] = OrderedDict()


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


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is room, since SQLite waits at each commit until a disk has it."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        with tempfile.TemporaryDirectory(prefix="broadsheet-", dir=IN_MEMORY) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="session")
def place(memory: Path) -> Path:
    """The folder of an installation: the same for each test, which finds it empty."""
    place = memory / "place"
    place.mkdir()
    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, place: Path) -> Iterator[str]:
    """A migrated database of its own for this test, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        for left in place.glob("test.db*"):
            left.unlink()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), place / "test.db")
        yield f"sqlite:///{place / 'test.db'}"
        return
    server: PostgresServer | None = request.getfixturevalue("postgres")
    if server is None:
        leave_out("Tests on PostgreSQL", "postgresql")
        return
    yield server.as_new("test", template=request.getfixturevalue("migrated_postgres"))


@pytest.fixture
def config(database_url: str, place: Path) -> Config:
    shutil.rmtree(place / "instance", ignore_errors=True)
    return Config(
        instance_path=place / "instance",
        database_url=database_url,
        base_url=BASE_URL,
        secret_key="test",
        trusted_proxies=1,
    )


@pytest.fixture
def app(config: Config, frozen_clock: FrozenClock) -> Iterator[Flask]:
    """The application on an empty database, at 10:00 UTC on 20 November 2026.

    Other tests get it too: what one of them hangs on it for good belongs on one of its own, of `app_with`.
    """
    app = _as_new(config)
    before = _hung_on(app)
    yield app
    assert _hung_on(app) == before
    with app.app_context():
        db.engine.dispose()


def file_of(app: Flask) -> Path:
    """The SQLite database's."""
    with app.app_context():
        return Path(str(db.engine.url.database))


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


def _as_new(config: Config) -> Flask:
    """An application that knows of no earlier test. Making one and its statements took half of a test's time."""
    app = _apps.pop(config, None) or _created(config)
    _apps[config] = app
    if len(_apps) > APPS:
        _apps.popitem(last=False)
    config.instance_path.mkdir(exist_ok=True)
    jobs.register(app.extensions, wiring.JOBS)
    app.extensions["frames"].clear()
    app.extensions.pop("next_publication", None)
    layer: PageCache = app.extensions["page_cache"]
    with app.app_context():
        layer.freshness = freshness_of(db.engine)
    layer.store = Store()
    return app


def _hung_on(app: Flask) -> list[int]:
    with app.app_context():
        engine = db.engine
    listened = (getattr(engine.dispatch, name) for name in ("begin", "commit", *EXECUTIONS))
    return [len(app.view_functions), len(engine.pool.dispatch.connect), *map(len, listened)]


def _created(config: Config) -> Flask:
    app = create_app(config)
    app.jinja_env.bytecode_cache = _templates
    return app


def _migrate(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
        db.engine.dispose()
