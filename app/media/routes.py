"""The files of images, and the icons."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from app.core.web import cacheable, kept_file, public
from app.media.folder import media_folder
from app.media.icons import icon_png

blueprint = Blueprint("media", __name__, template_folder="templates")

FOREVER = "public, max-age=31536000, immutable"
SIDES = {"/apple-touch-icon.png": 180, "/icon-192.png": 192, "/icon-512.png": 512}
"""Pixels of the icons, by their addresses."""
A_DAY = "public, max-age=86400"
TYPES = {"avif": "image/avif", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

_HASH = re.compile("[0-9a-f]{32}")
_VARIANT = re.compile(r"(?:original|[1-9][0-9]{0,4})\.(?:avif|jpg|png|webp)")


@blueprint.get("/media/<image_hash>/<variant>")
@public
def file(image_hash: str, variant: str) -> BaseResponse:
    """nginx sends these by itself."""
    if not (_HASH.fullmatch(image_hash) and _VARIANT.fullmatch(variant)):
        abort(404)
    target = media_folder() / image_hash / variant
    try:
        return kept_file(target.read_bytes(), TYPES[target.suffix[1:]], f"{image_hash}-{variant}", FOREVER)
    except FileNotFoundError:
        abort(404)


@blueprint.get("/icon-192.png", endpoint="icon_192")
@blueprint.get("/icon-512.png", endpoint="icon_512")
@blueprint.get("/apple-touch-icon.png", endpoint="touch_icon")
@public
@cacheable()
def icon() -> Response:
    response = Response(icon_png(SIDES[request.path]), mimetype="image/png")
    response.headers["Cache-Control"] = A_DAY
    return response
