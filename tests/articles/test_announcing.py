"""An article is announced once, by the jobs process, at the minute at which readers first see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.articles.events import ArticleAnnounced, article_announced
from app.articles.models import Article
from app.audit.models import AuditEntry
from app.core.jobs import Job, enqueue
from tests.articles.test_writing import write, write_again
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

AT_NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Listener:
    """Hears of articles, and writes a job of its own beside, as whoever mails them would."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.heard: list[str] = []
        self.fails = False

    def __call__(self, event: ArticleAnnounced) -> None:
        enqueue(event.session, "mail it", {"article": event.article.id})
        if self.fails:
            raise RuntimeError("killed in the middle")
        self.heard.append(event.article.slug)

    def after_the_jobs(self) -> list[str]:
        """What was heard once those jobs are done that are due."""
        self.app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
        return self.heard


@pytest.fixture
def listener(app: Flask) -> Iterator[Listener]:
    listening = Listener(app)
    with article_announced.connected_to(listening):
        yield listening


def test_a_scheduled_article_is_announced_at_its_minute_and_never_again(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock, listener: Listener
) -> None:
    write(browser, published="2026-11-21T12:00")
    assert listener.after_the_jobs() == []
    frozen_clock.time = AT_NOON
    assert listener.after_the_jobs() == ["nine-new-bridges"]
    assert factory.ask(sa.select(Article.announced_at)) == [AT_NOON]
    row = sa.select(AuditEntry.actor).where(AuditEntry.verb == "announce article", AuditEntry.subject == "article:1")
    assert factory.ask(row) == ["jobs"]
    assert "Announced 21 November 2026, 12:00" in Page(browser.get("/admin/articles")).text("//ul[@class='listed']")
    write_again(browser, published="2026-11-21T11:59", tags="City")
    send_form(browser, "/admin/articles/1/withdraw", {"reason": "A court."})
    send_form(browser, "/admin/articles/1/republish")
    assert listener.after_the_jobs() == ["nine-new-bridges"]


@ON_SQLITE
def test_what_is_rescheduled_is_announced_once_at_the_new_minute(
    browser: FlaskClient, frozen_clock: FrozenClock, listener: Listener
) -> None:
    write(browser, published="2026-11-21T09:00")
    write_again(browser, published="2026-11-21T12:00")
    frozen_clock.time = AT_NOON.replace(hour=11)
    assert listener.after_the_jobs() == []
    frozen_clock.time = AT_NOON
    assert listener.after_the_jobs() == listener.after_the_jobs() == ["nine-new-bridges"]


@ON_SQLITE
def test_what_is_published_at_once_is_announced_unless_it_is_withdrawn_before(
    browser: FlaskClient, listener: Listener
) -> None:
    write(browser, do="publish", slug="at-once")
    write(browser, do="publish", slug="taken-back")
    send_form(browser, "/admin/articles/2/withdraw", {"reason": "It was not ready."})
    assert listener.after_the_jobs() == ["at-once"]
    send_form(browser, "/admin/articles/2/republish")
    assert listener.after_the_jobs() == ["at-once", "taken-back"]


@ON_SQLITE
def test_what_becomes_a_draft_again_before_its_minute_is_not_announced(
    browser: FlaskClient, frozen_clock: FrozenClock, listener: Listener
) -> None:
    write(browser, published="2026-11-21T12:00")
    write_again(browser, published="")
    frozen_clock.time = AT_NOON
    assert listener.after_the_jobs() == []


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ({}, ["news"]),
        ({"published": datetime(2026, 11, 19, 12, 0, tzinfo=UTC)}, ["news"]),
        ({"published": datetime(2026, 11, 19, 9, 59, tzinfo=UTC)}, []),
        ({"sample": True}, []),
        ({"draft": True}, []),
    ],
)
@ON_SQLITE
def test_of_files_only_news_is_announced(
    factory: Factory, browser: FlaskClient, listener: Listener, fields: dict[str, object], heard: list[str]
) -> None:
    article = factory.article("news", **fields)  # type: ignore[arg-type]
    assert listener.after_the_jobs() == heard
    write_again(browser, article=article, tags="City")
    assert listener.after_the_jobs() == heard


def test_a_process_that_dies_in_an_announcement_leaves_nothing_of_it_and_another_makes_it(
    browser: FlaskClient, factory: Factory, frozen_clock: FrozenClock, listener: Listener
) -> None:
    mailings: Callable[[], list[object]] = lambda: factory.ask(sa.select(Job.id).where(Job.kind == "mail it"))  # noqa: E731
    write(browser, do="publish")
    listener.fails = True
    listener.after_the_jobs()
    assert (factory.ask(sa.select(Article.announced_at)), mailings()) == ([None], [])
    listener.fails = False
    frozen_clock.advance(days=3)
    assert listener.after_the_jobs() == ["nine-new-bridges"]
    assert len(mailings()) == 1
