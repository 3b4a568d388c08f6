"""The private link to an article that is not out yet."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.articles.models import Article
from app.core.tokens import token_hash
from tests.articles.test_writing import write, write_again
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, send_form
from tests.pages import Page

SHARE = "/admin/articles/1/share"


def share(browser: FlaskClient) -> str:
    """Makes a private link, and returns its path."""
    page = Page(send_form(browser, SHARE))
    return re.sub("^https?://[^/]+", "", page.attribute("//input[@id='link']", "value"))


def test_who_has_the_link_reads_the_draft_as_it_stands_until_it_is_taken_back(
    browser: FlaskClient, client: FlaskClient, factory: Factory
) -> None:
    write(browser)
    path = share(browser)
    assert factory.ask(sa.select(Article.shared_hash)) == [token_hash(path.rpartition("/")[2])]
    assert path not in browser.get("/admin/articles/1/edit").text
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    page = Page(answer)
    assert page.text("//h1") == "Nine new bridges"
    assert page.text("//header/*[@class='slip']").startswith("This is a private preview.")
    assert not page.find("//form")
    write_again(browser, title="Ten new bridges")
    assert Page(client.get(path)).text("//h1") == "Ten new bridges"

    newer = share(browser)
    assert [client.get(one).status_code for one in (path, newer)] == [404, 200]
    send_form(browser, SHARE, {"do": "stop"})
    assert client.get(newer).status_code == 404


@ON_SQLITE
def test_once_the_article_is_live_its_private_link_leads_there(
    browser: FlaskClient, client: FlaskClient, frozen_clock: FrozenClock
) -> None:
    write(browser, published="2026-11-21T09:30")
    path = share(browser)
    assert "21 November 2026" in Page(client.get(path)).text("//header/p[@class='meta']")
    frozen_clock.time = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert client.get(path).headers["Location"] == "/articles/nine-new-bridges"
    assert send_form(browser, "/admin/articles/9/share").status_code == 404
