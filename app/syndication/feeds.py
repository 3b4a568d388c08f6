"""A list of articles as a feed, in Atom and in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Response, render_template, url_for

from app.core.web import absolute, settings
from app.syndication.contents import FeedArticle


class Feed(NamedTuple):
    """`page` is the path of what shows the same to people."""

    title: str
    page: str
    articles: Sequence[FeedArticle]


def atom_url(page: str) -> str:
    """The path of the feed of what a page lists, to the letter as it stands in the feed: a hub compares."""
    return f"{page.rstrip('/')}/feed.atom"


def json_url(page: str) -> str:
    """As `atom_url`."""
    return f"{page.rstrip('/')}/feed.json"


def atom(feed: Feed) -> Response:
    """By RFC 4287."""
    own = absolute(atom_url(feed.page))
    text = render_template(
        "syndication/feed.xml",
        feed=feed,
        own=own,
        hub=settings().websub_hub,
        updated=max((article.updated_at for article in feed.articles), default=None),
        feed_id=feed_id,
        absolute=absolute,
    )
    return Response(text, mimetype="application/atom+xml", headers=_links(own))


def json_feed(feed: Feed) -> Response:
    """By https://www.jsonfeed.org/version/1.1/."""
    config = settings()
    own = absolute(json_url(feed.page))
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": absolute(feed.page),
        "feed_url": own,
        "icon": absolute(url_for("media.icon_512")),
        "favicon": absolute(url_for("media.icon_192")),
        "language": config.locale,
        "authors": [{"name": config.site_name, "url": absolute(url_for("reading.front"))}],
        **({"hubs": [{"type": "WebSub", "url": config.websub_hub}]} if config.websub_hub else {}),
        "items": [_item(article) for article in feed.articles],
    }
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, mimetype="application/feed+json", headers=_links(own))


def feed_id(article_id: int) -> str:
    """What an article is called in every feed, whatever becomes of its address (RFC 4151)."""
    return f"tag:{urlsplit(settings().base_url).hostname},2026:articles/{article_id}"


def _links(own: str) -> list[tuple[str, str]]:
    """Where subscribers look for a hub: https://www.w3.org/TR/websub/, section 4. JSON has no other place for it."""
    hub = settings().websub_hub
    return [("Link", f'<{hub}>; rel="hub", <{own}>; rel="self"')] if hub else []


def _item(article: FeedArticle) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": feed_id(article.id),
        "url": article.url,
        "title": article.title,
        "summary": article.standfirst,
        "content_html": article.html,
        "image": article.image,
        "date_published": article.published_at.isoformat(timespec="seconds"),
        "date_modified": article.updated_at.isoformat(timespec="seconds"),
        "authors": [{"name": name, **({"url": url} if url else {})} for name, url in article.writers],
    }
    return item | ({"tags": article.tags} if article.tags else {})
