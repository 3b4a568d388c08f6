"""A WebSub hub, if there is one, is told of each article that is announced; a hub that is away is told later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qsl

import feedparser
import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.jobs import Job
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory

pytestmark = ON_SQLITE


class Hub:
    """A hub on this machine, with all that it was told."""

    def __init__(self) -> None:
        self.told: list[list[tuple[str, str]]] = []
        self.answer = 204
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hub.told.append(parse_qsl(body.decode()))
                self.send_response(hub.answer)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def hub() -> Iterator[Hub]:
    serving = Hub()
    thread = Thread(target=serving.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield serving
    serving.server.shutdown()
    thread.join()
    serving.server.server_close()


def run_jobs(app: Flask) -> None:
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])


def test_the_feed_names_the_hub_which_is_told_once_of_what_is_announced_together(
    app_with: Callable[..., Flask], factory: Factory, hub: Hub
) -> None:
    app = app_with(websub_hub=hub.address)
    factory.article("one")
    factory.article("two")
    run_jobs(app)
    assert hub.told == [
        [
            ("hub.mode", "publish"),
            ("hub.url", "http://broadsheet.test/feed.atom"),
            ("hub.url", "http://broadsheet.test/feed.json"),
        ]
    ]
    feed = feedparser.parse(app.test_client().get("/feed.atom").data)
    assert [link.href for link in feed.feed.links if link.rel == "hub"] == [hub.address]
    told = app.test_client().get("/feed.json").json
    assert told is not None
    assert told["hubs"] == [{"type": "WebSub", "url": hub.address}]
    run_jobs(app)
    assert len(hub.told) == 1


def test_a_hub_that_is_away_is_told_later(
    app_with: Callable[..., Flask], factory: Factory, hub: Hub, frozen_clock: FrozenClock
) -> None:
    app = app_with(websub_hub=hub.address)
    factory.article("one")
    hub.answer = 500
    run_jobs(app)
    assert factory.ask(sa.select(Job.error).where(Job.kind == "ping the hub")) == ["the hub answered 500"]
    hub.answer = 202
    frozen_clock.advance(minutes=2)
    run_jobs(app)
    assert len(hub.told) == 2
    assert factory.ask(sa.select(Job.id).where(Job.kind == "ping the hub")) == []


def test_without_a_hub_nobody_is_told(app: Flask, factory: Factory, hub: Hub) -> None:
    factory.article("one")
    run_jobs(app)
    assert hub.told == []
    assert 'rel="hub"' not in app.test_client().get("/feed.atom").text
