"""Which posts count as coming from this site's own pages."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.comments.models import Comment
from tests.comments.sending import send
from tests.conftest import BASE_URL
from tests.factories import Factory
from tests.pages import Page

EVIL = "https://evil.example"

TABLE: list[tuple[str | None, str | None, bool]] = [
    # Sec-Fetch-Site, Origin, taken
    ("same-origin", None, True),
    ("same-origin", BASE_URL, True),
    ("same-origin", "null", True),
    ("same-origin", EVIL, True),  # no page can set Sec-Fetch-Site; a proxy may have rewritten Origin
    ("same-site", None, False),
    ("same-site", BASE_URL, False),
    ("cross-site", None, False),
    ("cross-site", BASE_URL, False),
    ("cross-site", "null", False),
    ("cross-site", EVIL, False),
    ("none", None, False),
    ("none", BASE_URL, False),
    ("", BASE_URL, False),
    ("Same-Origin", None, False),
    (None, None, True),  # neither header: no browser of today, and no authority to steal
    (None, "null", True),
    (None, BASE_URL, True),
    (None, EVIL, False),
    (None, "", False),
    (None, BASE_URL.replace("http", "https"), False),
    (None, f"{BASE_URL}:8080", False),
    (None, f"{BASE_URL}.evil.example", False),
    (None, "http://sub.broadsheet.test", False),
    (None, f"{BASE_URL}/", False),
    (None, f"{BASE_URL} {EVIL}", False),
]


def headers_of(site: str | None, origin: str | None) -> dict[str, str]:
    named = {"Sec-Fetch-Site": site, "Origin": origin}
    return {name: value for name, value in named.items() if value is not None}


def test_only_posts_from_this_sites_own_pages_are_taken(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    statuses = {
        row: send(client, via=f"198.51.100.{number}", headers=headers_of(*row[:2])).status_code
        for number, row in enumerate(TABLE)
    }
    assert statuses == {row: 303 if row[2] else 403 for row in TABLE}
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [sum(row[2] for row in TABLE)]


def test_the_host_that_a_request_names_makes_no_origin_its_own(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert send(client, headers={"Host": "evil.example", "Origin": "http://evil.example"}).status_code == 403


def test_a_refused_post_gives_the_text_back_on_a_designed_page(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    page = Page(send(client, body="Words that took some time.", headers={"Sec-Fetch-Site": "cross-site"}))
    assert page.is_designed
    assert page.text("//h1") == "This form was sent from another site"
    assert page.text("//textarea[@readonly]") == "Words that took some time."


@pytest.mark.parametrize("path", ["/admin/login", "/admin/decide", "/admin/logout", "/nothing/here"])
def test_every_address_refuses_posts_from_other_sites(client: FlaskClient, path: str) -> None:
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_links_from_other_sites_lead_to_pages_as_ever(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    assert client.get("/articles/news", headers={"Sec-Fetch-Site": "cross-site", "Origin": EVIL}).status_code == 200
