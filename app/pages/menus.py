"""Putting links into the menus, and keeping those to pages right."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core.db import one_at_a_time
from app.core.revisions import bump
from app.pages.models import MENUS, Menu, MenuRow, Place
from app.pages.queries import Menus, menus, menus_as_they_came


class ChangedMeanwhile(Exception):
    """Another editor has changed a menu since this one was shown them."""


def seen_as(shown: Menus) -> str:
    """What a form holds to say which menus it showed."""
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def change_menus(session: Session, editor: Identity, wanted: Menus, seen: str) -> None:
    """`seen` is what `seen_as` said of the menus that the editor was shown. Raises ChangedMeanwhile.

    A menu that is as the site came keeps no row, so that it follows the language and what a later version adds.
    """
    one_at_a_time(session, MENUS)
    before = menus(session)
    if seen_as(before) != seen:
        raise ChangedMeanwhile
    for place, rows, came in zip(Place, wanted, menus_as_they_came(), strict=True):
        _put(session, place, None if rows == came else rows)
    if wanted != before:
        bump(session, MENUS)
        record(session, actor=editor.actor, verb="change menus", subject="menus")


def move_links(session: Session, address: str, to: str | None) -> None:
    """Lets the links to a page lead to its new address; None takes them out of the menus."""
    one_at_a_time(session, MENUS)
    for menu in session.scalars(sa.select(Menu)):
        rows: list[MenuRow] = [
            {**row, "address": to or ""} if row["address"] == address else row
            for row in menu.rows
            if to is not None or row["address"] != address
        ]
        if rows != menu.rows:
            menu.rows = rows
            bump(session, MENUS)


def _put(session: Session, place: Place, rows: list[MenuRow] | None) -> None:
    menu = session.get(Menu, place)
    if rows is None:
        if menu is not None:
            session.delete(menu)
    elif menu is None:
        session.add(Menu(place=place, rows=rows))
    else:
        menu.rows = rows
