"""Telling a WebSub hub that feeds have changed, so that those who follow them there need not ask."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.jobs import Job, NotNow, enqueue
from app.core.web import absolute, settings
from app.syndication.feeds import atom_url, json_url

PING_HUB = "ping the hub"

ANSWER_SECONDS = 10


def ask(session: Session, pages: Iterable[str]) -> None:
    """Has the hub told of the site's feeds and of those of the pages, once with what it is still to be told of."""
    waiting = session.scalar(sa.select(Job.payload).where(Job.key == PING_HUB)) or {}
    told = sorted({"/", *pages, *waiting.get("pages", ())})
    enqueue(session, PING_HUB, {"pages": told}, key=PING_HUB)


def ping(pages: Iterable[str]) -> None:
    """Raises NotNow if the hub can't be reached or does not take it.

    The specification leaves to the hub how it is told; this is how all that are in use take it, by the protocol that it
    came from (PubSubHubbub 0.4, section 7). Doing it twice does no harm: a hub asks for the feeds, and compares.
    """
    hub = settings().websub_hub
    if not hub:
        return
    topics = [absolute(url(page)) for page in pages for url in (atom_url, json_url)]
    fields = [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]
    # The setting takes http and https only.
    request = Request(hub, urlencode(fields).encode(), {"User-Agent": settings().base_url})  # noqa: S310
    try:
        with urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310
            pass
    except HTTPError as error:
        raise NotNow(f"the hub answered {error.code}") from None
    except (OSError, HTTPException) as error:
        raise NotNow(f"the hub can't be reached: {error}") from None
