"""The links in HTML that this site has made, and the hosts that they lead to."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

_ADDRESS = re.compile(r'<a href="([^"]*)"')


def addresses(html: str) -> list[str]:
    """Where the links lead, in their order, one that stands there twice being two."""
    return [unescape(address) for address in _ADDRESS.findall(html)]


def host_of(address: str) -> str:
    """The host in lower case and ASCII, without `www.`; '' where there is none."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").removeprefix("www.")
        return host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return ""


def hosts(html: str) -> set[str]:
    return {host for address in addresses(html) if (host := host_of(address))}
