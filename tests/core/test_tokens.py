"""Tokens and keyed hashes."""

from __future__ import annotations

import re

from flask import Flask

from app.core.tokens import TOKEN_LENGTH, keyed_hash, new_token, token_hash
from tests.conftest import ON_SQLITE


def test_a_token_fits_into_a_link_and_is_never_the_same() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}", token) for token in tokens)


def test_a_tokens_hash_is_sha_256() -> None:
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@ON_SQLITE
def test_a_keyed_hash_tells_purposes_and_parts_apart(app: Flask) -> None:
    with app.app_context():
        hashes = [
            keyed_hash("address", "ab"),
            keyed_hash("account", "ab"),
            keyed_hash("address", "a", "b"),
            keyed_hash("address", "", "ab"),
            keyed_hash("address", "ab", ""),
            keyed_hash("addressa", "b"),
            keyed_hash("address", "äb"),
        ]
        assert len(set(hashes)) == len(hashes)
        assert keyed_hash("address", "ab") == hashes[0]
