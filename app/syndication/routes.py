"""The feed, the sitemap and robots.txt."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.articles.models import LISTS, article_url
from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import absolute, cacheable, public, settings
from app.syndication.queries import feed_articles, sitemap_rows

blueprint = Blueprint("syndication", __name__, template_folder="templates")


@blueprint.get("/feed.atom")
@public
@cacheable()
def feed() -> BaseResponse:
    depends_on(LISTS)
    articles = feed_articles(db.session(), settings())
    updated = max((article.updated_at or article.published_at for article in articles), default=None)
    text = render_template(
        "syndication/feed.xml",
        articles=articles,
        updated=updated,
        host=urlsplit(settings().base_url).hostname,
        absolute=absolute,
    )
    return Response(text, mimetype="application/atom+xml")


@blueprint.get("/sitemap.xml")
@public
@cacheable()
def sitemap() -> BaseResponse:
    depends_on(LISTS)
    rows = sitemap_rows(db.session(), settings())
    pages: list[tuple[str, datetime | None]] = [
        (absolute(url_for("reading.front")), None),
        (absolute(url_for("reading.faq")), None),
    ]
    pages += [(absolute(article_url(slug)), changed) for slug, changed in rows]
    return Response(render_template("syndication/sitemap.xml", pages=pages), mimetype="application/xml")


@blueprint.get("/robots.txt")
@public
@cacheable()
def robots() -> BaseResponse:
    lines = ["User-agent: *", "Disallow: /admin", "Disallow: /receipts", "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
