"""The site with a page cache that keeps nothing: `python -m bench.uncached` serves it as `flask serve` would."""

from flask import Flask

import app
from app.config import Config
from app.pagecache.entries import Entry, Store
from app.serving import web_server


class NothingKept(Store):
    def get(self, key: str) -> Entry | None:
        return None

    def put(self, key: str, entry: Entry) -> None:
        pass


def create_app(config: Config | None = None) -> Flask:
    made = app.create_app(config)
    made.extensions["page_cache"].store = NothingKept()
    return made


if __name__ == "__main__":
    web_server("bench.uncached:create_app", Config.from_environment()).serve()
