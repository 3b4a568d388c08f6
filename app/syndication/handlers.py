"""What is told to other sites when an article is announced."""

from __future__ import annotations

from app.articles.events import ArticleAnnounced
from app.core.jobs import enqueue
from app.core.web import settings
from app.syndication.pinging import PING_HUB


def ping_hub(event: ArticleAnnounced) -> None:
    if settings().websub_hub:
        enqueue(event.session, PING_HUB, {}, key=PING_HUB)
