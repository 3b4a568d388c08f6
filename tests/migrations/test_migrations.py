"""Migrations lead up and down without losing a row, and arrive at what the models say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from app.comments.models import Comment
from app.config import ROOT
from app.core.db import Base, db
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.migrations.conftest import counts, is_models, schema

A_ROW_FOR_EACH_STATUS = "comment_tallies"

SCRATCH = '''"""A migration of the tests' own."""

import sqlalchemy as sa
from alembic import op

revision = "5c4a7c4"
down_revision = "{head}"


def upgrade() -> None:
    {statements}
'''


def newest_first() -> list[Script]:
    return list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())


def below(script: Script) -> str:
    assert script.down_revision is None or isinstance(script.down_revision, str)
    return script.down_revision or "base"


def with_another_migration(folder: Path, *statements: str) -> str:
    """A copy of the migrations, with one more at its head. Returns its folder."""
    copy = folder / "migrations"
    shutil.copytree(ROOT / "migrations", copy, ignore=shutil.ignore_patterns("__pycache__"))
    text = SCRATCH.format(head=newest_first()[0].revision, statements="\n    ".join(statements))
    (copy / "versions" / "scratch.py").write_text(text)
    return str(copy)


def test_every_table_is_filled_or_the_other_tests_prove_nothing(filled: Flask) -> None:
    with filled.app_context():
        rows = counts()
    assert set(rows) == set(Base.metadata.tables)
    assert [name for name, number in rows.items() if not number] == []


def test_each_migration_can_be_taken_back_and_made_again_without_losing_a_row(filled: Flask) -> None:
    with filled.app_context():
        for script in newest_first():
            rows, shape = counts(), schema()
            downgrade(revision=below(script))
            left = {name: number for name, number in counts().items() if name != A_ROW_FOR_EACH_STATUS}
            assert left == {name: number for name, number in rows.items() if name in left}
            upgrade(revision=script.revision)
            assert schema() == shape
            assert {name: number for name, number in counts().items() if name in left} == left
            downgrade(revision=below(script))
        assert counts() == {}


def test_all_the_way_down_and_up_again_is_the_same_schema_with_its_first_rows(filled: Flask) -> None:
    with filled.app_context():
        shape = schema()
        downgrade(revision="base")
        assert schema() == {}
        upgrade()
        assert schema() == shape
        first_rows = {"site": 1, "comment_tallies": 6, "house_rules": 6, "filter_state": 1}
        assert {name: number for name, number in counts().items() if number} == first_rows


def test_upgrading_what_is_up_to_date_changes_nothing(filled: Flask) -> None:
    with filled.app_context():
        rows, shape = counts(), schema()
        upgrade()
        assert (counts(), schema()) == (rows, shape)


def test_the_models_ask_for_nothing_that_no_migration_makes(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_models}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_just_what_the_models_would(app: Flask) -> None:
    """Constraints, index conditions and collations too, which Alembic does not compare."""
    with app.app_context():
        migrated = schema()
        downgrade(revision="base")
        Base.metadata.create_all(db.engine)
        assert schema() == migrated


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(filled: Flask, tmp_path: Path) -> None:
    """With foreign keys on, SQLite would delete an article's comments with the old table."""
    with filled.app_context():
        rows, shape = counts(), schema()
        folder = with_another_migration(
            tmp_path,
            'with op.batch_alter_table("articles") as batch:',
            '    batch.alter_column("standfirst", existing_type=sa.Text(), nullable=True)',
        )
        upgrade(directory=folder)
        assert schema() != shape
        assert counts() == rows


@ON_SQLITE
def test_a_migration_that_leaves_rows_without_what_they_refer_to_changes_nothing(
    filled: Flask, factory: Factory, tmp_path: Path
) -> None:
    with filled.app_context():
        rows, shape = counts(), schema()
        folder = with_another_migration(
            tmp_path,
            'op.add_column("articles", sa.Column("kicker", sa.Text(), nullable=True))',
            'op.execute("DELETE FROM articles")',
        )
        with pytest.raises(SystemExit):
            upgrade(directory=folder)
        assert (counts(), schema()) == (rows, shape)
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [2]


def test_a_migration_that_fails_half_way_changes_nothing(filled: Flask, tmp_path: Path) -> None:
    with filled.app_context():
        rows, shape = counts(), schema()
        folder = with_another_migration(
            tmp_path,
            'op.add_column("articles", sa.Column("kicker", sa.Text(), nullable=True))',
            'op.execute("DELETE FROM comments")',
            'op.execute("NO SUCH STATEMENT")',
        )
        with pytest.raises(sa.exc.DBAPIError):
            upgrade(directory=folder)
        assert (counts(), schema()) == (rows, shape)
