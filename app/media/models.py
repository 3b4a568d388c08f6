"""An image that an editor has added."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model, named_values
from app.core.pictures import Picture


class Variants(StrEnum):
    """How far its smaller and lighter files are."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"
    """Readers get the file as it was cleaned."""


class Image(Model):
    """Its files lie in a folder of the media folder that is called by `hash`."""

    __tablename__ = "images"
    __table_args__ = (sa.Index(None, "uploaded_at", "id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(unique=True)
    """The first 32 hex digits of the SHA-256 of the file as it was cleaned."""
    name: Mapped[str] = mapped_column(unique=True)
    """What articles call it, such as `bridges.jpg`."""
    alt: Mapped[str]
    credit: Mapped[str]
    extension: Mapped[str]
    """`jpg` or `png`."""
    width: Mapped[int]
    height: Mapped[int]
    """Pixels, as it is shown."""
    bytes: Mapped[int]
    uploaded_at: Mapped[datetime]
    variants: Mapped[Variants] = mapped_column(named_values(Variants, "variants"), default=Variants.WAITING)
    widths: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    """Of the variants that are made, ascending."""

    @property
    def picture(self) -> Picture:
        return Picture(self.hash, self.extension, self.width, self.height, tuple(self.widths), self.alt)

    @property
    def thumbnail(self) -> str:
        """The address of the smallest file there is."""
        return self.picture.url(f"{self.widths[0]}.webp" if self.widths else f"original.{self.extension}")


def figure_lines(name: str, alt: str, credit: str) -> str:
    """What shows the image in an article's text; a caption goes into the empty line."""
    lines = ["::: figure", f"image: {name}", f"alt: {alt}", *([f"credit: {credit}"] if credit else []), "", ":::"]
    return "\n".join(lines) + "\n"
