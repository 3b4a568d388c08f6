"""What `/search` finds and in which order: on each database just what is written here."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.articles.models import Article, CommentsState
from app.core.db import transaction
from app.search import queries, routes
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.search.conftest import Search, found

COMMENTS = {
    "ferry": "The ferry budget was cut in half, to 3.5 million.",
    "abroad": "MÜNCHEN und die Straße; Łódź, Ærø und naïve Menschen.",
    "reversed": "A budget ferry. It's an e-mail_address, said Zoë’s father.",
    "tokyo": "私は東京都に住んでいます。",
    "thai": "ผมพูดภาษาไทย",
    "hindi": "मैं हिन्दी बोलता हूँ",
    "hebrew": "שָׁלוֹם לְכֻלָּם",
    "korean": "한국어를 공부합니다",
    "councils": "All councillors of all councils; counted twice.",
    "marked": "# A *heading*\n\n> quoted [words](https://example.org/hidden) `code`",
    "symbols": "C++ & R&D cost 100 % of $5 <b>bold</b> 👍🏽",
}
FINDS = {
    "ferry": ["ferry", "reversed"],
    "FERRY budget": ["ferry", "reversed"],
    "ferr": ["ferry", "reversed"],
    '"ferr"': [],
    "ferr budget": [],
    "ferr* budget": ["ferry", "reversed"],
    '"ferry budget"': ["ferry"],
    '"ferry bud*"': ["ferry"],
    '"ferry bud"': [],
    "“budget ferry”": ["reversed"],
    '"budget ferry': ["reversed"],
    "3.5": ["ferry"],
    '"3 5"': ["ferry"],
    "munchen strasse": ["abroad"],
    "MÜNCHEN lodz aero naive": ["abroad"],
    "e-mail": ["reversed"],
    "zoe": ["reversed"],
    "it’s": ["reversed"],
    "東京": ["tokyo"],
    "京東": [],
    "ไทย": ["thai"],
    "हिन्दी": ["hindi"],
    "שלום": ["hebrew"],
    "한국": ["korean"],
    "council": ["councils"],
    "council ": ["councils"],
    "councillo": ["councils"],
    "councilx": [],
    "councillors* councils": ["councils"],
    "heading quoted words code": ["marked"],
    "hidden": [],
    "c++": ["symbols"],
    '"c++"': ["symbols"],
    "r&d 100": ["symbols"],
    "b": ["symbols"],
    "ferry NOT budget": [],
    "ferry OR budget": [],
    '"Bo"': [],
}
"""By what is asked for, what is found among the comments."""


def test_words_beginnings_and_phrases_find_the_same_on_every_database(
    factory: Factory, edith: Identity, search: Search
) -> None:
    article = factory.article("news")
    ids = {name: factory.published(article, text, editor=edith, author="Bo") for name, text in COMMENTS.items()}
    names = {f"/comments/{comment_id}": name for name, comment_id in ids.items()}
    for query, expected in FINDS.items():
        assert {names[url] for url in found(search(query, kind="comments"))} == set(expected), query


def test_articles_come_by_where_the_words_stand_and_then_the_newest_first(
    factory: Factory, frozen_clock: FrozenClock, search: Search
) -> None:
    day = frozen_clock.time - timedelta(days=9)
    factory.article("anywhere", "The ferry is old.\n", published=day + timedelta(days=6))
    factory.article("often", "A ferry. The ferry! Ferry?\n", published=day + timedelta(days=5))
    factory.article("tagged", "Text.\n", tags=["Ferry"], published=day + timedelta(days=4))
    factory.article("standfirst", "Text.\n", standfirst="Of a ferry.", published=day + timedelta(days=3))
    factory.article("older-headline", "Text.\n", title="An old ferry", published=day)
    factory.article("headline", "Text.\n", title="The ferry", published=day + timedelta(days=1))
    factory.article("apart", "Text.\n", title="The bridge", standfirst="No ferry.", published=day)
    order = ["headline", "older-headline", "tagged", "standfirst", "apart", "often", "anywhere"]
    assert found(search("ferry", kind="articles")) == [f"/articles/{slug}" for slug in order]
    assert found(search("ferry bridge", kind="articles")) == ["/articles/apart"]


def test_questions_lead_to_their_answers_and_those_who_ask_in_their_words_come_first(
    factory: Factory, search: Search
) -> None:
    faq = [{"question": "Why?", "answer": "The ferry."}, {"question": "Which ferry?", "answer": "So."}]
    factory.article("news", faq=faq)
    page = search("ferry", kind="questions")
    assert found(page) == ["/articles/news#faq-which-ferry", "/articles/news#faq-why"]
    assert page.texts("//article//mark") == ["ferry", "ferry"]


def test_only_what_readers_can_see_is_found(
    app: Flask, factory: Factory, edith: Identity, frozen_clock: FrozenClock, search: Search
) -> None:
    faq = [{"question": "Which ferry?", "answer": "That one."}]
    article = factory.article("later", "A ferry.\n", faq=faq, published=frozen_clock.time + timedelta(days=1))
    comment = factory.published(article, "My ferry.", editor=edith)
    factory.comment(article, "A ferry that waits.")
    factory.decide(edith, factory.comment(article, "A ferry that sinks.")[0], "reject")
    assert found(search("ferry")) == []
    frozen_clock.advance(days=1)
    everything = ["/articles/later", "/articles/later#faq-which-ferry", f"/comments/{comment}"]
    assert found(search("ferry")) == everything
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Article).values(comments=CommentsState.OFF))
    assert found(search("ferry")) == everything[:2]


def test_all_pages_together_show_each_hit_once(
    client: FlaskClient, factory: Factory, edith: Identity, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "PAGE", 4)
    faq = [{"question": f"Number {n}" if n % 2 else f"Why {n}", "answer": "A letter, a number."} for n in range(9)]
    article = factory.article("news", faq=faq)
    ids = factory.published_many(article, [None] * 9, editor=edith)
    assert seen_along(client, "letter", "comments") == [f"/comments/{one}" for one in reversed(ids)]
    answers = [f"/articles/news#faq-{'number' if n % 2 else 'why'}-{n}" for n in range(9)]
    seen = seen_along(client, "number", "questions")
    assert sorted(seen) == sorted(answers)
    assert ["number" in url for url in seen] == [True] * 4 + [False] * 5
    assert len(found(search("letter"))) == 4 + 4


def seen_along(client: FlaskClient, query: str, kind: str) -> list[str]:
    """What three pages show, each led to by the one before."""
    path: str | None = f"/search?q={query}&kind={kind}"
    seen = []
    for _ in range(3):
        assert path is not None
        page = Page(client.get(path))
        seen += found(page)
        path = page.link("//a[@rel='next']")
    assert path is None
    return seen


def test_a_page_ends_when_enough_was_looked_at_and_the_next_goes_on_there(
    client: FlaskClient, factory: Factory, edith: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "PAGE", 2)
    monkeypatch.setattr(queries, "LOOK", 3)
    article = factory.article("news")
    phrase = factory.published(article, "Letter of number 12.", editor=edith)
    for _ in range(4):
        factory.published(article, "Number of a letter.", editor=edith)
    first = Page(client.get("/search", query_string={"q": '"letter of number"', "kind": "comments"}))
    assert found(first) == []
    assert "You can look further." in first.text()
    assert found(Page(client.get(str(first.link("//a[@rel='next']"))))) == [f"/comments/{phrase}"]
