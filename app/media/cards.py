"""The picture that other sites show of a link to an article: the paper's name, the headline and who wrote it."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import threading
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageOps

from app.core.web import settings
from app.media.folder import folder_of, write
from app.media.palette import INK, INK2, PAPER, PENCIL
from app.media.setting import NAMES, SANS, Block, fitted, legible

SIZE = (1200, 630)
"""Pixels: what the Open Graph's readers ask for, 1.91 to 1."""
VERSION = 1
"""Raised when cards of the same words are to look different."""

_MARGIN, _EDGE = 64, 16
_PICTURE_WIDTH = 500
_TOP, _BOTTOM = 168, 520
"""Between which the headline stands."""

_one_at_a_time = threading.Lock()

_log = logging.getLogger(__name__)


class Card(NamedTuple):
    """What a card shows. `picture` is the hash of an image."""

    article_id: int
    site_name: str
    headline: str
    byline: str
    picture: str | None

    @property
    def key(self) -> str:
        """Another for whatever looks different."""
        said = json.dumps([VERSION, *self[1:]], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def card_png(card: Card) -> bytes:
    """The card's file, drawn if it is not kept yet; an earlier one of the article goes then.

    Another process may take a file away in between, and one that can't be kept is drawn for whoever asks.
    """
    folder = settings().instance_path / "cards"
    path = folder / f"{card.article_id}-{card.key}.png"
    with _one_at_a_time:
        try:
            return path.read_bytes()
        except OSError:
            drawn = draw(card)
        try:
            write(path, drawn)
            for earlier in folder.glob(f"{card.article_id}-*.png"):
                if earlier != path:
                    earlier.unlink(missing_ok=True)
        except OSError as error:
            _log.error("the card of article %s was not kept: %s", card.article_id, error.strerror)
        return drawn


def draw(card: Card) -> bytes:
    """A PNG. Where the fonts lack letters of the headline, in another script than Latin, the paper's name leads."""
    sheet = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(sheet)
    right = SIZE[0] - _MARGIN
    if (picture := _picture(card.picture)) is not None:
        sheet.paste(picture, (SIZE[0] - _PICTURE_WIDTH, 0))
        right = SIZE[0] - _PICTURE_WIDTH - _MARGIN * 3 // 4
    draw.rectangle((0, 0, _EDGE - 1, SIZE[1]), fill=PENCIL)
    left, width = _EDGE + _MARGIN, right - _EDGE - _MARGIN
    draw.rectangle((left, _MARGIN, right, _MARGIN + 7), fill=INK)
    name, headline = legible(card.site_name), legible(card.headline)
    if headline:
        _put(draw, fitted(name, NAMES, (44, 28), (width, 52)), (left, _MARGIN + 20), INK)
    large = fitted(headline or name, NAMES, (104 if picture is None else 68, 44), (width, _BOTTOM - _TOP))
    _put(draw, large, (left, _TOP), INK)
    _put(draw, fitted(legible(card.byline), SANS, (30, 24), (width, 38)), (left, _BOTTOM + 12), INK2)
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _put(draw: ImageDraw.ImageDraw, block: Block, at: tuple[int, int], colour: str) -> None:
    for number, line in enumerate(block.lines):
        draw.text((at[0], at[1] + number * block.leading), line, font=block.font, fill=colour)


def _picture(image_hash: str | None) -> Image.Image | None:
    """What fills the card's right side; None without an image, or without its files."""
    if image_hash is None:
        return None
    size = (_PICTURE_WIDTH, SIZE[1])
    files = sorted(folder_of(image_hash).glob("*.[jp][pn]g"), key=lambda file: file.stat().st_size)
    for file in files[-2:]:
        try:
            with Image.open(file, formats=["JPEG", "PNG"]) as opened:
                opened.draft(None, (2 * SIZE[0], 2 * SIZE[1]))
                shown = opened.convert("RGBA")
        except (OSError, ValueError):
            continue
        return ImageOps.fit(Image.alpha_composite(Image.new("RGBA", shown.size, PAPER), shown), size).convert("RGB")
    return None
