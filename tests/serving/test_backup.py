"""`flask backup`: what it writes is the site as it was, and an archive that is there is never spoilt."""

from __future__ import annotations

import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.comments.models import Comment
from app.config import Config
from app.core.db import db
from tests.conftest import BASE_URL, ON_POSTGRESQL, ON_SQLITE, file_of
from tests.factories import Factory


def names_in(archive: Path) -> set[str]:
    with tarfile.open(archive) as tar:
        return set(tar.getnames())


@ON_SQLITE
def test_an_archive_that_is_unpacked_is_the_site_as_it_was_while_it_went_on(
    app: Flask, client: FlaskClient, factory: Factory, tmp_path: Path
) -> None:
    article = factory.pictured("news")
    factory.comment(article, "A sound point.")
    page = client.get("/articles/news").text
    archive, instance = tmp_path / "site.tar", Path(app.instance_path)
    (instance / "secret_key").write_text("kept")
    with closing(sqlite3.connect(file_of(app), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM comments")
        done = app.test_cli_runner().invoke(args=["backup", str(archive)])
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".backup-*")) == []

    restored = tmp_path / "restored"
    with tarfile.open(archive) as tar:
        tar.extractall(restored, filter="data")
    pictures = [file.relative_to(instance) for file in instance.glob("media/*/*")]
    assert pictures
    assert [(restored / file).read_bytes() for file in pictures] == [
        (instance / file).read_bytes() for file in pictures
    ]
    assert (restored / "secret_key").read_text() == "kept"
    again = create_app(Config(instance_path=restored, base_url=BASE_URL))
    with again.app_context():
        assert db.session.scalars(sa.select(Comment.source)).all() == ["A sound point."]
        db.session.remove()
    assert again.test_client().get("/articles/news").text == page


@ON_SQLITE
def test_an_earlier_archive_stays_where_the_new_one_cannot_be_made(
    app: Flask, factory: Factory, tmp_path: Path
) -> None:
    factory.article("news")
    archive = tmp_path / "site.tar"
    archive.write_text("the one before")
    with app.app_context():
        db.engine.dispose()
    database = file_of(app)
    whole = database.read_bytes()
    try:
        database.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        refused = app.test_cli_runner().invoke(args=["backup", str(archive)])
    finally:
        database.write_bytes(whole)
    assert refused.exit_code == 1
    assert "The database is damaged, and nothing was written" in refused.output
    assert archive.read_text() == "the one before"
    nowhere = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "no" / "site.tar")])
    assert nowhere.exit_code == 1
    assert "could not be written: No such file or directory" in nowhere.output


@ON_POSTGRESQL
def test_what_is_postgresqls_is_left_to_its_own_tools_in_words(app: Flask, factory: Factory, tmp_path: Path) -> None:
    factory.pictured("news")
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "site.tar")])
    assert done.exit_code == 0, done.output
    assert "pg_dump" in done.output
    assert "broadsheet.db" not in names_in(tmp_path / "site.tar")
    assert any(name.startswith("media/") for name in names_in(tmp_path / "site.tar"))
