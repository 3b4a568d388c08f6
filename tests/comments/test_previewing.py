"""Looking at a comment before it is sent."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.articles.models import CommentsState
from app.comments.models import Comment
from tests.comments.sending import everything_stored, receipt_token, send
from tests.factories import Factory
from tests.pages import Page

PREVIEW = "//section[@class='preview']"


def look(client: FlaskClient, slug: str = "news", **fields: str) -> TestResponse:
    data = {"name": "Ann Reader", "body": "A *sound* point.", **fields}
    return client.post(f"/articles/{slug}/comments/preview", data=data)


def test_a_preview_is_the_comment_as_the_thread_shows_it_above_the_form_as_it_was_filled_in(
    client: FlaskClient, factory: Factory
) -> None:
    edith = factory.editor()
    article = factory.article("news")
    parent = factory.published(article, "Bridges are cheap.", author="Bo", editor=edith)
    page = Page(look(client, parent=str(parent), email="ann@example.org"))
    assert page.answer.status_code == 200
    assert page.text("//title").startswith("Preview: Your reply")
    assert (page.field("name"), page.field("email"), page.field("parent")) == (
        "Ann Reader",
        "ann@example.org",
        str(parent),
    )
    assert page.field("body").strip() == "A *sound* point."

    reply = factory.published(article, "A *sound* point.", parent_id=parent, editor=edith)
    thread = Page(client.get("/articles/news"))
    for part in ("/p[@class='in-reply']", "/div[@class='words']", "/p[@class='signed']/span[@class='by']", "//time"):
        assert page.texts(f"{PREVIEW}/article{part}") == thread.texts(f"//article[@id='comment-{reply}']{part}"), part
    assert page.attribute(f"{PREVIEW}/article", "class") == thread.attribute(f"//*[@id='comment-{reply}']", "class")
    assert [link.get("href") for link in page.find(f"{PREVIEW}//a")] == [f"/comments/{parent}"]


def test_a_preview_keeps_nothing_and_counts_for_no_limit(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    before = everything_stored(factory)
    for number in range(7):
        answer = look(client, body=f"A rare thought {number}.")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    assert everything_stored(factory) == before
    receipt_token(send(client))


def test_what_a_preview_shows_is_what_is_stored_when_it_is_sent(client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    text = "<script>alert(1)</script> *so* [it](https://example.org) is\u202e\n\n> said"
    shown = look(client, body=text).text
    receipt_token(send(client, body=text))
    (html,) = factory.ask(sa.select(Comment.html))
    assert html in shown
    assert "<script>alert" not in shown


def test_a_preview_says_what_sending_would_say(client: FlaskClient, factory: Factory) -> None:
    edith = factory.editor()
    article = factory.article("news")
    gone, _token = factory.comment(article)
    factory.decide(edith, gone, "reject")
    factory.article("closed", comments=CommentsState.CLOSED)
    wrong = [
        ("news", {"name": ""}),
        ("news", {"body": "x" * 5_312}),
        ("news", {"body": "\u3164"}),
        ("news", {"name": "Edith Ward"}),
        ("news", {"parent": str(gone)}),
        ("news", {"parent": "1000"}),
        ("news", {"parent": "none"}),
        ("closed", {}),
        ("nowhere", {}),
    ]
    for slug, fields in wrong:
        looked = look(client, slug, **fields)
        sent = client.post(
            f"/articles/{slug}/comments", data={"name": "Ann Reader", "body": "A *sound* point.", **fields}
        )
        assert looked.status_code == sent.status_code >= 400
        assert looked.data == sent.data
        assert not Page(looked).find(PREVIEW)


def test_a_preview_is_for_this_sites_own_pages_and_for_no_more_than_a_form_holds(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    from_elsewhere = {"Sec-Fetch-Site": "cross-site"}
    data = {"name": "Ann", "body": "A sound point."}
    assert client.post("/articles/news/comments/preview", data=data, headers=from_elsewhere).status_code == 403
    assert look(client, body="x" * 1_100_000).status_code == 413
    assert client.get("/articles/news/comments/preview").status_code == 405
