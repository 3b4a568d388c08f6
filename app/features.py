"""The site's map: each feature's pages and where they begin."""

from __future__ import annotations

from flask import Blueprint

from app.accounts import admin as _account  # noqa: F401  (adds the account page to its blueprint)
from app.accounts.guard import DESK
from app.accounts.routes import blueprint as accounts
from app.comments.routes import blueprint as comments
from app.moderation.admin import blueprint as moderation
from app.moderation.admin import queue as _queue  # noqa: F401  (adds its pages to the blueprint)
from app.reading.routes import blueprint as reading
from app.syndication.routes import blueprint as syndication

FEATURES: list[tuple[Blueprint, str]] = [
    (reading, ""),
    (comments, ""),
    (syndication, ""),
    (moderation, DESK),
    (accounts, DESK),
]
