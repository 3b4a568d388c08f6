"""`flask audit`."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from app.audit.models import AuditEntry
from app.audit.queries import first_broken_entry
from app.core.db import db

group = AppGroup("audit", help="The record of what editors did.")


@group.command("verify")
def verify() -> None:
    """Check the chain of entries; fails and names the first broken one."""
    broken = first_broken_entry(db.session())
    if broken is not None:
        raise click.ClickException(f"entry {broken.id} of {broken.at:%Y-%m-%d %H:%M} does not fit the one before it")
    count = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    click.echo(f"{count} entries, each in its place")
