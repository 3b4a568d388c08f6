"""What feed readers, search engines and other programs ask for; `features.py` brings the addresses together."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("syndication", __name__, template_folder="../templates")
