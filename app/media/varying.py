"""Making an image's smaller and lighter files."""

from __future__ import annotations

import io

from PIL import Image

from app.core.pictures import FALLBACK_WIDTH, FORMATS
from app.media.cleaning import decoded
from app.media.folder import folder_of, write

WIDTHS = (480, 736, FALLBACK_WIDTH, 1728)
"""Pixels: a phone's column of 23 rem and the same twice, twice the measure, and twice what leads the front page."""

_QUALITY = {
    "avif": {"quality": 58, "speed": 7},
    "webp": {"quality": 78, "method": 4},
    "jpg": {"quality": 82},
    "png": {},
}
"""Where differences are seen side by side at twice the size only; AVIF's numbers are lower for the same sight."""
_WRITERS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}


def widths_of(width: int) -> list[int]:
    """Of the variants of a picture that wide: never wider than it is."""
    return [one for one in WIDTHS if one < width] + ([width] if width <= WIDTHS[-1] else [])


def make_variants(image_hash: str, extension: str) -> list[int]:
    """Writes them all, over what an earlier try may have left, and returns their widths.

    Raises OSError, and whatever a decoder does, if the image's own file is gone or broken.
    """
    folder = folder_of(image_hash)
    with Image.open(folder / f"original.{extension}", formats=["JPEG", "PNG"]) as original:
        widths = widths_of(original.width)
        # A JPEG is decoded at a half, a quarter or an eighth of its size where that is still large enough.
        original.draft(None, (2 * widths[-1], 2 * widths[-1] * original.height // original.width))
        largest = decoded(original)
        ratio = original.height / original.width
        for width in reversed(widths):
            height = max(1, round(width * ratio))
            largest = largest.resize((width, height), Image.Resampling.LANCZOS) if largest.width > width else largest
            for kind in (*FORMATS, *([extension] if width <= FALLBACK_WIDTH else [])):
                write(folder / f"{width}.{kind}", _encoded(largest, kind))
    return widths


def _encoded(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image = image.convert("RGB") if kind == "jpg" and image.mode == "RGBA" else image
    image.save(file, _WRITERS[kind], **_QUALITY[kind])
    return file.getvalue()
