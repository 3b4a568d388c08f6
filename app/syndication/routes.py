"""The feeds, the sitemap and robots.txt."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles.corrections import newest_corrections
from app.articles.forwarding import forward
from app.articles.models import CORRECTIONS, LISTS, CommentsState, article_subject, article_url
from app.articles.queries import listing
from app.comments.models import COMMENTS
from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import absolute, cacheable, public, settings
from app.syndication.policy import may_syndicate
from app.syndication.queries import (
    FEED_ENTRIES,
    FeedComment,
    feed_articles,
    feed_comments,
    feed_comments_on,
    sitemap_rows,
)

blueprint = Blueprint("syndication", __name__, template_folder="templates")


@blueprint.get("/feed.atom")
@public
@cacheable()
def feed() -> BaseResponse:
    depends_on(LISTS)
    articles = feed_articles(db.session(), settings())
    updated = max(filter(None, (article.updated_at or article.published_at for article in articles)), default=None)
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


@blueprint.get("/comments.atom")
@public
@cacheable()
def comments() -> BaseResponse:
    depends_on(LISTS, COMMENTS)
    rows = feed_comments(db.session(), settings())
    title = _("%(name)s: comments", name=settings().site_name)
    return _feed_of_comments(rows, title, url_for("syndication.comments"), url_for("reading.front"))


@blueprint.get("/articles/<slug:slug>/comments.atom")
@public
@cacheable()
def comments_on(slug: str) -> BaseResponse:
    session = db.session()
    article = listing(session, slug) or forward(session, slug)
    if article.comments is CommentsState.OFF:
        abort(404)
    depends_on(LISTS, article_subject(article.id))
    title = _("Comments on %(title)s", title=article.title)
    path = url_for("syndication.comments_on", slug=slug)
    return _feed_of_comments(feed_comments_on(session, article.id), title, path, f"{article.url}#comments", article.id)


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
    lines = [
        "User-agent: *",
        "Disallow: /admin",
        "Disallow: /receipts",
        "Disallow: /passes/",
        "Disallow: /follows/",
        "Disallow: /drafts/",
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


def _feed_of_comments(
    rows: list[FeedComment], title: str, path: str, page: str, article_id: int | None = None
) -> Response:
    """`path` is its own, `page` what shows the same to people; an article's is the same feed wherever that moves."""
    text = render_template(
        "syndication/comments.xml",
        rows=rows,
        title=title,
        path=path,
        page=page,
        article_id=article_id,
        updated=max((row.updated_at for row in rows), default=None),
        host=urlsplit(settings().base_url).hostname,
        absolute=absolute,
    )
    return Response(text, mimetype="application/atom+xml")
