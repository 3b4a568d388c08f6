"""The site's icon as phones and computers ask for it: the sheet of `icon.svg`, on paper."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from app.media.palette import INK, PAPER

_FINER = 4
"""Drawn so many times larger and made smaller, so that edges are smooth at any size."""
_GRID = 44
"""Units across: the drawing's 32 and a margin, so that a mask of 80% of the side (W3C's safe zone) cuts nothing."""
_INK = ((4, 1, 28, 31),)
_SHEET = ((6, 6, 26, 29),)
_LINES = ((8, 9, 24, 13), (8, 16, 15, 18), (8, 20, 15, 22), (8, 24, 15, 26), (17, 16, 24, 26))
"""Rectangles of `icon.svg`: left, top, right, bottom."""


@lru_cache
def icon_png(side: int) -> bytes:
    """A square of so many pixels."""
    large = Image.new("RGB", (side * _FINER, side * _FINER), PAPER)
    draw = ImageDraw.Draw(large)
    unit, margin = side * _FINER / _GRID, (_GRID - 32) / 2
    for rectangles, colour in ((_INK, INK), (_SHEET, PAPER), (_LINES, INK)):
        for left, top, right, bottom in rectangles:
            corners = [(edge + margin) * unit for edge in (left, top, right, bottom)]
            draw.rectangle((corners[0], corners[1], corners[2] - 1, corners[3] - 1), fill=colour)
    file = io.BytesIO()
    large.resize((side, side), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
