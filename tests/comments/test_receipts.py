"""What a receipt says, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.models import Article
from app.core.db import transaction
from app.moderation import decisions
from tests.comments.sending import receipt_of, receipt_token, send
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.pages import Page

STATE = "//*[@role='status']"


@pytest.fixture
def editor(factory: Factory) -> Identity:
    return factory.editor()


def undo(factory: Factory, editor: Identity, comment_id: int) -> None:
    with factory.app.app_context(), transaction() as session:
        decisions.undo(session, editor, comment_id)


STORIES = [
    ([], "Your comment is with the editor. Sent 20 November 2026, 10:00"),
    (["publish"], "Published 20 November 2026, 11:30. Share its link; keep this page’s address private."),
    (["reject"], "Not published. An editor decided this on 20 November 2026, 11:30."),
    (["spam"], "Not published: an editor took it for advertising. 20 November 2026, 11:30"),
    (["publish", "reject"], "Not published. An editor decided this on 20 November 2026, 11:30."),
    (["reject", "undo"], "Your comment is with the editor. Sent 20 November 2026, 10:00"),
    (["spam", "undo"], "Your comment is with the editor. Sent 20 November 2026, 10:00"),
]


def test_a_receipt_says_where_the_comment_stands(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock, editor: Identity
) -> None:
    article = factory.article("news")
    sent = [factory.comment(article) for _ in STORIES]
    frozen_clock.advance(minutes=90)
    for number, ((moves, words), (comment, token)) in enumerate(zip(STORIES, sent, strict=True), 1):
        for move in moves:
            if move == "undo":
                undo(factory, editor, comment)
            else:
                factory.decide(editor, comment, move)
        page = Page(client.get(f"/receipts/{token}"))
        assert page.text(STATE) == words
        assert page.text("//article[contains(@class, 'comment')]/*[@class='words']") == f"Comment number {number}."


def test_a_receipt_tells_the_private_address_from_the_one_to_share(
    client: FlaskClient, factory: Factory, editor: Identity
) -> None:
    comment, token = factory.comment(factory.article("news"))
    private, public = f"{BASE_URL}/receipts/{token}", f"{BASE_URL}/comments/{comment}"
    links = "//*[@class='links']//a"
    assert Page(client.get(f"/receipts/{token}")).texts(links) == [private]
    factory.decide(editor, comment, "publish")
    page = Page(client.get(f"/receipts/{token}", headers={"Host": "elsewhere.example"}))
    assert page.texts(links) == [public, private]
    labels = page.texts("//*[@class='links']//dt")
    assert labels == ["Public: share it with anyone", "Private: for you alone"]
    factory.decide(editor, comment, "reject")
    assert Page(client.get(f"/receipts/{token}")).texts(links) == [private]


def test_a_receipt_is_kept_by_no_cache_found_by_no_search_engine_and_told_to_no_site(
    client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    answer = client.get(f"/receipts/{receipt_token(send(client))}", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Content-Encoding" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_receipt_names_the_article_and_leads_back_to_it(client: FlaskClient, factory: Factory) -> None:
    factory.article("news", title="Nine new bridges")
    page = receipt_of(client, send(client))
    assert page.text("//*[@class='about']/a") == "Nine new bridges"
    assert page.link("//*[@class='back']/a") == "/articles/news"


def test_how_long_it_takes_is_said_once_ten_were_decided_and_is_the_median(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock, editor: Identity
) -> None:
    article = factory.article("news")
    sent_at = frozen_clock()
    waiting = [factory.comment(article)[0] for _ in range(10)]
    _comment, token = factory.comment(article)
    for minutes, comment in zip([5] * 4 + [40, 50] + [600] * 4, waiting, strict=True):
        assert "Half are read" not in client.get(f"/receipts/{token}").text
        frozen_clock.time = sent_at + timedelta(minutes=minutes)
        factory.decide(editor, comment, "publish")
    assert "Half are read within 45 minutes." in Page(client.get(f"/receipts/{token}")).text(STATE)


def test_an_article_withdrawn_takes_its_receipts_with_it(client: FlaskClient, factory: Factory) -> None:
    _comment, token = factory.comment(factory.article("news"))
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(Article))
    assert client.get(f"/receipts/{token}").status_code == 404
