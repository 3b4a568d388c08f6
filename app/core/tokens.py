"""Unguessable links and keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from flask import current_app

TOKEN_LENGTH = 22
"""Characters in a token: 128 random bits in URL-safe base64."""


def new_token() -> str:
    """What stands in a private link. Only its `token_hash` is ever stored."""
    return secrets.token_urlsafe(16)


def derived_token(purpose: str, *parts: str) -> str:
    """The token of a private link that has to be made again later: as unguessable as this installation's secret."""
    return urlsafe_b64encode(bytes.fromhex(keyed_hash(purpose, *parts))[:16]).decode().rstrip("=")


def token_hash(token: str) -> str:
    """SHA-256 in hex. A token has 128 bits of its own, so it needs no salt, and a look-up by it leaks no timing."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(purpose: str, *parts: str) -> str:
    """HMAC-SHA-256 in hex under this installation's secret: equal for equal parts, worth nothing without the key."""
    key = hmac.digest(current_app.config["SECRET_KEY"].encode(), purpose.encode(), "sha256")
    message = b"".join(len(raw).to_bytes(4) + raw for raw in (part.encode() for part in parts))
    return hmac.new(key, message, "sha256").hexdigest()
