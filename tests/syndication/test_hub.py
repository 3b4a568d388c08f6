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
from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
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


def test_feeds_name_the_hub_which_is_told_once_of_all_in_which_there_is_something_new(
    app_with: Callable[..., Flask], factory: Factory, hub: Hub
) -> None:
    app = app_with(websub_hub=hub.address)
    client = app.test_client()
    factory.described("rosa-martin")
    factory.described("nobody-yet")
    factory.article("one", tags=["C++"], authors=["rosa-martin"])
    factory.article("two", tags=["Río"])
    factory.article("made-up", tags=["Sample"], sample=True)
    run_jobs(app)
    pages = ["", "/authors/rosa-martin", "/tags/c%2B%2B", "/tags/r%C3%ADo"]
    topics = [f"{BASE_URL}{page}/feed.{kind}" for page in pages for kind in ("atom", "json")]
    assert hub.told == [[("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]]
    for topic in topics:
        answer = client.get(topic.removeprefix(BASE_URL))
        assert answer.headers["Link"] == f'<{hub.address}>; rel="hub", <{topic}>; rel="self"'
        if topic.endswith("atom"):
            links = {link.rel: link.href for link in feedparser.parse(answer.data).feed.links}
            assert (links["hub"], links["self"]) == (hub.address, topic)
        else:
            told = answer.json or {}
            assert (told["hubs"], told["feed_url"]) == ([{"type": "WebSub", "url": hub.address}], topic)
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
    assert hub.told == [hub.told[0]] * 2
    assert factory.ask(sa.select(Job.id).where(Job.kind == "ping the hub")) == []


def test_without_a_hub_nobody_is_told(app: Flask, factory: Factory, hub: Hub) -> None:
    factory.article("one")
    run_jobs(app)
    assert hub.told == []
    answer = app.test_client().get("/feed.atom")
    assert 'rel="hub"' not in answer.text
    assert "Link" not in answer.headers
