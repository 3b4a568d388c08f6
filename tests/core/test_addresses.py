"""Addresses count by network and are kept as keyed hashes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.addresses import client_address_hash, network_of
from app.core.web import public
from tests.conftest import ON_SQLITE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("unknown", "unknown"),
        ("192.0.2.7.8", "unknown"),
        ("192.0.2.007", "unknown"),
        ("x" * 10_000, "unknown"),
    ],
)
def test_an_address_counts_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@public
def probe() -> str:
    return client_address_hash()


def hash_of(app: Flask, forwarded: str | None, peer: str = "10.0.0.1") -> str:
    """The hash that the address of a request gets which came through proxies, the last of them at `peer`."""
    if "probe" not in app.view_functions:
        app.add_url_rule("/probe", view_func=probe)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return app.test_client().get("/probe", headers=headers, environ_base={"REMOTE_ADDR": peer}).text


@ON_SQLITE
def test_through_one_trusted_proxy_the_last_forwarded_address_counts(app_with: Callable[..., Flask]) -> None:
    app = app_with()
    reader = hash_of(app, "192.0.2.7")
    assert hash_of(app, "1.1.1.1, 192.0.2.7") == reader
    assert hash_of(app, "192.0.2.7, 192.0.2.8") != reader
    assert hash_of(app, "192.0.2.7", peer="10.0.0.2") == reader


@ON_SQLITE
def test_without_a_trusted_proxy_only_the_connection_counts(app_with: Callable[..., Flask]) -> None:
    app = app_with(trusted_proxies=0)
    assert hash_of(app, "192.0.2.7") == hash_of(app, None) == hash_of(app, "192.0.2.8")
    assert hash_of(app, None, peer="10.0.0.2") != hash_of(app, None)


@ON_SQLITE
def test_through_two_trusted_proxies_the_last_but_one_counts(app_with: Callable[..., Flask]) -> None:
    app = app_with(trusted_proxies=2)
    assert hash_of(app, "1.1.1.1, 192.0.2.7, 10.0.0.9") == hash_of(app, "192.0.2.7, 10.0.0.8")


@ON_SQLITE
def test_the_hash_is_keyed_by_the_installation(app_with: Callable[..., Flask]) -> None:
    app, other = app_with(), app_with(secret_key="another")
    assert hash_of(app, "192.0.2.7") == hash_of(app, "192.0.2.7")
    assert hash_of(app, "192.0.2.7") != hash_of(other, "192.0.2.7")
