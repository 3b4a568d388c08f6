"""How an answer that is the same for everyone leaves: compressed, with an ETag, or as 304."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TypeVar

import brotli
from flask import Flask, Response, request
from werkzeug.wrappers import Response as BaseResponse

COMPRESSIBLE = {
    "text/html",
    "text/css",
    "text/javascript",
    "text/plain",
    "application/atom+xml",
    "application/xml",
    "image/svg+xml",
}
SMALLEST = 256
"""Bytes below which compressing saves no packet."""

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
"""By preference. Brotli at 5 costs what gzip at 6 costs, and is smaller."""


AnyResponse = TypeVar("AnyResponse", bound=BaseResponse)


def init_app(app: Flask) -> None:
    app.after_request(_deliver)


def shared(response: AnyResponse) -> AnyResponse:
    """Marks an answer as the same for everyone: caches may keep it, and ask each time whether it still holds."""
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _deliver(response: Response) -> Response:
    # What is one person's own is left uncompressed: its length would tell of secrets beside chosen text (BREACH).
    if response.status_code != 200 or not response.cache_control.public or response.is_streamed:
        return response
    if response.mimetype in COMPRESSIBLE:
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" not in response.headers and len(response.get_data()) >= SMALLEST:
            _compress(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def _compress(response: Response) -> None:
    encoding = request.accept_encodings.best_match(ENCODERS)
    if encoding:
        response.set_data(ENCODERS[encoding](response.get_data()))
        response.headers["Content-Encoding"] = encoding
