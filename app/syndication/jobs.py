"""What is told to other sites in the background."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.jobs import JobKind
from app.syndication import pinging


def _ping_hub(payload: Mapping[str, list[str]]) -> None:
    pinging.ping(payload["pages"])


PING_HUB = JobKind(pinging.PING_HUB, _ping_hub)
