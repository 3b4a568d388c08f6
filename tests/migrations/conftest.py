"""A database with a row in every table, and ways to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db, transaction
from app.core.jobs import enqueue
from app.sample.loading import load_samples
from tests.accounts.conftest import log_in
from tests.factories import Factory

Schema = dict[str, dict[str, Any]]


@pytest.fixture
def filled(app: Flask, factory: Factory) -> Flask:
    """The application on a database where every table holds rows that refer to one another."""
    with app.app_context(), transaction() as session:
        load_samples(session)
        enqueue(session, "forget old log-ins", {})
    edith = factory.editor()
    factory.logged_in(edith)
    article = factory.article("news", tags=["Courts"], faq=[{"question": "Why?", "answer": "Because."}])
    parent = factory.published(article, editor=edith)
    factory.comment(article, parent_id=parent)
    app.test_cli_runner().invoke(args=["editors", "invite", "new@example.org"])
    log_in(app.test_client(), password="a wrong password")
    return app


def counts() -> dict[str, int]:
    """How many rows each table of the database has, Alembic's own left out."""
    with db.engine.connect() as connection:
        tables = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in tables}


def schema() -> Schema:
    """By table: columns, keys, constraints and indexes, in no order of their own."""
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        found = {name: _table(inspector, name) for name in inspector.get_table_names() if name != "alembic_version"}
        if connection.dialect.name == "sqlite":
            for name, statement in connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
            ):
                if name in found:
                    found[name]["never gives an id twice"] = "AUTOINCREMENT" in statement
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
