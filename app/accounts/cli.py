"""`flask editors`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts import editing
from app.accounts.queries import all_editors
from app.core.db import db, transaction
from app.core.web import absolute

group = AppGroup("editors", help="Who may write and moderate.")


def welcome_url(token: str) -> str:
    return absolute(f"/admin/welcome/{token}")


@group.command("invite")
@click.argument("email")
def invite(email: str) -> None:
    """Print a link with which EMAIL becomes an editor."""
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.ClickException(f"{email}: {error}") from None
    _print_link(lambda session: editing.invite(session, address))


@group.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Print a link with which an editor sets a new password."""
    _print_link(lambda session: editing.reset(session, email))


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shut an editor out at once."""
    with _spoken_errors(), transaction() as session:
        editor = editing.disable(session, email)
    click.echo(f"{editor.name} can no longer log in.")


@group.command("list")
def list_editors() -> None:
    """List the editors."""
    editors = all_editors(db.session())
    if not editors:
        click.echo("There is no editor yet.")
    for editor in editors:
        state = "disabled" if editor.disabled_at else "enabled"
        seen = f"last log-in {editor.last_login_at:%Y-%m-%d %H:%M} UTC" if editor.last_login_at else "never logged in"
        click.echo(f"{editor.email}\t{editor.name}\t{state}\t{seen}")


def _print_link(make: Callable[[Session], str]) -> None:
    with _spoken_errors(), transaction() as session:
        token = make(session)
    click.echo(f"Good for 24 hours and one use:\n{welcome_url(token)}")


@contextmanager
def _spoken_errors() -> Iterator[None]:
    try:
        yield
    except editing.AccountError as error:
        raise click.ClickException(str(error)) from None
