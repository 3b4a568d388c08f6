"""What the page cache says in HTTP, and how much it keeps."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.articles.models import LISTS, Article
from app.core.db import transaction
from app.core.revisions import Facts, bump
from app.pagecache.entries import OVERHEAD, Entry, Store
from app.pagecache.layer import encoding_for
from tests.factories import Factory


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip", "gzip"),
        ("gzip;q=0, br;q=0", ""),
        ("*", "br"),
        ("identity", ""),
        ("GZIP;Q=1.0", "gzip"),
        (";;;,=,q=", ""),
    ],
)
def test_the_encoding_is_the_clients_choice(accepted: str, encoding: str) -> None:
    assert encoding_for(accepted) == encoding


def test_each_encoding_holds_the_same_page_under_an_etag_of_its_own(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    plain = client.get("/articles/news")
    zipped = client.get("/articles/news", headers={"Accept-Encoding": "gzip"})
    brotlied = client.get("/articles/news", headers={"Accept-Encoding": "br"})
    assert gzip.decompress(zipped.data) == brotli.decompress(brotlied.data) == plain.data
    assert len({answer.headers["ETag"] for answer in (plain, zipped, brotlied)}) == 3
    for answer in (plain, zipped, brotlied):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert answer.headers["Cache-Control"] == "public, no-cache, s-maxage=1"


def test_a_page_that_the_client_has_is_not_sent_again(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    known = client.get("/articles/news").headers["ETag"]
    for header in (known, f"W/{known}", f'"other", {known}', "*"):
        answer = client.get("/articles/news", headers={"If-None-Match": header})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == known
        assert answer.headers["Cache-Control"] == "public, no-cache, s-maxage=1"
        assert sorted(answer.headers.keys()) == ["Cache-Control", "ETag", "Vary", "X-Accel-Expires"]
    assert client.get("/articles/news", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_page_whose_headers_alone_are_others_is_another(client: FlaskClient, factory: Factory, app: Flask) -> None:
    article = factory.article("news")
    known = client.get("/articles/news").headers["ETag"]
    with app.app_context(), transaction() as session:
        session.get_one(Article, article).frame_hosts = ["videos.example"]
        bump(session, LISTS)
    answer = client.get("/articles/news", headers={"If-None-Match": known})
    assert answer.status_code == 200
    assert "https://videos.example" in answer.headers["Content-Security-Policy"]


def test_head_has_the_headers_of_get_and_no_body_whether_kept_or_not(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    first = client.head("/articles/news")
    page = client.get("/articles/news")
    again = client.head("/articles/news")
    assert first.data == again.data == b""
    assert first.headers["Content-Length"] == again.headers["Content-Length"] == str(len(page.data))
    assert client.head("/articles/nothing-here").status_code == 404
    assert client.head("/articles/nothing-here").data == b""


def test_hashed_assets_are_kept_for_ever_by_browsers_too(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    path = client.get("/articles/news").text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(path, headers={"Accept-Encoding": "br"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert "X-Accel-Expires" not in answer.headers


def test_the_store_keeps_within_its_bytes_and_drops_what_was_asked_for_longest_ago() -> None:
    store = Store(limit=100_000)
    entries = {str(number): Entry(bytes(20_000), [], Facts({}, datetime.now(UTC), None), None) for number in range(6)}
    for key, entry in entries.items():
        store.put(key, entry)
        store.get("0")
    assert store.size <= 100_000
    assert store.get("0") is entries["0"]
    assert store.get("1") is None
    assert store.get("5") is entries["5"]


def test_fifty_made_up_queries_are_one_page(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    first = client.get("/articles/news").headers["ETag"]
    assert {client.get(f"/articles/news?x={number}").headers["ETag"] for number in range(50)} == {first}
    store = client.application.extensions["page_cache"].store
    assert sum("news" in key for key in store._entries) == 1


def test_a_page_is_kept_in_the_encodings_alone_that_were_asked_for(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", "Words upon words. " * 500)
    zipped = client.get("/articles/news", headers={"Accept-Encoding": "gzip"})
    (entry, size) = client.application.extensions["page_cache"].store._entries["/articles/news"]
    assert size == entry.size == OVERHEAD + len(zipped.data)
    assert len(gzip.decompress(zipped.data)) > size
    brotlied = client.get("/articles/news", headers={"Accept-Encoding": "br"})
    plain = client.get("/articles/news")
    assert plain.data == gzip.decompress(zipped.data) == brotli.decompress(brotlied.data)
    assert entry.size == OVERHEAD + sum(len(answer.data) for answer in (zipped, brotlied, plain))
