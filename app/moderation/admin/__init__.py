"""The desk's pages, a file for each kind; `features.py` brings them together."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("moderation", __name__, template_folder="../templates")
