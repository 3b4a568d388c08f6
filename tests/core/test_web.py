"""The headers of every answer, and addresses that come from BASE_URL alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Factory
from tests.pages import Page

PATHS = ["/", "/articles/news", "/faq", "/feed.atom", "/robots.txt", "/admin/", "/admin/login", "/nothing"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def article(factory: Factory) -> None:
    factory.article("news")


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    refused = client.post("/articles/news/comments", headers={"Sec-Fetch-Site": "cross-site"})
    wrong = client.post("/articles/news/comments")
    unknown_method = client.delete("/")
    for answer in (*map(client.get, PATHS), refused, wrong, unknown_method):
        headers = answer.headers
        rules = headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in rules
        assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'"} <= set(rules)
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] in {"strict-origin-when-cross-origin", "same-origin"}
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_a_part_of_a_page_weighs_no_more_than_it_has_to(client: FlaskClient, app: Flask) -> None:
    assets = app.extensions["assets"]
    for name in ("broadsheet.css", "reader.js", "fonts/newsreader-400.woff2"):
        headers = client.get(f"/static/{assets[name].path}").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" not in headers
    drawing = client.get(f"/static/{assets['icon.svg'].path}")  # a document, when it is opened by itself
    assert "default-src 'none'" in drawing.headers["Content-Security-Policy"]


def test_under_https_browsers_are_told_to_stay_with_it(app_with: Callable[..., Flask]) -> None:
    client = app_with(base_url="https://broadsheet.test").test_client()
    for path in PATHS:
        assert client.get(path).headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_no_page_holds_what_the_policy_forbids(client: FlaskClient) -> None:
    for path in ("/", "/articles/news", "/faq", "/admin/login", "/nothing"):
        page = Page(client.get(path))
        assert not page.find("//*[@style] | //style"), path
        assert not page.find("//script[not(@src)][not(@type='application/ld+json')]"), path
        assert not page.find("//@*[starts-with(name(), 'on')]"), path


def test_neither_host_nor_proxy_headers_change_what_a_page_says(client: FlaskClient) -> None:
    strange = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
    }
    for path in PATHS:
        plain, told = client.get(path), client.get(path, headers=strange)
        if path != "/admin/login":  # it holds a token of its own
            assert told.data == plain.data, path
        assert told.headers.get("Location") == plain.headers.get("Location")
        assert "evil" not in told.text


def test_a_host_that_is_none_gets_the_page_all_the_same(client: FlaskClient) -> None:
    for host in ("", "x" * 300, 'a"b', "[::1", "a:b:c", "\xff"):
        answer = client.get("/admin/login", environ_overrides={"HTTP_HOST": host})
        assert answer.status_code == 200, host


def test_a_query_that_is_no_text_is_read_as_far_as_it_goes(app_with: Callable[..., Flask]) -> None:
    for query, status in (("\xff=\xff", 200), ("from=\xff", 404), ("from=00000001&\xc3\xa9=\xc3\xa9", 200)):
        client = app_with().test_client()
        assert client.get("/articles/news", environ_overrides={"QUERY_STRING": query}).status_code == status, query


def test_a_trailing_slash_is_the_same_page_without_a_redirect(client: FlaskClient) -> None:
    assert client.get("/admin/login/").status_code == client.get("/admin/login").status_code == 200
