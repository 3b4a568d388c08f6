"""An editor writes, changes and deletes a page beside the articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core import clock
from app.core.db import one_at_a_time
from app.core.markup import RULES_VERSION, ArticleMarkup
from app.core.revisions import bump
from app.media.queries import held_images
from app.media.refreshing import is_outdated
from app.pages.menus import move_links
from app.pages.models import PAGES, FormerPageSlug, PageImage, PageRevision, PageState, StandingPage, page_url
from app.pages.refreshing import PAGES_SHOWN

TITLE_LIMIT = 200
"""Characters."""


class NoSuchPage(LookupError):
    """It was never there, or has been deleted."""


class SlugTaken(Exception):
    """Another page has the address, or had it."""


class ChangedMeanwhile(Exception):
    """Someone has changed the page since the editor began with it."""


@dataclass(frozen=True)
class PageContent:
    """What a page says, with its HTML made."""

    slug: str
    title: str
    state: PageState
    source: str
    markup: ArticleMarkup
    images: Mapping[str, str] = field(default_factory=dict)
    """The hashes of those that the text names."""


def create(session: Session, actor: str, content: PageContent) -> StandingPage:
    """`actor` is as the audit record names it. Raises SlugTaken, ImageGone."""
    one_at_a_time(session, PAGES)
    page = StandingPage(revision=0)
    _address(session, page, content.slug)
    _fill(session, page, content)
    _keep(session, page, actor)
    record(session, actor=actor, verb="write page", subject=f"page:{page.id}", detail=page.state)
    return page


def save(session: Session, editor: Identity, page_id: int, content: PageContent, seen: int) -> StandingPage:
    """`seen` is the number of the revision that the editor began with. No menu leads to a draft.

    Raises NoSuchPage, ChangedMeanwhile, SlugTaken, ImageGone.
    """
    page = _locked(session, page_id)
    if page.revision != seen:
        raise ChangedMeanwhile(page.revision)
    change(session, page, content, editor.actor)
    return page


def change(session: Session, page: StandingPage, content: PageContent, actor: str) -> bool:
    """Makes a page that is held say this; False if it does already. Raises SlugTaken, ImageGone."""
    before = (page.slug, page.title, page.state, page.source, images_of(page))
    if before == (content.slug, content.title, content.state, content.source, content.images):
        return False
    if page.slug != content.slug:
        _move(session, page, content.slug)
    if page.state is PageState.LIVE and content.state is PageState.DRAFT:
        move_links(session, page.url, None)
    _fill(session, page, content)
    _keep(session, page, actor)
    record(session, actor=actor, verb="save page", subject=f"page:{page.id}", detail=page.state)
    return True


def delete(session: Session, editor: Identity, page_id: int) -> StandingPage:
    """With all its revisions and its places in the menus. Raises NoSuchPage."""
    page = _locked(session, page_id)
    move_links(session, page.url, None)
    session.execute(sa.delete(StandingPage).where(StandingPage.id == page_id))
    bump(session, PAGES)
    record(session, actor=editor.actor, verb="delete page", subject=f"page:{page_id}")
    return page


def _locked(session: Session, page_id: int) -> StandingPage:
    one_at_a_time(session, PAGES)
    page = session.get(StandingPage, page_id)
    if page is None:
        raise NoSuchPage(page_id)
    return page


def _move(session: Session, page: StandingPage, slug: str) -> None:
    """Readers may have links to what is live, so its old address goes on leading there."""
    former = page.slug
    _address(session, page, slug)
    if page.state is PageState.LIVE:
        session.add(FormerPageSlug(slug=former, page_id=page.id))
    move_links(session, page_url(former), page.url)


def _address(session: Session, page: StandingPage, slug: str) -> None:
    """Raises SlugTaken."""
    has_it = sa.select(StandingPage.id).where(StandingPage.slug == slug)
    had_it = session.get(FormerPageSlug, slug)
    if session.scalar(has_it) is not None or (had_it is not None and had_it.page_id != page.id):
        raise SlugTaken(slug)
    if had_it is not None:
        session.delete(had_it)
    page.slug = slug


def images_of(page: StandingPage) -> dict[str, str]:
    """The hashes of those that the text names."""
    return {one.name: one.image.hash for one in page.images}


def _fill(session: Session, page: StandingPage, content: PageContent) -> None:
    """Raises ImageGone."""
    page.title, page.state, page.source = content.title, content.state, content.source
    page.html, page.markup_version = content.markup.html, RULES_VERSION
    page.frame_hosts = list(content.markup.frame_hosts)
    page.saved_at = clock.now()
    images = held_images(session, content.images)
    page.images = []
    session.add(page)
    session.flush()
    page.images = [PageImage(name=name, image_id=image.id) for name, image in images.items()]
    session.flush()
    session.expire(page, ["images"])
    if is_outdated(page.html, images.values()):
        PAGES_SHOWN.refresh_later(session, page.id)


def _keep(session: Session, page: StandingPage, actor: str) -> None:
    page.revision += 1
    session.add(
        PageRevision(
            page_id=page.id,
            number=page.revision,
            at=page.saved_at,
            actor=actor,
            title=page.title,
            source=page.source,
            images=images_of(page),
        )
    )
    bump(session, PAGES)
