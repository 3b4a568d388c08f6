"""What a receipt says, and to whom."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.models import Article
from app.comments.editing import replace_text
from app.comments.models import Comment
from app.core.db import transaction
from app.core.markup import comment_html
from tests.comments.sending import receipt_of, receipt_token, send
from tests.conftest import BASE_URL, FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.receipts.conftest import STATE, Author, Editors

UNDER_RULE_2 = "Not published, under house rule 2: Argue with what was said, not with who said it."
BY = "until 20 December 2026, 11:30."
DECIDED = "An editor decided this on 20 November 2026, 11:30."
WAITING = "Your comment is with the editor. Sent 20 November 2026, 10:00"

STORIES = [
    ([], WAITING),
    (
        ["publish"],
        "Published 20 November 2026, 11:30. The editor adds: A note. Share its link; keep this page’s address private.",
    ),
    (["reject"], f"{UNDER_RULE_2} The editor adds: A note. You may appeal once, {BY} {DECIDED}"),
    (
        ["spam"],
        "Not published: an editor took it for advertising. The editor adds: A note. You may appeal once, "
        f"{BY} 20 November 2026, 11:30",
    ),
    (
        ["return"],
        "Not published yet: an editor asks you to change it. The editor adds: A note. 20 November 2026, 11:30",
    ),
    (["publish", "reject"], f"{UNDER_RULE_2} The editor adds: A note. You may appeal once, {BY} {DECIDED}"),
    (["reject", "undo"], WAITING),
    (["spam", "undo"], WAITING),
    (["return", "undo"], WAITING),
]


def test_a_receipt_says_where_the_comment_stands(
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock, editors: Editors
) -> None:
    article = factory.article("news")
    sent = [Author(factory, client, *factory.comment(article)) for _ in STORIES]
    frozen_clock.advance(minutes=90)
    for number, ((moves, words), author) in enumerate(zip(STORIES, sent, strict=True), 1):
        for move in moves:
            if move == "undo":
                editors.undo(author)
            else:
                editors.decide(author, move)
        page = author.receipt()
        assert page.text(STATE) == words
        assert page.find(f"{STATE}//a[.='its link']/@href") == [f"/comments/{number}"] * ("Share its link" in words)
        assert ("Keep its address" in page.text()) == (words == WAITING)
        assert page.text("//article[contains(@class, 'comment')]/*[@class='words']") == f"Comment number {number}."


def test_a_rejection_without_a_note_says_the_rule_alone(author: Author, editors: Editors) -> None:
    editors.decide(author, "reject", note="")
    assert "The editor adds" not in author.told()


def test_a_receipt_offers_what_its_author_can_do_and_nothing_else(
    author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    always = ["follow", "passes", "pass"]

    def offered() -> list[str]:
        forms = author.receipt().find("//main//form/@action")
        return [action.rpartition("/")[2] for action in forms]

    assert offered() == ["edit", *always]
    editors.decide(author, "return")
    assert offered() == ["edit", *always]
    editors.decide(author, "reject")
    assert offered() == ["appeal", *always]
    editors.decide(author, "publish")
    assert offered() == ["edit", *always]
    frozen_clock.advance(minutes=15)
    assert offered() == always


def test_a_note_shows_as_it_was_typed_and_is_no_markup(author: Author, editors: Editors) -> None:
    editors.decide(author, "reject", note="<b>Cut</b> the first sentence & I'll print it.")
    assert author.receipt().text("//q") == "<b>Cut</b> the first sentence & I'll print it."


def test_what_an_editor_changed_is_shown_word_by_word(author: Author, editors: Editors) -> None:
    text = "A sound, well made point. <i>No</i> tag."
    with editors.factory.app.app_context(), transaction() as session:
        comment = session.get_one(Comment, author.id)
        replace_text(session, comment, text=text, html=comment_html(text), editor_id=editors.edith.editor_id)
    page = author.receipt()
    assert page.texts("//ins") == ["sound, well made", "<i>No</i> tag."]
    assert page.texts("//del") == ["sound"]
    assert page.text("//section[@aria-labelledby='changes']/div/p[2]").startswith("A soundsound, well made point.")


def test_a_comment_that_readers_reported_is_said_to_get_a_second_look(author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    for number in range(3):
        author.client.post(
            f"/comments/{author.id}/report",
            data={"reason": "abuse"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    assert author.told().startswith("Your comment was reported by readers, and is with the editor for a second look.")


def test_a_receipt_tells_the_private_address_from_the_one_to_share(
    client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    comment, token = factory.comment(factory.article("news"))
    private, public = f"{BASE_URL}/receipts/{token}", f"{BASE_URL}/comments/{comment}"
    links = "//*[@class='links']//a"
    assert Page(client.get(f"/receipts/{token}")).texts(links) == [private]
    factory.decide(edith, comment, "publish")
    page = Page(client.get(f"/receipts/{token}", headers={"Host": "elsewhere.example"}))
    assert page.texts(links) == [public, private]
    labels = page.texts("//*[@class='links']//dt")
    assert labels == ["Public: share it with anyone", "Private: for you alone"]
    factory.decide(edith, comment, "reject")
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
    client: FlaskClient, factory: Factory, frozen_clock: FrozenClock, edith: Identity
) -> None:
    article = factory.article("news")
    sent_at = frozen_clock()
    waiting = [factory.comment(article)[0] for _ in range(10)]
    _comment, token = factory.comment(article)
    for minutes, comment in zip([5] * 4 + [40, 50] + [600] * 4, waiting, strict=True):
        assert "Half are read" not in client.get(f"/receipts/{token}").text
        frozen_clock.time = sent_at + timedelta(minutes=minutes)
        factory.decide(edith, comment, "publish")
    assert "Half are read within 45 minutes." in Page(client.get(f"/receipts/{token}")).text(STATE)


def test_an_article_withdrawn_takes_its_receipts_with_it(client: FlaskClient, factory: Factory) -> None:
    _comment, token = factory.comment(factory.article("news"))
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(Article))
    assert client.get(f"/receipts/{token}").status_code == 404
