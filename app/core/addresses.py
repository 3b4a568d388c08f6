"""A reader's network address, kept only as a keyed hash."""

from __future__ import annotations

import ipaddress

from flask import request

from app.core.tokens import keyed_hash


def client_address_hash() -> str:
    """The hash of the address this request came from, through as many proxies as TRUSTED_PROXIES says.

    An IPv6 address counts by its /64, which is what one household is given (RFC 6177).
    """
    return keyed_hash("address", network_of(request.remote_addr or ""))


def network_of(address: str) -> str:
    """The address, or for IPv6 its /64; what is no address at all counts as one unknown address."""
    try:
        ip = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((ip, 64), strict=False))
        ip = ip.ipv4_mapped
    return str(ip)
