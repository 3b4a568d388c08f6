"""What was scheduled before there were announcements is announced; what was out is not."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from app.config import ROOT
from app.core.jobs import Job
from tests.factories import Factory

IT = "3fa7c0e51b86"


def test_what_is_scheduled_already_is_announced_at_its_minute(app: Flask, factory: Factory) -> None:
    at = datetime(2136, 11, 21, 9, 30, tzinfo=UTC)
    factory.article("out")
    scheduled = factory.article("scheduled", published=at)
    asked = sa.select(Job.run_at).where(
        Job.kind == "announce an article", Job.key == f"announce an article {scheduled}"
    )
    before = ScriptDirectory(str(ROOT / "migrations")).get_revision(IT).down_revision
    with app.app_context():
        downgrade(revision=str(before))
        with app.extensions["sqlalchemy"].engine.begin() as connection:
            connection.execute(sa.delete(Job))
        upgrade()
    assert factory.ask(asked) == [at]
    assert factory.ask(sa.select(sa.func.count(Job.id))) == [1]
