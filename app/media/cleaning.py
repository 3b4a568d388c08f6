"""What an editor uploads, looked at by decoding it: a still picture in one of four formats, or a clear word."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import warnings
from dataclasses import dataclass
from typing import cast

from flask_babel import format_decimal
from flask_babel import gettext as _
from PIL import Image, ImageCms, ImageOps

from app.media.bare import bare_jpeg, bare_png

BYTES_LIMIT = 20 * 1024 * 1024
"""Of a file. A camera's best JPEG of 33 megapixels has 15 MB."""
PIXEL_LIMIT = 40_000_000
"""What phones and press cameras take has 12 to 33 million. Decoded, a pixel is four bytes: 160 MB at the limit, and as
much again while the picture is turned or its colours are converted."""
SIDE_LIMIT = 16_000
"""Pixels; WebP ends at 16,383."""
QUALITY = 92
"""Of a JPEG that has to be written anew: nobody sees the difference."""

_FORMATS = ["JPEG", "PNG", "WEBP", "AVIF"]
_BEGINNING = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|....ftypavi[fs]", re.DOTALL)
"""Of files in those formats."""
_ORIENTATION = 0x0112
_TRANSPARENT = {"RGBA", "LA", "PA"}

_one_at_a_time = threading.Lock()
"""Pictures that a process decodes, so that its memory has a bound."""


class Refused(ValueError):
    """Why a file can't be taken, as a sentence for the editor."""


@dataclass(frozen=True)
class Cleaned:
    """A picture that holds nothing but itself, upright and in sRGB. Cleaned again it is the same, byte for byte."""

    data: bytes
    extension: str
    width: int
    height: int

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()[:32]


def cleaned(data: bytes) -> Cleaned:
    """Whatever its name and type say. WebP and AVIF become JPEG or, where they are transparent, PNG. Raises Refused."""
    if not data:
        raise Refused(_("The file is empty."))
    if len(data) > BYTES_LIMIT:
        raise Refused(_("The file is larger than %(limit)s MB.", limit=BYTES_LIMIT // 1024**2))
    with _one_at_a_time, warnings.catch_warnings():
        # Of pictures so large that they are refused below.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return _cleaned(data)
        except (Refused, MemoryError):
            raise
        except Image.DecompressionBombError:
            raise Refused(_too_large()) from None
        except Exception:
            # Decoders stumble over what is broken in many ways; whichever it is, nothing of it is taken.
            raise Refused(_what_it_is(data)) from None


def decoded(image: Image.Image) -> Image.Image:
    """The picture in 8 bits a colour: L, RGB or RGBA."""
    if image.mode in {"I;16", "I;16B", "I;16L", "I"}:
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in _TRANSPARENT or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB"} else image.convert("L" if image.mode == "1" else "RGB")


def _cleaned(data: bytes) -> Cleaned:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > PIXEL_LIMIT or max(image.size) > SIDE_LIMIT:
            raise Refused(_too_large())
        # MPO is a JPEG with another view or a preview behind it, which is left out.
        if getattr(image, "is_animated", False) and image.format != "MPO":
            raise Refused(_("Moving pictures can’t be shown. Save one of its frames as a picture and add that."))
        image.load()
        extension = _extension(image)
        is_upright = image.getexif().get(_ORIENTATION, 1) in {0, 1}
        if not is_upright:
            ImageOps.exif_transpose(image, in_place=True)
        shown = _in_srgb(image)
        if is_upright and shown is image and image.format in {"JPEG", "MPO", "PNG"} and image.mode != "CMYK":
            bare = bare_png(data) if image.format == "PNG" else bare_jpeg(data)
        else:
            bare = _written(decoded(shown), extension)
        if len(bare) > BYTES_LIMIT:
            raise Refused(_("Written as a PNG, it would be larger than %(limit)s MB.", limit=BYTES_LIMIT // 1024**2))
        return Cleaned(bare, extension, shown.width, shown.height)


def _extension(image: Image.Image) -> str:
    if image.format == "PNG":
        return "png"
    return "png" if image.mode in _TRANSPARENT or "transparency" in image.info else "jpg"


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture itself, if it is in sRGB or doesn't say in which colours it is."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(given).lower():
            return image
        source = image if image.mode in {"L", "RGB", "RGBA", "CMYK"} else decoded(image)
        mode = "RGBA" if source.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(source, given, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile that is none, or of other colours than the picture's, says nothing.
        return image
    return cast(Image.Image, converted)


def _written(image: Image.Image, extension: str) -> bytes:
    file = io.BytesIO()
    if extension == "png":
        image.save(file, "PNG", compress_level=6)
        return bare_png(file.getvalue())
    image.convert("RGB" if image.mode == "RGBA" else image.mode).save(file, "JPEG", quality=QUALITY, subsampling=0)
    return bare_jpeg(file.getvalue())


def _too_large() -> str:
    return str(
        _(
            "The picture has too many pixels: %(limit)s million are the limit, and %(side)s on a side.",
            limit=PIXEL_LIMIT // 1_000_000,
            side=format_decimal(SIDE_LIMIT),
        )
    )


def _what_it_is(data: bytes) -> str:
    beginning = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return str(_("SVG is not taken here. A drawing comes with an article file, as a drawing."))
    if _BEGINNING.match(data):
        return str(_("The picture is damaged: it can’t be decoded to its end."))
    return str(_("This is no JPEG, PNG, WebP or AVIF, whatever its name says."))
