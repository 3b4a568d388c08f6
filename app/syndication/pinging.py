"""Telling a WebSub hub that the feed has changed, so that those who follow it there need not ask."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from app.core.jobs import NotNow
from app.core.web import absolute, settings

PING_HUB = "ping the hub"

ANSWER_SECONDS = 10

TOPICS = ("/feed.atom", "/feed.json")
"""The feeds that a hub knows: those that hold every article."""


def ping() -> None:
    """Raises NotNow if the hub can't be reached or does not take it.

    The specification leaves to the hub how it is told; this is how all that are in use take it, by the protocol that it
    came from (PubSubHubbub 0.4, section 7). Doing it twice does no harm: a hub asks for the feed, and compares.
    """
    hub = settings().websub_hub
    if not hub:
        return
    fields = [("hub.mode", "publish"), *(("hub.url", absolute(topic)) for topic in TOPICS)]
    # The setting takes http and https only.
    request = Request(hub, urlencode(fields).encode(), {"User-Agent": settings().base_url})  # noqa: S310
    try:
        with urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310
            pass
    except HTTPError as error:
        raise NotNow(f"the hub answered {error.code}") from None
    except (OSError, HTTPException) as error:
        raise NotNow(f"the hub can't be reached: {error}") from None
