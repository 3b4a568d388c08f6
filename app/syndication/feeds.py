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
    """`page` is the path of what shows the same to people; `atom` and `json` are the feed's own."""

    title: str
    page: str
    atom: str
    json: str
    articles: Sequence[FeedArticle]
    hub: str = ""
    """Of WebSub, which is told of what is new in it."""


def atom(feed: Feed) -> Response:
    """By RFC 4287."""
    text = render_template(
        "syndication/feed.xml",
        feed=feed,
        updated=max((article.updated_at for article in feed.articles), default=None),
        feed_id=feed_id,
        absolute=absolute,
    )
    return Response(text, mimetype="application/atom+xml")


def json_feed(feed: Feed) -> Response:
    """By https://www.jsonfeed.org/version/1.1/."""
    config = settings()
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": absolute(feed.page),
        "feed_url": absolute(feed.json),
        "icon": absolute(url_for("media.icon_512")),
        "favicon": absolute(url_for("media.icon_192")),
        "language": config.locale,
        "authors": [{"name": config.site_name, "url": absolute(url_for("reading.front"))}],
        **({"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}),
        "items": [_item(article) for article in feed.articles],
    }
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/feed+json")


def feed_id(article_id: int) -> str:
    """What an article is called in every feed, whatever becomes of its address (RFC 4151)."""
    return f"tag:{urlsplit(settings().base_url).hostname},2026:articles/{article_id}"


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
