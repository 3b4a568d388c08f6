"""`flask newsletter`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.db import transaction
from app.core.errors import UNAVAILABLE
from app.newsletter.bounces import LARGEST, Kind, take_in
from app.newsletter.mailboxes import messages_in, messages_of

group = AppGroup("newsletter", help="The newsletter.")


@group.command("bounces")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
def bounces(paths: tuple[str, ...]) -> None:
    """Take in bounces and complaints from files, mboxes, Maildirs, folders of messages, or - for standard input.

    Ends with 75 if the database cannot be written, so that a mail server that pipes a message here tries again.
    """
    counts: Counter[Kind | None] = Counter()
    try:
        for raw in _all_messages(paths):
            with transaction() as session:
                kind = take_in(session, raw)
            counts[kind] += 1
    except UNAVAILABLE as error:
        click.echo(f"The database cannot be written: {type(error).__name__}", err=True)
        raise SystemExit(os.EX_TEMPFAIL) from None
    click.echo(
        f"{counts.total()} messages: {counts[Kind.FOR_GOOD]} bounced for good, {counts[Kind.FOR_NOW]} for now, "
        f"{counts[Kind.COMPLAINT]} complaints, {counts[None]} of nobody or nothing"
    )


def _all_messages(paths: tuple[str, ...]) -> Iterator[bytes]:
    for path in paths:
        if path == "-":
            yield from messages_of(sys.stdin.buffer, LARGEST)
        else:
            yield from messages_in(Path(path), LARGEST)
