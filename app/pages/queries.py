"""Reading the pages beside articles, and the menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from app.media.models import Image
from app.pages.models import FormerPageSlug, Menu, MenuRow, PageImage, PageRevision, PageState, Place, StandingPage

EARLIER = 20
"""Revisions of a page that its form leads to."""


class Menus(NamedTuple):
    masthead: list[MenuRow]
    footer: list[MenuRow]


_MENUS = sa.select(Menu.place, Menu.rows)


def live_page(session: Session, slug: str) -> StandingPage | None:
    query = sa.select(StandingPage).where(StandingPage.slug == slug, StandingPage.state == PageState.LIVE)
    return session.scalar(query)


def slug_now(session: Session, former: str) -> str | None:
    """Where the live page is now that once had the slug."""
    query = sa.select(StandingPage.slug).join(FormerPageSlug, FormerPageSlug.page_id == StandingPage.id)
    return session.scalar(query.where(FormerPageSlug.slug == former, StandingPage.state == PageState.LIVE))


def all_pages(session: Session) -> Sequence[StandingPage]:
    return session.scalars(sa.select(StandingPage).order_by(StandingPage.title, StandingPage.id)).all()


def pages_to_dump(session: Session, slugs: Sequence[str]) -> Sequence[StandingPage]:
    """Those of the slugs, or all."""
    query = sa.select(StandingPage).order_by(StandingPage.slug).options(selectinload(StandingPage.images))
    return session.scalars(query.where(StandingPage.slug.in_(slugs)) if slugs else query).all()


def former_slugs(session: Session, page: StandingPage) -> list[str]:
    query = sa.select(FormerPageSlug.slug).where(FormerPageSlug.page_id == page.id).order_by(FormerPageSlug.slug)
    return list(session.scalars(query))


def put_menus(session: Session) -> list[Menu]:
    """Those that editors have put links into."""
    return list(session.scalars(sa.select(Menu)))


def pages_showing(session: Session, image: Image) -> Sequence[StandingPage]:
    shown = sa.select(PageImage.page_id).where(PageImage.image_id == image.id)
    return session.scalars(sa.select(StandingPage).where(StandingPage.id.in_(shown)).order_by(StandingPage.id)).all()


def revision(session: Session, page_id: int, number: int) -> PageRevision | None:
    return session.get(PageRevision, (page_id, number))


def earlier_revisions(session: Session, page: StandingPage) -> Sequence[sa.Row[int, object, str]]:
    """Number, time and actor of those before the newest, the newest first."""
    query = sa.select(PageRevision.number, PageRevision.at, PageRevision.actor)
    query = query.where(PageRevision.page_id == page.id, PageRevision.number < page.revision)
    return session.execute(query.order_by(PageRevision.number.desc()).limit(EARLIER)).all()


def menus(session: Session) -> Menus:
    """What readers see: what editors have put into each menu, or else what the site came with."""
    put = {row.place: row.rows for row in session.connection().execute(_MENUS)}
    came = menus_as_they_came()
    return Menus(put.get(Place.MASTHEAD, came.masthead), put.get(Place.FOOTER, came.footer))


def menus_as_they_came() -> Menus:
    """In the reader's language, as long as no editor has given them other words."""
    masthead: list[MenuRow] = [
        {"label": _("Articles"), "address": url_for("reading.front")},
        {"label": _("Questions"), "address": url_for("reading.faq")},
        {"label": _("Search"), "address": url_for("search.search")},
        {"label": _("Feed"), "address": url_for("syndication.feed")},
    ]
    return Menus(masthead, [])
