"""The feeds: of articles, comments and corrections."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.articles.catalogue import author, tag_name
from app.articles.corrections import newest_corrections
from app.articles.forwarding import forward
from app.articles.models import CORRECTIONS, LISTS, CommentsState, article_subject
from app.articles.naming import tag_slug, tag_url
from app.articles.queries import listing
from app.comments.models import COMMENTS
from app.core.db import db
from app.core.revisions import depends_on
from app.core.web import absolute, cacheable, public, settings
from app.syndication.contents import portable
from app.syndication.feeds import Feed, atom, json_feed
from app.syndication.policy import may_syndicate
from app.syndication.queries import (
    FEED_ENTRIES,
    FeedComment,
    feed_articles,
    feed_comments,
    feed_comments_on,
)
from app.syndication.routes import blueprint


@blueprint.get("/feed.atom")
@public
@cacheable()
def feed() -> BaseResponse:
    return atom(_of_the_site())


@blueprint.get("/feed.json")
@public
@cacheable()
def feed_json() -> BaseResponse:
    return json_feed(_of_the_site())


@blueprint.get("/tags/<tag>/feed.atom")
@public
@cacheable()
def of_tag(tag: str) -> BaseResponse:
    return atom(_of_tag(tag))


@blueprint.get("/tags/<tag>/feed.json")
@public
@cacheable()
def of_tag_json(tag: str) -> BaseResponse:
    return json_feed(_of_tag(tag))


@blueprint.get("/authors/<slug:slug>/feed.atom")
@public
@cacheable()
def of_author(slug: str) -> BaseResponse:
    return atom(_of_author(slug))


@blueprint.get("/authors/<slug:slug>/feed.json")
@public
@cacheable()
def of_author_json(slug: str) -> BaseResponse:
    return json_feed(_of_author(slug))


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
        portable=portable,
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


def _of_the_site() -> Feed:
    depends_on(LISTS)
    return Feed(
        settings().site_name,
        page=url_for("reading.front"),
        articles=feed_articles(db.session(), settings()),
    )


def _of_tag(tag: str) -> Feed:
    session = db.session()
    # Another spelling of the tag has a page, which leads to the right one, but no feed.
    name = (tag_name(session, tag) if tag == tag_slug(tag) else None) or abort(404)
    depends_on(LISTS)
    return Feed(
        _("%(site)s: %(subject)s", site=settings().site_name, subject=name),
        page=tag_url(tag),
        articles=feed_articles(session, settings(), tag=tag),
    )


def _of_author(slug: str) -> Feed:
    session = db.session()
    one = author(session, slug) or abort(404)
    articles = feed_articles(session, settings(), author=one.id)
    if not articles:
        abort(404)
    depends_on(LISTS)
    return Feed(
        _("%(site)s: %(subject)s", site=settings().site_name, subject=one.name),
        page=one.url,
        articles=articles,
    )


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
