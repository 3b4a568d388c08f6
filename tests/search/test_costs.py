"""What a search costs does not grow with what there is to find, and what nobody sees yet costs nothing to write."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments.models import Comment, Status
from app.core.db import db, transaction
from app.search.indexing import index_comments
from app.search.matching import Asked, matches
from app.search.models import BLOCK, CommentWords
from app.search.terms import Term
from tests.conftest import ON_POSTGRESQL, ON_SQLITE
from tests.factories import Factory
from tests.reading.test_query_counts import counted

# The last two of each are every page's: the menus, and whether there is a page on moderation.
PATHS = {"/search?q=letter": 10, "/search?q=letter&kind=comments": 4, "/search?q=%22a+letter%22": 11}


def spread(factory: Factory, editor: Identity, blocks: int, each: int) -> None:
    """Published comments, so many in each of some blocks of ids. The word that all hold is 'letter'."""
    article = factory.article("news")
    pattern = factory.published(article, "A letter.", editor=editor)
    with factory.app.app_context(), transaction() as session:
        values = {
            column.key: getattr(session.get_one(Comment, pattern), column.key) for column in Comment.__table__.columns
        }
        ids = [block * BLOCK + place for block in range(1, blocks + 1) for place in range(each)]
        rows = [{**values, "id": one, "path": f"{one:08x}", "in_thread": False} for one in ids]
        session.execute(sa.insert(Comment), rows)
        index_comments(session, ids)


def test_a_page_takes_as_few_statements_for_many_as_for_few(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    spread(factory, edith, blocks=3, each=60)
    for path, most in PATHS.items():
        with counted(app) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= most, "\n".join(statements)


@ON_SQLITE
def test_sqlite_walks_along_the_index_in_the_order_of_the_page(app: Flask, factory: Factory, edith: Identity) -> None:
    spread(factory, edith, blocks=1, each=30)
    with app.app_context(), db.engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT rowid FROM search_comments_index WHERE search_comments_index MATCH ?"
            " AND rowid < ? ORDER BY rowid DESC LIMIT ?",
            ('"letter"', 2**31, 21),
        ).all()
    assert len(plan) == 1
    assert "VIRTUAL TABLE INDEX" in plan[0][3]


@ON_POSTGRESQL
def test_postgresql_gathers_one_block_of_a_common_word_and_none_of_a_rare_one(
    app: Flask, factory: Factory, edith: Identity
) -> None:
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM search_comments")  # a scan also gives the rows that an earlier test left
    spread(factory, edith, blocks=5, each=60)
    gathered = {}
    with app.app_context():
        session = db.session()
        for word, below in [("letter", 2**31), ("letter", 3 * BLOCK), ("zyzzyva", 2**31)]:
            found = matches(session, Asked(CommentWords, 1, [Term(word)]), below, 21)
            assert len(found) == (0 if word == "zyzzyva" else 21)
            gathered[word, below] = rows_gathered(session, word, below)
    assert gathered == {("letter", 2**31): [60], ("letter", 3 * BLOCK): [60], ("zyzzyva", 2**31): [0]}


def rows_gathered(session: sa.orm.Session, word: str, below: int) -> list[int]:
    """What the scans of the index gave, all together, as PostgreSQL has counted it."""
    sent: list[tuple[str, Any]] = []
    connection = session.connection()

    def hear(_connection: object, _cursor: object, statement: str, given: Any, *_rest: object) -> None:
        sent.append((statement, given))

    sa.event.listen(connection, "before_cursor_execute", hear)
    matches(session, Asked(CommentWords, 1, [Term(word)]), below, 21)
    sa.event.remove(connection, "before_cursor_execute", hear)
    ((statement, given),) = sent
    plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", given))
    scans = re.findall(r"Bitmap Index Scan on ix_search_comments_terms .*\(actual rows=(\d+) loops=(\d+)\)", plan)
    assert scans, plan
    return [int(rows) * int(loops) for rows, loops in scans]


@ON_SQLITE
def test_a_comment_that_waits_is_written_without_a_word_to_the_index(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    with counted(app) as statements:
        client.post("/articles/news/comments", data={"name": "Ann", "body": "A sound point."})
    assert factory.ask(sa.select(Comment.status)) == [Status.PENDING]
    assert [statement for statement in statements if "search_" in statement] == []
