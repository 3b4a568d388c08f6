"""The site with a page cache that keeps nothing: `python -m bench.uncached` serves it as `flask serve` would."""

from flask import Flask

import app
from app.config import Config
from app.pagecache.entries import Entry, Store
from app.pagecache.layer import PageCache
from app.serving import web_server


class NothingKept(Store):
    def get(self, key: str) -> Entry | None:
        return None

    def put(self, key: str, entry: Entry) -> None:
        pass


def create_app() -> Flask:
    made = app.create_app()
    layer = made.wsgi_app
    if not isinstance(layer, PageCache):
        raise TypeError("the page cache is no longer the outermost layer")
    layer.store = NothingKept()
    return made


if __name__ == "__main__":
    web_server("bench.uncached:create_app", Config.from_environment()).serve()
