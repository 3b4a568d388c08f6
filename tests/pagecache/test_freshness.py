"""A kept page is sent again exactly as long as it holds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from app import create_app
from app.config import Config
from app.core.db import db, transaction
from app.core.revisions import bump
from app.pagecache.freshness import SqliteFreshness
from tests.conftest import FrozenClock
from tests.factories import Factory


class Renderings:
    """Counts the templates that an application renders, which a kept page needs none of."""

    def __init__(self, app: Flask) -> None:
        self.names: list[str | None] = []
        template_rendered.connect(self._heard, app, weak=False)

    def _heard(self, _sender: Flask, template: object, **_context: object) -> None:
        self.names.append(getattr(template, "name", None))

    def during(self, call: Callable[[], object]) -> int:
        before = len(self.names)
        call()
        return len(self.names) - before


@pytest.fixture
def renderings(app: Flask) -> Renderings:
    return Renderings(app)


def test_a_second_request_renders_nothing_and_gets_the_same_bytes(
    client: FlaskClient, factory: Factory, renderings: Renderings
) -> None:
    factory.article("news")
    first = client.get("/articles/news")
    assert renderings.during(lambda: client.get("/articles/news")) == 0
    assert client.get("/articles/news").data == first.data


@pytest.mark.parametrize("query", ["utm_source=x", "fbclid=abc", "before=x", "from=", "", "a=1&b=2&from="])
def test_parameters_that_the_route_does_not_declare_change_nothing(
    client: FlaskClient, factory: Factory, renderings: Renderings, query: str
) -> None:
    factory.article("news")
    client.get("/articles/news")
    assert renderings.during(lambda: client.get(f"/articles/news?{query}")) == 0


def test_a_declared_parameter_makes_another_page(client: FlaskClient, factory: Factory) -> None:
    article = factory.article("news")
    editor = factory.editor()
    first = factory.published(article, "The first of two.", editor=editor)
    second = factory.published(article, "The second of two.", editor=editor)
    assert "The first of two." in client.get("/articles/news").text
    assert "The first of two." not in client.get(f"/articles/news?from={second:08x}").text
    assert "The first of two." in client.get(f"/articles/news?utm_source=x&from={first:08x}").text


def test_neither_host_nor_cookies_matter(client: FlaskClient, factory: Factory, renderings: Renderings) -> None:
    factory.article("news")
    page = client.get("/articles/news").data
    client.set_cookie("session", "anything", path="/")
    assert renderings.during(lambda: client.get("/articles/news", headers={"Host": "evil.example"})) == 0
    assert client.get("/articles/news", headers={"Host": "evil.example"}).data == page
    assert b"evil.example" not in page


def test_a_decision_shows_on_the_article_and_the_front_page_at_once_and_leaves_others_alone(
    client: FlaskClient, factory: Factory, renderings: Renderings
) -> None:
    article = factory.article("news", related=["other"])
    factory.article("other", related=["news"])
    editor = factory.editor()
    comment, _token = factory.comment(article, "A sound point.")
    for path in ("/", "/articles/news", "/faq", "/feed.atom"):
        client.get(path)
    factory.decide(editor, comment, "publish")
    assert "A sound point." in client.get("/articles/news").text
    assert "1 comment" in client.get("/").text
    assert renderings.during(lambda: client.get("/faq")) == 0
    assert renderings.during(lambda: client.get("/feed.atom")) == 0
    factory.decide(editor, comment, "reject")
    assert "A sound point." not in client.get("/articles/news").text


def test_a_pending_comment_makes_no_page_anew(client: FlaskClient, factory: Factory, renderings: Renderings) -> None:
    article = factory.article("news")
    client.get("/articles/news")
    client.get("/")
    factory.comment(article)
    assert renderings.during(lambda: client.get("/articles/news")) == 0
    assert renderings.during(lambda: client.get("/")) == 0


def test_a_changed_article_is_read_anew_wherever_it_is_shown(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", title="The first title", related=["other"])
    factory.article("other", related=["news"])
    pages = ("/", "/articles/news", "/articles/other", "/feed.atom")
    assert all("The first title" in client.get(path).text for path in pages)
    factory.article("news", title="The second title", related=["other"])
    assert all("The second title" in client.get(path).text for path in pages)


def test_an_article_goes_live_at_its_minute_without_a_change_in_the_database(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock
) -> None:
    factory.article("now")
    factory.article("soon", published=frozen_clock.time + timedelta(minutes=5))
    assert "About soon" not in client.get("/").text
    frozen_clock.advance(minutes=4, seconds=59)
    assert "About soon" not in client.get("/").text
    frozen_clock.advance(seconds=1)
    assert "About soon" in client.get("/").text


def test_each_of_several_articles_goes_live_at_its_own_minute_and_the_page_is_kept_in_between(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock, renderings: Renderings
) -> None:
    for minutes in (5, 10):
        factory.article(f"in-{minutes}", published=frozen_clock.time + timedelta(minutes=minutes))
    shown = []
    for _ in range(3):
        shown.append([f"About in-{minutes}" in client.get("/").text for minutes in (5, 10)])
        frozen_clock.advance(minutes=4)
        assert renderings.during(lambda: client.get("/")) == 0
        frozen_clock.advance(minutes=1)
    assert shown == [[False, False], [True, False], [True, True]]


def test_a_commit_between_reading_a_page_and_keeping_it_is_seen_at_the_next_request(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    article = factory.article("news")
    editor = factory.editor()
    comment, _token = factory.comment(article, "A sound point.")
    decided: list[int] = []

    def decide_meanwhile(_sender: Flask, **_context: object) -> None:
        if not decided:
            decided.append(comment)
            factory.decide(editor, comment, "publish")

    # The page has been rendered from the old state; its revisions are yet to be read.
    with template_rendered.connected_to(decide_meanwhile, app):
        assert "A sound point." not in client.get("/articles/news").text
    assert decided
    assert "A sound point." in client.get("/articles/news").text


def test_another_process_is_seen_at_the_next_request(
    client: FlaskClient, factory: Factory, renderings: Renderings, config: Config
) -> None:
    article = factory.article("news")
    client.get("/articles/news")
    url = sa.make_url(config.database_url).render_as_string(hide_password=False)
    statements = [
        f"UPDATE articles SET title = 'From elsewhere' WHERE id = {article}",
        f"UPDATE revisions SET number = number + 1 WHERE subject IN ('articles', 'article:{article}')",
    ]
    write = (
        "import sqlalchemy as sa\n"
        f"with sa.create_engine({url!r}).begin() as connection:\n"
        f"    for statement in {statements!r}:\n"
        "        connection.execute(sa.text(statement))\n"
    )
    subprocess.run([sys.executable, "-c", write], check=True)
    assert "From elsewhere" in client.get("/articles/news").text


def test_a_commit_that_touches_no_page_costs_one_look_and_no_rendering(
    app: Flask, client: FlaskClient, factory: Factory, renderings: Renderings
) -> None:
    factory.article("news")
    client.get("/articles/news")
    with app.app_context(), transaction() as session:
        bump(session, "something else")
    assert renderings.during(lambda: client.get("/articles/news")) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_file_at_the_path_is_opened_anew(factory: Factory, config: Config, tmp_path: Path) -> None:
    factory.article("news")
    path = tmp_path / "at 100%?#.db"
    path.write_bytes(Path(sa.make_url(config.database_url).database or "").read_bytes())
    freshness = SqliteFreshness(str(path))
    before = freshness.token()
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    assert freshness.token() != before


def test_a_page_that_is_no_one_elses_is_never_kept(
    client: FlaskClient, factory: Factory, renderings: Renderings
) -> None:
    article = factory.article("news")
    _comment, token = factory.comment(article)
    for path in (f"/receipts/{token}", "/articles/nothing-here", "/admin/login"):
        client.get(path)
        assert renderings.during(lambda path=path: client.get(path)) == 1  # type: ignore[misc]


def test_two_applications_on_one_database_never_disagree(app: Flask, config: Config, factory: Factory) -> None:
    article = factory.article("news")
    editor = factory.editor()
    other = create_app(config)
    browsers = [app.test_client(), other.test_client()]
    for number in range(10):
        factory.published(article, f"Letter number {number}.", editor=editor)
        assert all(f"Letter number {number}." in browser.get("/articles/news").text for browser in browsers)
    with other.app_context():
        db.engine.dispose()


def test_of_those_who_want_an_outdated_page_at_once_one_makes_it(
    app: Flask, factory: Factory, renderings: Renderings
) -> None:
    factory.article("news")
    waiting: list[Thread] = []
    answers: list[bytes] = []

    def ask() -> None:
        answers.append(app.test_client().get("/articles/news").data)

    def let_another_ask(_sender: Flask, **_context: object) -> None:
        if not waiting:
            waiting.append(Thread(target=ask))
            waiting[0].start()
            # Long enough to make the page, had it not to wait.
            waiting[0].join(0.5)

    def read() -> None:
        ask()
        waiting[0].join()

    with template_rendered.connected_to(let_another_ask, app):
        assert renderings.during(read) == 1
    assert len(answers) == 2
    assert len(set(answers)) == 1
