"""What a page of the queue asks the database for: the same few questions, each along an index, however many wait."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.comments.models import Comment, Status
from app.core import clock
from app.core.db import db, transaction
from app.moderation.models import Appeal, Decision, Finding, Verdict
from tests.conftest import ON_POSTGRESQL, ON_SQLITE
from tests.factories import Factory
from tests.moderation.conftest import Desk, ids_in
from tests.pages import Page
from tests.reading.test_query_plans import asked, detours

CROWD = 3_000

SEARCHES = {
    "pending": "",
    "published": "tab=published",
    "returned": "tab=returned",
    "of an article": "article=news",
    "between days": "from=2026-11-01&to=2026-11-30",
    "of an article, between days": "tab=published&article=news&from=2026-11-01",
    "likely spam first": "order=spam-first",
    "likely spam last": "order=spam-last",
    "with words": "text=Comment",
    "by phase": "phase=links",
    "all at once": "article=news&from=2026-11-01&order=spam-first&phase=links&text=Comment",
    "reported": "tab=reported",
    "reported, of an article": "tab=reported&article=news",
    "appeals": "tab=appeals",
    "appeals, with words": "tab=appeals&text=Comment",
}
MOST_QUESTIONS = 18
"""Who is logged in, whether keys decide, rules, counts (two, and once more for the tab), one walk or two, each with one
for new texts where those wait, comments and what stands beside them (articles, parents, decisions, findings, reports,
appeals, new texts, records), articles to choose from, the last decision."""


@pytest.fixture
def crowded(factory: Factory, desk: Desk) -> Desk:
    """A desk before which many comments stand in each of its tabs."""
    article = factory.article("news")
    parent = factory.published(article, editor=desk.editor)
    first, _token = factory.comment(article, parent_id=parent, address="home")
    with factory.app.app_context(), transaction() as session:
        template = session.get_one(Comment, first)
        columns = [column for column in Comment.__table__.columns if column.name not in {"id", "path", "status"}]
        like_it = {column.name: getattr(template, column.name) for column in columns}
        now = clock.now()
        special = {"spam_score": 0.5, "report_rank": 2, "reported_at": now, "address_hash": "another"}
        session.execute(
            sa.insert(Comment),
            [
                {**like_it, **special, "path": f"{number:08x}", "status": list(Status)[number % len(Status)]}
                for number in range(CROWD)
            ],
        )
        ids = session.scalars(sa.select(Comment.id).where(Comment.status == Status.REJECTED)).all()
        reasons: dict[str, Any] = {
            "editor_id": desk.editor.editor_id,
            "from_status": "pending",
            "to_status": "rejected",
        }
        session.execute(sa.insert(Decision), [{**reasons, "comment_id": one, "at": now} for one in ids])
        decisions = session.execute(sa.select(Decision.comment_id, Decision.id).where(Decision.comment_id.in_(ids)))
        appeals = [
            {"comment_id": one, "decision_id": other, "text": "No.", "created_at": now} for one, other in decisions
        ]
        session.execute(sa.insert(Appeal), appeals)
        found = {"phase": "links", "verdict": Verdict.HOLD, "reason": "Links.", "marks": []}
        all_ids = session.scalars(sa.select(Comment.id).where(Comment.id > first)).all()
        session.execute(sa.insert(Finding), [{**found, "comment_id": one} for one in all_ids])
    with factory.app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return desk


def pages(desk: Desk, query: str) -> list[Page]:
    """The first page of a search, and the next."""
    first = Page(desk.browser.get(f"/admin/?{query}"))
    following = first.link("//a[@rel='next']")
    return [first, Page(desk.browser.get(following))] if following else [first]


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_page_asks_a_fixed_number_of_questions(app: Flask, crowded: Desk, kind: str) -> None:
    with asked(app) as statements:
        page = Page(crowded.browser.get(f"/admin/?{SEARCHES[kind]}"))
    assert len(ids_in(page)) == 50
    assert len(statements) <= MOST_QUESTIONS, [statement for statement, _given in statements]


@ON_SQLITE
@pytest.mark.parametrize("kind", SEARCHES)
def test_on_sqlite_each_goes_along_an_index(app: Flask, crowded: Desk, kind: str) -> None:
    with asked(app) as statements:
        shown = pages(crowded, SEARCHES[kind])
    assert len(shown) == 2
    assert detours(app, statements) == []


@ON_POSTGRESQL
@pytest.mark.parametrize("kind", SEARCHES)
def test_on_postgresql_each_goes_along_an_index(app: Flask, crowded: Desk, kind: str) -> None:
    with asked(app) as statements:
        shown = pages(crowded, SEARCHES[kind])
    assert len(shown) == 2
    assert slow_steps(app, statements) == []


def slow_steps(app: Flask, statements: list[tuple[str, Any]]) -> list[str]:
    """Steps that read a whole table which grows, or sort what a walk of the queue goes through.

    Both are made to look dear, since a table of some thousand rows is quickest read whole: what is left of them has no
    index that it could go along.
    """
    found = []
    with app.app_context(), db.engine.connect() as connection:
        for shortcut in ("seqscan", "sort", "bitmapscan"):
            connection.exec_driver_sql(f"SET enable_{shortcut} = off")
        for statement, given in statements:
            (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalars()
            for step in steps(plan[0]["Plan"]):
                is_walk = "is_match" in statement
                is_whole = step["Node Type"] == "Seq Scan" and step["Relation Name"] in {
                    "comments",
                    "decisions",
                    "findings",
                }
                if is_whole or (is_walk and "Sort" in step["Node Type"]):
                    found.append(f"{step['Node Type']}: {statement}")
    return found


def steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(step for part in plan.get("Plans", []) for step in steps(part))]
