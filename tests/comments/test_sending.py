"""Sending a comment."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.factories import Factory


def test_a_pending_comment_is_invisible_to_readers(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    answer = client.post("/articles/news/comments", data={"name": "Ann", "body": "A *sound* point."})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/receipts/")
    assert "A <em>sound</em> point." not in client.get("/articles/news").text
    assert "A <em>sound</em> point." in client.get(answer.headers["Location"]).text


def test_what_an_editor_published_is_on_the_page_at_the_next_request(client: FlaskClient, factory: Factory) -> None:
    article = factory.article("news")
    comment, _token = factory.comment(article, "A sound point.")
    browser = factory.logged_in(factory.editor())
    queue = browser.get("/admin/").text
    assert "A sound point." in queue
    token = queue.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(
        f"/admin/comments/{comment}/decide", data={"csrf_token": token, "decision": "publish", "seen": "pending"}
    )
    assert answer.status_code == 303
    assert "A sound point." in client.get("/articles/news").text
