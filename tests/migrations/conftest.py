"""A database with a row in every table, and ways to look at it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.queries import Identity
from app.articles import autosaving
from app.articles.correcting import correct
from app.articles.models import Author, Series
from app.comments.banning import Days, ban
from app.comments.linking import remember_hosts
from app.comments.models import Comment
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import enqueue
from app.core.markup import render_article
from app.following import announcing
from app.learning.features import Example
from app.learning.models import FilterState
from app.learning.training import learn
from app.media.models import Image, Variants
from app.moderation import bulk, edits
from app.moderation.decisions import NO_REASON
from app.moderation.links import issue
from app.moderation.models import Verdict
from app.moderation.phrases import add
from app.moderation.statistics import count_month
from app.moderation.summing_up import close
from app.newsletter import sending
from app.newsletter.models import Import, Subscription
from app.sample.loading import load_samples
from tests.accounts.conftest import log_in
from tests.factories import Factory
from tests.newsletter.mailroom import draft, send, subscribers
from tests.standing.conftest import form_of, put_in_menu, save, write

Schema = dict[str, dict[str, Any]]


@pytest.fixture
def filled(app: Flask, factory: Factory) -> Flask:
    """The application on a database where every table holds rows that refer to one another."""
    with app.app_context(), transaction() as session:
        load_samples(session)
        enqueue(session, "forget old log-ins", {})
    edith = factory.editor()
    factory.logged_in(edith)
    factory.described("rosa-martin", Author)
    factory.described("bridges", Series)
    article = factory.article(
        "news",
        formerly=["olds"],
        tags=["Courts"],
        faq=[{"question": "Why?", "answer": "Because."}],
        authors=["rosa-martin"],
        series="bridges",
    )
    factory.pictured("gate")
    (picture,) = factory.ask(sa.select(Image.hash))
    parent = factory.published(article, editor=edith)
    reply, token = factory.comment(article, parent_id=parent)
    announce(app, parent)
    app.test_cli_runner().invoke(args=["editors", "invite", "new@example.org"])
    log_in(app.test_client(), password="a wrong password")
    reader = app.test_client()
    reader.post(f"/comments/{parent}/report", data={"reason": "abuse"})
    reader.post("/passes", data={"receipt": token})
    leave_the_newsletter(app, edith.editor_id)
    reader.post(f"/receipts/{token}/follow", data={"email": "ann@example.org", "kind": "decision"})
    factory.decide(edith, reply, "return")
    reader.post(f"/receipts/{token}/edit", data={"body": "Another text."})
    factory.decide(edith, reply, "reject")
    reader.post(f"/receipts/{token}/appeal", data={"appeal": "Read it again."})
    browser = factory.logged_in(edith)
    write(browser, "terms", text="::: figure\nimage: gate.png\nalt: A gate\n:::")
    save(browser, form_of(browser, "/admin/pages/4/edit"), "/admin/pages/4/edit", slug="conditions")
    put_in_menu(browser, footer=[("", "/conditions")])
    with app.app_context(), transaction() as session:
        autosaving.keep(session, edith, article, autosaving.FormName("a form", "a window", 0), [("title", "News")])
        markup = render_article("Nine.", {})
        shown = {"gate.png": picture}
        correct(session, article, actor=edith.actor, text="Nine.", markup=markup, images=shown, found_in_id=parent)
        close(session, count_month(session, date(2026, 10, 1), is_closed=True))
        edits.propose(session, session.get_one(Comment, parent), text="Another.", html="<p>Another.</p>")
        issue(session, edith.editor_id, session.get_one(Comment, parent))
        remember_hosts(session, Comment(id=parent, html='<a href="https://example.org/">'))
        sender = session.get_one(Comment, reply)
        ban(session, edith, sender, by_address=True, by_email=False, days=Days.WEEK, reason="Threats.")
        add(session, edith, ["casino"], Verdict.HOLD)
        bulk.start(session, edith, "spam", [(parent, "published.1")], NO_REASON)
        session.execute(sa.update(FilterState).values(retraining=2))
        learn(session, parent, Example("Some text.", "Ann Reader"), False)
        session.execute(sa.update(Image).values(variants=Variants.MADE))
    put_off_an_issue(app, edith, shown)
    return app


def leave_the_newsletter(app: Flask, editor_id: int) -> None:
    """An address got the newsletter, and is forgotten; it came in a file."""
    with app.app_context(), transaction() as session:
        came = {"source": "import", "asked_on": "readers.csv", "wording": "Asked at the fair.", "asked_at": clock.now()}
        session.add(Subscription(email_hash="a hash", status="unsubscribed", **came))
        file = {"file_name": "readers.csv", "proof": "", "content": "", "state": "done", "created_at": clock.now()}
        session.add(Import(editor_id=editor_id, **file))


def announce(app: Flask, comment_id: int) -> None:
    """Those who follow have been told of the comment."""
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).values(published_at=clock.now() - announcing.AFTER))
        assert announcing.announce(session, comment_id)


def is_models(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    """Whether a part of the schema is one that the models know, and not what a database indexes words by."""
    is_search = (parents.get("table_name") or name or "").startswith("search_")
    own = {"table": "_index", "index": "_terms"}.get(kind)
    return not (is_search and own and own in (name or ""))


def table_names(inspector: sa.Inspector) -> set[str]:
    return {name for name in inspector.get_table_names() if is_models(name, "table", {})} - {"alembic_version"}


def put_off_an_issue(app: Flask, editor: Identity, images: dict[str, str]) -> None:
    """One that is being sent, and the letter to one subscriber, since forgotten, that has to wait."""
    subscribers(app, ["bob@example.org"])
    issue = draft(app, editor, images=images)
    send(app, editor, issue)
    with app.app_context(), transaction() as session:
        mailing = sending.take_up(session, issue)
        letter = sending.next_letter(session, mailing) if mailing else None
        assert letter is not None
        sending.put_off(session, issue, letter)
        session.delete(session.get_one(Subscription, letter.subscription_id).follow)


def counts() -> dict[str, int]:
    """How many rows each table of the database has, Alembic's own left out."""
    with db.engine.connect() as connection:
        tables = table_names(sa.inspect(connection))
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in tables}


def schema() -> Schema:
    """By table: columns, keys, constraints and indexes, in no order of their own."""
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        found = {name: _table(inspector, name) for name in table_names(inspector)}
        if connection.dialect.name == "sqlite":
            for name, statement in connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
            ):
                if name in found:
                    found[name]["never gives an id twice"] = "AUTOINCREMENT" in statement
            for name, table, statement in connection.exec_driver_sql(
                "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL%'"
            ):
                found[table.removesuffix("_index")][name] = re.sub(r"\s|'", "", statement)
    return found


def _table(inspector: sa.Inspector, name: str) -> dict[str, Any]:
    parts: dict[str, Sequence[Any]] = {
        "columns": inspector.get_columns(name),
        "foreign keys": inspector.get_foreign_keys(name),
        "unique": inspector.get_unique_constraints(name),
        "checks": inspector.get_check_constraints(name),
        "indexes": inspector.get_indexes(name),
    }
    listed: dict[str, Any] = {what: sorted(_plain(one) for one in items) for what, items in parts.items()}
    return {**listed, "primary key": _plain(inspector.get_pk_constraint(name))}


def _plain(item: Any) -> str:
    """A reflected thing as text: types are no values, and SQL expressions compare to nothing."""
    if isinstance(item, dict):
        return str(sorted((key, _plain(value)) for key, value in item.items()))
    return " ".join(str(item).split())
