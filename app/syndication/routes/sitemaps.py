"""The sitemaps, for search engines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from babel import Locale
from flask import Response, abort, render_template, url_for

from app.articles.models import LISTS, article_url
from app.core.db import db
from app.core.revisions import depends_on, ends_at
from app.core.web import absolute, cacheable, public, settings
from app.pages.models import PAGES, page_url
from app.syndication.queries import (
    NEWS_FOR,
    SITEMAP_URLS,
    news,
    sitemap_articles,
    sitemap_lists,
    sitemap_pages,
    sitemap_parts,
)
from app.syndication.routes import blueprint

FIXED = (
    "reading.front",
    "reading.archive",
    "reading.tags",
    "reading.authors",
    "reading.faq",
    "reading.corrections",
    "site.house_rules",
    "report.page",
)
"""Pages that every site has."""


@blueprint.get("/sitemap.xml")
@public
@cacheable()
def sitemap() -> Response:
    """The index of the others."""
    depends_on(LISTS)
    parts: list[tuple[str, datetime | None]] = [(absolute(url_for("syndication.sitemap_of_pages")), None)]
    for number, changed in sitemap_parts(db.session(), settings()):
        parts.append((absolute(url_for("syndication.sitemap_of_articles", number=number)), changed))
    return _xml(render_template("syndication/sitemap_index.xml", parts=parts))


@blueprint.get("/sitemaps/pages.xml")
@public
@cacheable()
def sitemap_of_pages() -> Response:
    """All but the articles."""
    depends_on(LISTS, PAGES)
    session = db.session()
    pages: list[tuple[str, datetime | None]] = [(url_for(endpoint), None) for endpoint in FIXED]
    pages += [(page_url(slug), changed) for slug, changed in sitemap_pages(session)]
    return _urls([*pages, *sitemap_lists(session, settings())][:SITEMAP_URLS])


@blueprint.get("/sitemaps/articles-<id:number>.xml")
@public
@cacheable()
def sitemap_of_articles(number: int) -> Response:
    depends_on(LISTS)
    rows = sitemap_articles(db.session(), settings(), number) or abort(404)
    return _urls((article_url(slug), changed) for slug, changed in rows)


@blueprint.get("/sitemaps/news.xml")
@public
@cacheable()
def sitemap_of_news() -> Response:
    depends_on(LISTS)
    rows = news(db.session(), settings())
    if rows:
        ends_at(rows[-1][2] + NEWS_FOR)
    articles = [(absolute(article_url(slug)), title, at) for slug, title, at in rows]
    return _xml(render_template("syndication/sitemap_news.xml", articles=articles, language=_language()))


def _urls(pages: Iterable[tuple[str, datetime | None]]) -> Response:
    """`pages` are paths, each with the date of its last change, where that is known."""
    urls = [(absolute(path), changed) for path, changed in pages]
    return _xml(render_template("syndication/sitemap.xml", urls=urls))


def _xml(text: str) -> Response:
    return Response(text, mimetype="application/xml")


def _language() -> str:
    """The language as a news sitemap has it: two or three letters, but zh-cn and zh-tw for Chinese."""
    locale = Locale.parse(settings().locale, sep="-")
    if locale.language == "zh":
        return "zh-tw" if locale.script == "Hant" or locale.territory in {"HK", "MO", "TW"} else "zh-cn"
    return str(locale.language)
