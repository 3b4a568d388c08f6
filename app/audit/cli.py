"""`flask audit`."""

from __future__ import annotations

import re

import click
from flask.cli import AppGroup
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app.audit.verifying import Check, Fault, Wrong, check
from app.core.db import db

group = AppGroup("audit", help="The record of what editors did.")


def _hash(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch("[0-9a-f]{64}", value.lower()):
        raise click.BadParameter("a head is 64 digits and letters from a to f, as this command prints it")
    return value and value.lower()


@group.command("verify")
@click.option("--expect", callback=_hash, metavar="HASH", help="A head kept elsewhere, to compare the record with.")
def verify(expect: str | None) -> None:
    """Check that no entry was changed, removed or moved. Names those that were, and fails then.

    That entries were cut off at the end shows only with --expect.
    """
    found = check(db.session(), expect)
    for fault in found.faults:
        click.echo(_sentence(fault))
    if found.broken > len(found.faults):
        more = found.broken - len(found.faults)
        click.echo(ngettext("And %(num)d entry more.", "And %(num)d entries more.", more))
    if not found.broken:
        click.echo(
            ngettext(
                "%(count)s entry, as it was written and in its place.",
                "%(count)s entries, each as it was written and in its place.",
                found.count,
                count=format_decimal(found.count),
            )
        )
    click.echo(_("Head: %(hash)s", hash=found.head))
    _compare(found, expect)
    if found.broken:
        words = ngettext(
            "%(num)d of %(all)s entries is not as it was written.",
            "%(num)d of %(all)s entries are not as they were written.",
            found.broken,
            all=format_decimal(found.count),
        )
        raise click.ClickException(words)


def _sentence(fault: Fault) -> str:
    parts = {"id": fault.entry_id, "at": fault.at, "before": fault.before or 0, "other": fault.belongs_after or 0}
    match fault.wrong:
        case Wrong.CHANGED:
            return str(_("Entry %(id)s of %(at)s: its content was changed.", **parts))
        case Wrong.UNLINKED if fault.before is None:
            return str(_("Entry %(id)s of %(at)s: the entry before it is missing, and now it is the first.", **parts))
        case Wrong.UNLINKED:
            return str(
                _("Entry %(id)s of %(at)s: between entry %(before)s and it one is missing or was replaced.", **parts)
            )
    if fault.before is None:
        return str(_("Entry %(id)s of %(at)s stands in the wrong place: first, not after entry %(other)s.", **parts))
    if not fault.belongs_after:
        return str(_("Entry %(id)s of %(at)s stands in the wrong place: after entry %(before)s, not first.", **parts))
    return str(
        _("Entry %(id)s of %(at)s stands in the wrong place: after entry %(before)s, not after %(other)s.", **parts)
    )


def _compare(found: Check, expect: str | None) -> None:
    if expect is None:
        click.echo(
            _(
                "Whether entries were cut off at the end cannot be seen from the record alone. Keep this head elsewhere"
                " and give it next time: flask audit verify --expect HASH"
            )
        )
    elif found.expected_at is None:
        raise click.ClickException(
            _("The expected head is not in the record: entries were cut off at the end, or all were replaced.")
        )
    elif since := found.count - found.expected_at:
        click.echo(
            ngettext(
                "The expected head is there; %(num)d entry came after it.",
                "The expected head is there; %(num)d entries came after it.",
                since,
            )
        )
    else:
        click.echo(_("It is the expected head."))
