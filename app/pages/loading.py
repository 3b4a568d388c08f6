"""Storing files of pages and menus, without overwriting what an editor has changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.content import described
from app.articles.history import COMMAND_LINE
from app.audit.recording import record
from app.core.db import one_at_a_time
from app.core.revisions import bump
from app.media import keeping
from app.media.folder import staged
from app.pages import editing
from app.pages.editing import PageContent, SlugTaken
from app.pages.files import PageFile
from app.pages.models import MENUS, PAGES, FormerPageSlug, Menu, MenuRow, Place, StandingPage


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class ChangedSince(Exception):
    """It differs from what was last loaded, so an editor has changed it."""


def store_page(session: Session, file: PageFile, *, force: bool = False) -> Outcome:
    """Adds the page, or brings the one that has or had its address up to date.

    One whose address is among those that the file says it had moves to the file's; one that the desk has moved stays
    there. Raises SlugTaken, and ChangedSince if an editor has changed the page since it was loaded, unless `force` is
    given or the file says what stands.
    """
    one_at_a_time(session, PAGES)
    page, content = _page_at(session, [file.content.slug, *file.formerly]), file.content
    if page is not None:
        content = replace(content, slug=content.slug if page.slug in file.formerly else page.slug)
        stands = _digest_of(page)
        if stands not in {_digest(content), page.loaded_digest} and not force:
            raise ChangedSince(content.slug)
    _take_in(session, file)
    if page is None:
        page, outcome = editing.create(session, COMMAND_LINE, content), Outcome.ADDED
    else:
        is_changed = editing.change(session, page, content, COMMAND_LINE)
        outcome = Outcome.UPDATED if is_changed else Outcome.UNCHANGED
    if _lead_there(session, page, file.formerly) and outcome is Outcome.UNCHANGED:
        outcome = Outcome.UPDATED
    page.loaded_digest = _digest_of(page)
    return outcome


def store_menu(session: Session, place: Place, rows: list[MenuRow], *, force: bool = False) -> Outcome:
    """Puts the links into the menu. Raises ChangedSince as `store_page` does."""
    one_at_a_time(session, MENUS)
    menu = session.get(Menu, place)
    outcome = Outcome.UPDATED
    if menu is None:
        menu, outcome = Menu(place=place, rows=[]), Outcome.ADDED
        session.add(menu)
    elif menu.rows == rows:
        outcome = Outcome.UNCHANGED
    elif menu.loaded_digest != _hash(menu.rows) and not force:
        raise ChangedSince(place)
    menu.rows, menu.loaded_digest = rows, _hash(rows)
    if outcome is not Outcome.UNCHANGED:
        bump(session, MENUS)
        record(session, actor=COMMAND_LINE, verb="change menus", subject="menus")
    return outcome


def _page_at(session: Session, slugs: Sequence[str]) -> StandingPage | None:
    """The page that has or had one of them. Raises SlugTaken if that is more than one."""
    had = sa.select(FormerPageSlug.page_id).where(FormerPageSlug.slug.in_(slugs))
    query = sa.select(StandingPage).where(StandingPage.slug.in_(slugs) | StandingPage.id.in_(had))
    found = session.scalars(query).all()
    if len(found) > 1:
        raise SlugTaken(slugs[0])
    return found[0] if found else None


def _lead_there(session: Session, page: StandingPage, formerly: Sequence[str]) -> bool:
    """Lets addresses that the page had lead to it; False if they all do."""
    known = set(session.scalars(sa.select(FormerPageSlug.slug).where(FormerPageSlug.page_id == page.id)))
    new = [slug for slug in formerly if slug not in {*known, page.slug}]
    session.add_all(FormerPageSlug(slug=slug, page_id=page.id) for slug in new)
    if new:
        bump(session, PAGES)
    return bool(new)


def _take_in(session: Session, file: PageFile) -> None:
    """Adds those of its images that are not there yet, described as the text first describes them."""
    for name, picture in file.images.items():
        with staged(picture.data) as path:
            described_as = described(name, file.content.source)
            keeping.add(session, COMMAND_LINE, keeping.Given(picture, path, name, *described_as))


def _digest_of(page: StandingPage) -> str:
    """SHA-256 in hex over what an editor writes in a page, but for its address."""
    return _hash([page.title, page.state, page.source, editing.images_of(page)])


def _digest(content: PageContent) -> str:
    return _hash([content.title, content.state, content.source, dict(content.images)])


def _hash(content: Sequence[Any] | Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
