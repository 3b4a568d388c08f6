"""Browsers before a site that is really served, and what none of them may ever meet with."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from app.accounts.queries import Identity
from tests.factories import PASSWORD, Factory
from tests.serving.site import ServedSite

expect.set_options(timeout=15_000)  # milliseconds; a busy machine is no fault of a page's

ADDRESSES = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())
"""One for each browser, so that none uses up another's share of comments."""


SLUGS = (f"story-{number}" for number in count(1))


@dataclass(frozen=True)
class Story:
    """An article of one test's own."""

    id: int
    slug: str

    @property
    def path(self) -> str:
        return f"/articles/{self.slug}"

    @property
    def title(self) -> str:
        return f"About {self.slug}"


@dataclass(frozen=True)
class Town:
    """A site with an editor, and the means to fill it."""

    site: ServedSite
    factory: Factory
    editor: Identity


@pytest.fixture(scope="module")
def town(memory: Path, migrated_sqlite: Path) -> Iterator[Town]:
    """One for a module, whose tests each have a story of their own in it."""
    instance = Path(tempfile.mkdtemp(prefix="site-", dir=memory))
    shutil.copy(migrated_sqlite, instance / "broadsheet.db")  # a third of a start goes into migrating
    with ServedSite(instance, TRUSTED_PROXIES="1") as site, site.factory() as factory:
        yield Town(site, factory, factory.editor())


@pytest.fixture
def story(town: Town) -> Story:
    slug = next(SLUGS)
    return Story(town.factory.article(slug), slug)


@pytest.fixture
def new_site(tmp_path: Path) -> Iterator[ServedSite]:
    """A site that has no editor yet."""
    with ServedSite(tmp_path / "instance", TRUSTED_PROXIES="1") as site:
        yield site


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """A test that asks for it runs twice."""
    return bool(request.param)


class Visitor:
    """A browser of one person's, with all that it asked for and complained of."""

    def __init__(self, browser: Browser, address: str, javascript: bool) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            extra_http_headers={"X-Forwarded-For": next(ADDRESSES)},
        )
        self.home = urlsplit(address).netloc
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", lambda request: self.requested.append(request.url))
        self.page: Page = self.context.new_page()

    def hand_over(self) -> None:
        """Makes this the browser of somebody else, at another address, who keeps nothing of what was done in it."""
        if self.page.url.startswith("http"):
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.context.clear_cookies()
        self.context.set_extra_http_headers({"X-Forwarded-For": next(ADDRESSES)})
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.complaints.clear()
        self.requested.clear()

    def requested_elsewhere(self) -> list[str]:
        return [url for url in self.requested if urlsplit(url).netloc != self.home]

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium says so of a page that is an error page by design, too, and of an answer in a row's place.
        is_status = message.text.startswith("Failed to load resource: the server responded")
        is_by_design = message.location["url"] == self.page.url or re.search(r"status of (401|409|422)", message.text)
        if message.type in {"error", "warning"} and not (is_status and is_by_design):
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser before a site. At the end none may have complained, or asked another site for anything."""
    visitors: list[Visitor] = []

    def open_browser(site: ServedSite, javascript: bool = True) -> Visitor:
        visitors.append(Visitor(chromium, site.address, javascript))
        return visitors[-1]

    yield open_browser
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
    assert [url for visitor in visitors for url in visitor.requested_elsewhere()] == []


@pytest.fixture
def reader(visit: Callable[..., Visitor], town: Town, javascript: bool) -> Iterator[Page]:
    """A reader's browser, in which no cookie may ever be set."""
    visitor = visit(town.site, javascript)
    yield visitor.page
    assert visitor.context.cookies() == []


@pytest.fixture
def desk(visit: Callable[..., Visitor], town: Town, javascript: bool) -> Page:
    """The editor's browser, logged in, before the queue."""
    page = visit(town.site, javascript).page
    page.goto("/admin/")
    log_in(page, town.editor)
    return page


def log_in(page: Page, editor: Identity) -> None:
    page.get_by_label("E-mail").fill(editor.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def write_comment(page: Page, text: str, name: str = "Ann Reader", email: str = "") -> None:
    """Fills in the reader's form that the page shows, and sends it."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Send").click()
