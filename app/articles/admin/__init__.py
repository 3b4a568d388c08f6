"""The desk's pages on articles; `features.py` brings them together."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("articles", __name__, template_folder="../templates")
