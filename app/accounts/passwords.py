"""Hashing and checking passwords with argon2id."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 256
"""In characters. NIST SP 800-63B asks for 8 at least in its third edition and 15 in its fourth, where no second factor
guards the log-in; 12 stands between them because tries are counted."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Takes some 50 ms and 64 MiB: argon2-cffi's defaults, the second choice of RFC 9106."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one. Without a hash (no such editor) it takes as long, and is false."""
    try:
        return _hasher.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_hex(16))
