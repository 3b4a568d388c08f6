"""A page beside the articles, and the site's menus."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Id, Model, named_values
from app.media.models import Image

PAGES = "pages"
"""The revision subject of all pages beside articles: which there are, and what they say."""

MENUS = "menus"
"""The revision subject of the menus, which stand on each page of the site."""


class PageState(StrEnum):
    DRAFT = "draft"
    LIVE = "live"


class Place(StrEnum):
    """Where a menu stands."""

    MASTHEAD = "masthead"
    FOOTER = "footer"


class MenuRow(TypedDict):
    """`address` is a path of this site or an https URL."""

    label: str
    address: str


class StandingPage(Model):
    """Its HTML is made from `source` when it is saved, by the rules of `markup_version`."""

    __tablename__ = "pages"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    state: Mapped[PageState] = mapped_column(named_values(PageState, "state"))
    source: Mapped[str]
    html: Mapped[str]
    markup_version: Mapped[int]
    frame_hosts: Mapped[list[str]] = mapped_column(sa.JSON)
    saved_at: Mapped[datetime]
    revision: Mapped[int]
    """The number of its newest PageRevision."""
    loaded_digest: Mapped[str | None]

    images: Mapped[list[PageImage]] = relationship(
        order_by="PageImage.name", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def url(self) -> str:
        return page_url(self.slug)


class PageRevision(Model):
    """What a page said after one of its changes."""

    __tablename__ = "page_revisions"

    page_id: Mapped[int] = mapped_column(sa.ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    """As the audit record names who did it."""
    title: Mapped[str]
    source: Mapped[str]
    images: Mapped[dict[str, str] | None] = mapped_column(sa.JSON)
    """The hashes of those that the text names; None of a time when pages took none."""


class PageImage(Model):
    """An image that a page's text names, as an ArticleImage is of an article."""

    __tablename__ = "page_images"

    page_id: Mapped[int] = mapped_column(sa.ForeignKey("pages.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(sa.ForeignKey("images.id"), index=True)

    image: Mapped[Image] = relationship(lazy="joined", innerjoin=True)


class FormerPageSlug(Model):
    """An address that a page had while it was live. It leads to the page as long as there is one."""

    __tablename__ = "former_page_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(sa.ForeignKey("pages.id", ondelete="CASCADE"), index=True)


class Menu(Model):
    """What editors have put into a menu. One without a row is as the site came."""

    __tablename__ = "menus"

    place: Mapped[Place] = mapped_column(named_values(Place, "place"), primary_key=True)
    rows: Mapped[list[MenuRow]] = mapped_column(sa.JSON)
    loaded_digest: Mapped[str | None]


def page_url(slug: str) -> str:
    return f"/{slug}"
