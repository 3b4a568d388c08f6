"""The desk's pages on the newsletter; `features.py` brings them together."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("issues", __name__, template_folder="../templates")
