"""A picture as pages show it: the file that everyone can read, and smaller and lighter ones where they are made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

FORMATS = {"avif": "image/avif", "webp": "image/webp"}
"""What variants are made in, the lightest first."""

FALLBACK_WIDTH = 1184
"""Pixels: twice the measure of 37 rem, in the format that everyone can read."""

_GUTTERS = "(min-width:39rem) 37rem,calc(100vw - 2rem)"
_SIZES = {False: _GUTTERS, True: f"(min-width:73rem) 54rem,{_GUTTERS}"}
"""How wide a picture stands in the text, and above a list, where it spans the measure and the column beside it."""

_PICTURE = re.compile(r'<picture class="picture">.*?(<img [^>]*>)</picture>', re.DOTALL)
_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')
_FOR_PAGES = re.compile(r' (?:loading|decoding|fetchpriority)="[a-z]+"')


@dataclass(frozen=True)
class Picture:
    """An image as core.markup is given it. `hash` names its files; `widths` are those of its variants, ascending."""

    hash: str
    extension: str
    width: int
    height: int
    widths: tuple[int, ...] = ()
    alt: str = ""

    def url(self, variant: str) -> str:
        return f"/media/{self.hash}/{variant}"

    @property
    def fallback(self) -> str:
        """The file for whoever reads neither AVIF nor WebP: as it was uploaded, as long as there is no smaller one."""
        fitting = [width for width in self.widths if width <= FALLBACK_WIDTH]
        return self.url(f"{fitting[-1]}.{self.extension}" if fitting else f"original.{self.extension}")


def picture_html(picture: Picture, alt: str, *, is_lead: bool = False, is_lazy: bool = True) -> str:
    """`is_lead` is one above a list, which stands wider than in the text."""
    sources = "".join(
        f'<source type="{mimetype}" srcset="{_srcset(picture, extension)}" sizes="{_SIZES[is_lead]}">'
        for extension, mimetype in FORMATS.items()
        if picture.widths
    )
    lazy = ' loading="lazy"' if is_lazy and not is_lead else ""
    return (
        f'<picture class="picture">{sources}<img src="{picture.fallback}" alt="{escape(alt)}" '
        f'width="{picture.width}" height="{picture.height}"{lazy} decoding="async"></picture>'
    )


def plain_pictures(html: str) -> str:
    """An article's HTML for where it is read by other programs: each picture is a plain <img>.

    No wider than the measure, since some mail programs go by its width alone.
    """
    return _PICTURE.sub(lambda found: _SIZE.sub(_narrowed, _FOR_PAGES.sub("", found[1])), html)


def _narrowed(size: re.Match[str]) -> str:
    width, height = int(size[1]), int(size[2])
    narrow = min(width, FALLBACK_WIDTH // 2)
    return f'width="{narrow}" height="{max(1, round(height * narrow / width))}"'


def _srcset(picture: Picture, extension: str) -> str:
    widths: Sequence[int] = picture.widths
    return ",".join(f"{picture.url(f'{width}.{extension}')} {width}w" for width in widths)
