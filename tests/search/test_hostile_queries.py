"""Whatever is asked for, the answer is a page, and it is what the words say: the same on every database."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.queries import Identity
from app.comments.models import Comment
from app.core.db import db, transaction
from app.core.markup import comment_html, plain_text
from app.search.folding import fold, indexed
from app.search.models import CommentWords
from app.search.queries import Kind, find
from app.search.terms import Clause, parse
from tests.factories import Factory

in_one_database = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
OPERATORS = [
    "AND",
    "OR NOT",
    "NEAR(a b)",
    '"',
    "*",
    "col:",
    "{",
    "(",
    "^",
    "'",
    "\\",
    ":*",
    "&",
    "!",
    "<->",
    "%",
    "_",
    "#1",
]
FRAGMENTS = st.sampled_from(OPERATORS) | st.text(max_size=12) | st.characters(categories=["Cs", "Cc", "Lo", "Mn", "So"])
QUERIES = st.lists(FRAGMENTS, max_size=8).map(" ".join) | st.lists(FRAGMENTS, max_size=8).map("".join)
WORDS = st.sampled_from(["ferry", "Ferries", "bridge", "brídges", "a", "東京", "京", "budgeting", "budget", "3.5"])
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ASKED = st.lists(WORDS | WORDS.map(lambda word: f"{word[:4]}*"), min_size=1, max_size=3).map(" ".join)
PHRASES = ASKED | ASKED.map(lambda words: f'"{words}"') | ASKED.map(lambda words: f'a "{words}"')


def test_no_query_makes_it_fail(client: FlaskClient, factory: Factory, edith: Identity) -> None:
    faq = [{"question": "NEAR what?", "answer": "AND so."}]
    factory.published(factory.article("news", faq=faq), "Not a null: col or near.", editor=edith)

    @in_one_database
    @given(QUERIES, st.sampled_from(["", *Kind]))
    def ask(query: str, kind: str) -> None:
        asked = quote(query.encode("utf-8", "surrogatepass"))
        answer = client.get(f"/search?q={asked}&kind={kind}")
        assert answer.status_code == (200 if "reads 200 characters" not in answer.text else 400), query

    ask()
    for raw in [
        "%00",
        "%ff%fe",
        "%",
        "a" * 10_000,
        quote("東" * 10_000),
        quote("😀" * 3_000),
        "%22" * 5_000,
        "a+" * 99,
        "*" * 200,
    ]:
        assert client.get(f"/search?q={raw}").status_code in {200, 400}, raw[:20]
    for after in ["1", "0-1", "9-1", "1-", "1-x", "1-" + "9" * 19, "1-" + "9" * 4000, "１-１", "-1", "1--1-1"]:
        assert client.get("/search", query_string={"q": "a", "kind": "comments", "after": after}).status_code == 404, (
            after
        )
    for after in ["1-0", "1--5", "1-9223372036854775807", "4-3855095643399782402"]:
        kind = "articles" if after.startswith("4") else "comments"
        assert client.get("/search", query_string={"q": "a", "kind": kind, "after": after}).status_code == 200, after
    assert client.get("/search?q=a&kind=letters").status_code == 404


def test_what_is_found_is_what_reading_every_comment_finds(app: Flask, factory: Factory, edith: Identity) -> None:
    ids = factory.published_many(factory.article("news"), [None] * 4, editor=edith)

    @in_one_database
    @given(st.lists(TEXTS, min_size=4, max_size=4), PHRASES)
    def compare(texts: list[str], asked: str) -> None:
        query = parse(asked)
        with app.app_context(), transaction() as session:
            rows = [{"comment_id": one, "words": indexed([fold(text)])} for one, text in zip(ids, texts, strict=True)]
            session.execute(sa.delete(CommentWords))
            session.execute(sa.insert(CommentWords), rows)
            found = [hit.url for hit in find(session, Kind.COMMENTS, query, 20).hits]
        read = [one for one, text in zip(ids, texts, strict=True) if all(holds(text, each) for each in query.clauses)]
        assert found == [f"/comments/{one}" for one in reversed(read)], (texts, asked)

    compare()


def holds(text: str, clause: Clause) -> bool:
    words = fold(text)
    length = len(clause.words)
    places = [tuple(words[place : place + length]) for place in range(len(words) - length + 1)]
    if not clause.is_open:
        return clause.words in places
    return any(place[:-1] == clause.words[:-1] and place[-1].startswith(clause.words[-1]) for place in places)


def test_every_word_of_any_text_finds_it(app: Flask, factory: Factory, edith: Identity) -> None:
    comment = factory.published(factory.article("news"), editor=edith)

    @in_one_database
    @given(st.text(max_size=60))
    def write_and_look(text: str) -> None:
        html = comment_html(text)
        with app.app_context(), transaction() as session:
            session.get_one(Comment, comment).html = html
        with app.app_context():
            for word in plain_text(html).split():
                query = parse(word)
                if query.clauses:
                    assert found_in(db.session(), query) == [f"/comments/{comment}"], word

    write_and_look()


def found_in(session: Any, query: Any) -> list[str]:
    return [hit.url for hit in find(session, Kind.COMMENTS, query, 20).hits]
