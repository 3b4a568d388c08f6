"""Runs migrations in one transaction, on SQLite with foreign keys off until they are checked at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.core.db import Base, UTCDateTime, db


def _render_item(kind: str, item: object, _autogen: object) -> str | Literal[False]:
    """Migrations never import the app: its types appear as what the database stores."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def _is_models(name: str | None, kind: str, parents: Mapping[Any, str | None]) -> bool:
    """What databases index words by is made beside the models: FTS5's own tables, and PostgreSQL's indexes."""
    is_search = (parents.get("table_name") or name or "").startswith("search_")
    own = {"table": "_index", "index": "_terms"}.get(kind)
    return not (is_search and own and own in (name or ""))


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_item,
        include_name=_is_models,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration leaves rows that refer to nothing: {broken[:10]}")


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # Before BEGIN, or it has no effect. With them on, rebuilding a table deletes the rows that refer to it.
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


if context.is_offline_mode():
    context.configure(url=db.engine.url, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_connect)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        _run(connection)
