"""The feeds, the sitemap and robots.txt."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.articles.models import CORRECTIONS, LISTS, article_url
from app.articles.queries import newest_corrections
from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import absolute, cacheable, public, settings
from app.syndication.policy import may_syndicate
from app.syndication.queries import FEED_ENTRIES, feed_articles, sitemap_rows

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


@blueprint.get("/corrections.atom")
@public
@cacheable()
def corrections() -> BaseResponse:
    depends_on(LISTS, CORRECTIONS)
    text = render_template(
        "syndication/corrections.xml",
        rows=newest_corrections(db.session(), FEED_ENTRIES, samples=may_syndicate(True, settings())),
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
        (absolute(url_for("reading.corrections")), None),
    ]
    pages += [(absolute(article_url(slug)), changed) for slug, changed in rows]
    return Response(render_template("syndication/sitemap.xml", pages=pages), mimetype="application/xml")


@blueprint.get("/robots.txt")
@public
@cacheable()
def robots() -> BaseResponse:
    lines = ["User-agent: *", "Disallow: /admin", "Disallow: /receipts", "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
