"""The site with a page cache that keeps nothing: `python -m bench.uncached` serves it as `flask serve` would.

With the argument `bare` nothing else is kept either: no frame of an article, no comment's HTML, no form.
"""

import sys
from collections import OrderedDict
from collections.abc import Hashable

from flask import Flask

import app
from app.config import Config
from app.core import frames
from app.pagecache.entries import Entry, Store
from app.serving import serve_app


class NothingKept(Store):
    def get(self, key: str) -> Entry | None:
        return None

    def put(self, key: str, entry: Entry) -> None:
        pass


class NoFrames(OrderedDict[str, object]):
    def __setitem__(self, key: str, value: object) -> None:
        pass


def create_app(config: Config | None = None) -> Flask:
    made = app.create_app(config)
    made.extensions["page_cache"].store = NothingKept()
    return made


def create_bare_app(config: Config | None = None) -> Flask:
    """In its process no application keeps pieces any more."""
    made = create_app(config)
    made.extensions["frames"] = NoFrames()
    frames._piece = _made_anew  # type: ignore[assignment]
    return made


def _made_anew(macro: frames.Macro, value: Hashable) -> bytes:
    return macro(value).encode()


if __name__ == "__main__":
    config = Config.from_environment()
    make = create_bare_app if "bare" in sys.argv[1:] else create_app
    serve_app(make(config), f"bench.uncached:{make.__name__}", config)
