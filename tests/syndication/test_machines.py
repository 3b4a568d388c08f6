"""What programs look for at addresses that are the same on every site."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
from tests.pages import Page

pytestmark = ON_SQLITE

SECURITY = "/.well-known/security.txt"


def test_robots_are_kept_from_the_desk_and_from_receipts_and_shown_the_sitemaps(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin", "Disallow: /receipts", "Disallow: /passes/"} <= set(lines)
    shown = [line.removeprefix(f"Sitemap: {BASE_URL}") for line in lines if line.startswith("Sitemap: ")]
    assert shown == ["/sitemap.xml", "/sitemaps/news.xml"]
    assert {client.get(path).status_code for path in shown} == {200}


def test_security_txt_says_whom_to_tell_and_never_has_ended(
    app_with: Callable[..., Flask], frozen_clock: FrozenClock
) -> None:
    """RFC 9116, sections 2.5.2 to 2.5.8."""
    settings = {"base_url": "https://paper.example", "locale": "pt-BR"}
    reader = app_with(site_contact="desk+web@paper.example", **settings).test_client()
    for _day in range(3):
        answer = reader.get(SECURITY)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert fields.pop("Contact") == "mailto:desk%2Bweb@paper.example"
        left = datetime.fromisoformat(fields.pop("Expires")) - frozen_clock.time
        assert timedelta(days=170) < left < timedelta(days=365)
        assert fields == {"Preferred-Languages": "pt-BR", "Canonical": f"https://paper.example{SECURITY}"}
        frozen_clock.advance(days=5)


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("https://paper.example/contact", "https://paper.example/contact"),
        ("http://paper.example/contact", None),
        ("by post", None),
        ("", None),
    ],
)
def test_security_txt_is_there_only_where_there_is_a_contact_that_it_may_name(
    app_with: Callable[..., Flask], contact: str, said: str | None
) -> None:
    answer = app_with(site_contact=contact).test_client().get(SECURITY)
    assert answer.status_code == (200 if said else 404)
    assert (f"Contact: {said}\n" in answer.text) is bool(said)
    assert "Canonical" not in answer.text


def test_a_password_manager_is_led_to_the_account(browser: FlaskClient) -> None:
    answer = browser.get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (302, "/admin/account")
    assert "Change password" in browser.get(answer.location).text


def test_the_manifest_names_the_paper_and_icons_that_are_there(client: FlaskClient) -> None:
    path = Page(client.get("/")).link("//link[@rel='manifest']")
    answer = client.get(path or "")
    assert answer.mimetype == "application/manifest+json"
    assert "manifest-src 'self'" in client.get("/").headers["Content-Security-Policy"]
    described = json.loads(answer.data)
    assert (described["name"], described["start_url"], described["lang"]) == ("Broadsheet", "/", "en")
    assert [icon["sizes"] for icon in described["icons"]] == ["any", "192x192", "512x512"]
    for icon in described["icons"]:
        found = client.get(icon["src"])
        assert (found.status_code, found.mimetype) == (200, icon["type"])
