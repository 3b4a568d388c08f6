"""The desk's pages on pages beside articles and on menus; `features.py` brings them together."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("standing", __name__, template_folder="../templates")
