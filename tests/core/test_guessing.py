"""What a stranger learns by trying: tokens, numbers, hosts, and other people's addresses."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.guard import DESK
from app.accounts.queries import Identity
from app.articles.models import Article, CommentsState
from app.comments.models import Comment, Status
from app.core.db import transaction
from app.core.tokens import new_token
from app.core.web import access_of
from tests.conftest import BASE_URL, ON_SQLITE, FrozenClock
from tests.factories import Factory

pytestmark = ON_SQLITE

STRANGE = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
FIELDS = {
    # what each form of a reader's asks for, filled in
    "name": "Ann Reader",
    "kind": "replies",
    "body": "A sound point.",
    "appeal": "Read it again.",
    "email": "ann@example.org",
    "reason": "abuse",
    "text": "It insults.",
}


def public_routes(app: Flask, argument: str) -> Iterator[tuple[str, str]]:
    """Method and endpoint of every address that anyone may ask for and that has such a part.

    A form of the desk holds a token of each browser's own, so that no two are alike.
    """
    for rule in app.url_map.iter_rules():
        if argument in rule.arguments and access_of(app.view_functions[rule.endpoint]) is None:
            for method in sorted(
                {"GET", "POST"} & (rule.methods or set()) - ({"POST"} if DESK in rule.rule else set())
            ):
                yield method, rule.endpoint


def answers(app: Flask, argument: str, values: list[object]) -> Iterator[tuple[str, list[tuple[int, str, bytes]]]]:
    """What each such address says to each of the values, told from a page by nothing but itself."""
    adapter = app.url_map.bind("localhost")
    for number, (method, endpoint) in enumerate(public_routes(app, argument)):
        said = []
        for value in values:
            path = adapter.build(endpoint, {argument: value, "slug": "news", "subscriber_id": 1})
            client, via = app.test_client(), {"X-Forwarded-For": f"198.51.100.{number}"}
            answer = client.open(path, method=method, data=FIELDS if method == "POST" else None, headers=via)
            said.append((answer.status_code, answer.headers.get("Location", ""), answer.data))
        yield f"{method} {endpoint}", said


def test_a_wrong_token_says_the_same_as_one_that_has_ended(
    app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    article = factory.article("old")
    comment, receipt = factory.comment(article)
    reader = app.test_client()
    reader.post(f"/receipts/{receipt}/follow", data=FIELDS)
    factory.decide(edith, comment, "publish")
    report = reader.post(f"/comments/{comment}/report", data=FIELDS).headers["Location"].rpartition("/")[2]
    link = app.test_cli_runner().invoke(args=["editors", "invite", "new@example.org"]).output.strip()
    used = app.test_cli_runner().invoke(args=["editors", "reset", "edith@example.org"]).output.strip()
    assert reader.get(f"/receipts/{receipt}").status_code == reader.get(f"/reports/{report}").status_code == 200
    with app.app_context(), transaction() as session:
        session.delete(session.get_one(Article, article))
    frozen_clock.advance(days=40)
    ended = [receipt, report, link.rpartition("/")[2], used.rpartition("/")[2]]
    asked = 0
    for what, said in answers(app, "token", [new_token(), new_token(), *ended]):
        assert len(set(said)) == 1, what
        # 204 tells a browser that remembers a pass to forget it.
        assert said[0][0] in {204, 400, 404, 410}, what
        asked += 1
    assert asked > 8


def test_what_is_not_published_answers_as_what_never_was(app: Flask, factory: Factory, edith: Identity) -> None:
    article = factory.article("news")
    numbers: dict[str, object] = {"nothing": 9_999}
    numbers["pending"], _token = factory.comment(article, "Not for all.", author="Bo Writer")
    for verb in ("reject", "spam", "return"):
        numbers[verb], _token = factory.comment(article, "Not for all.", author="Bo Writer")
        factory.decide(edith, int(str(numbers[verb])), verb)
    numbers["off"] = factory.published(factory.article("off"), "Not for all.", author="Bo Writer", editor=edith)
    factory.article("off", comments=CommentsState.OFF)
    asked = 0
    for what, said in answers(app, "comment_id", list(numbers.values())):
        assert len(set(said)) == 1, what
        assert said[0][0] == 404, what
        asked += 1
    assert asked >= 4
    replies = [
        app.test_client().post("/articles/news/comments", data={**FIELDS, "parent": str(one)})
        for one in numbers.values()
    ]
    assert {answer.status_code for answer in replies} == {409}
    assert len({answer.data for answer in replies}) == 1
    for path in (
        "/",
        "/articles/news",
        "/articles/off",
        "/comments.atom",
        "/articles/news/comments.atom",
        "/feed.atom",
    ):
        page = app.test_client().get(path).text
        assert "Not for all." not in page
        assert "Bo Writer" not in page


def test_another_readers_receipt_changes_only_its_own_comment(app: Flask, factory: Factory, edith: Identity) -> None:
    article = factory.article("news")
    (hers, _hers), (his, token) = factory.comment(article, "Hers."), factory.comment(article, "His.")
    for comment in (hers, his):
        factory.decide(edith, comment, "return")
    data = {**FIELDS, "comment": str(hers), "comment_id": str(hers), "id": str(hers), "parent": str(hers)}
    for what in ("edit", "appeal", "credit", "follow"):
        app.test_client().post(f"/receipts/{token}/{what}?comment_id={hers}", data=data)
    by_id = dict(
        row for row in [(comment.id, (comment.source, comment.status)) for comment in factory.ask(sa.select(Comment))]
    )
    assert by_id[hers] == ("Hers.", Status.RETURNED)
    assert by_id[his] == ("A sound point.", Status.PENDING)


def test_no_answer_carries_a_host_or_a_header_that_a_request_made_up(
    app: Flask, factory: Factory, edith: Identity
) -> None:
    comment = factory.published(factory.article("news"), editor=edith)
    reader, slip = app.test_client(), "Ann\r\nSet-Cookie: a=1\r\n\r\n<script>"
    sent = reader.post("/articles/news/comments", data={"name": slip, "body": slip}, headers=STRANGE)
    receipt = sent.headers["Location"]
    said: list[TestResponse] = [
        sent,
        reader.get(receipt, headers=STRANGE),
        reader.get(f"/comments/{comment}?next=//evil.example", headers=STRANGE),
        reader.post(f"/comments/{comment}/report", data=FIELDS, headers=STRANGE),
        reader.post(f"{receipt}/follow", data=FIELDS, headers=STRANGE),
        reader.post("/articles/news/comments/preview", data={"name": slip, "body": slip}, headers=STRANGE),
        reader.get("/articles/news/?from=%0d%0aSet-Cookie:%20a=1", headers=STRANGE),
    ]
    for answer in said:
        headers = str(answer.headers)
        assert "evil" not in headers
        assert "Set-Cookie: a=1" not in headers
        location = answer.headers.get("Location", "/")
        assert location.startswith("/")
        assert not location.startswith("//")
    assert f"{BASE_URL}{receipt}" in said[1].text
    assert "evil" not in said[1].text
