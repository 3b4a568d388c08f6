"""Articles and the site as schema.org describes them, in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup

from app.articles.naming import tag_url
from app.articles.owed import CorrectionMade
from app.articles.stories import Story
from app.comments.queries import ThreadItem
from app.comments.threads import ShownBranch
from app.config import Config
from app.core.markup import plain_text
from app.syndication.cards import card_url
from app.syndication.contents import writers_of
from app.syndication.policy import may_syndicate

Node = dict[str, Any]


class ArticleJsonLd(NamedTuple):
    """What is told of an article's page, in the order in which it stands there."""

    head: Callable[[int], Markup]
    """Made of the number of comments: all but the comments."""
    branch: Callable[[ShownBranch], Markup]
    """Made of each branch of the thread that the page shows."""
    end: Markup


def article_json_ld(article: Story, config: Config) -> ArticleJsonLd | None:
    """NewsArticle, breadcrumbs, comments and, where there are questions, a FAQPage.

    None for what other sites are not told of.
    """
    if not may_syndicate(article.sample, config):
        return None
    url = config.base_url + article.url
    graph = [_news_article(article, url, config), _breadcrumbs(article, config)]
    if article.faq:
        graph.append(_faq_page(article, url))
    text = _as_text({"@context": "https://schema.org", "@graph": graph})
    # No text holds this: its quotes would be escaped.
    before, after = text.removesuffix("]}").split('"commentCount":0', 1)

    def head(number: int) -> Markup:
        return Markup(f'{before}"commentCount":{number}{after}')  # noqa: S704

    def branch(shown: ShownBranch) -> Markup:
        items = [item for item in (shown.opening, *shown.replies) if item is not None and not item.is_gap]
        nodes = [_comment(item, url, config) for item in items]
        return Markup("".join(f",{_as_text(node)}" for node in nodes))  # noqa: S704

    return ArticleJsonLd(head, branch, Markup("]}"))


def site_json_ld(config: Config) -> Markup:
    """The site as a whole, for its front page."""
    site = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "@id": f"{config.base_url}/#site",
        "url": f"{config.base_url}/",
        "name": config.site_name,
        "inLanguage": config.locale,
        "publisher": _publisher(config),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{config.base_url}/search?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }
    return Markup(_as_text(site))  # noqa: S704


def _as_text(node: Node) -> str:
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it may end the script element or begin a comment in it.
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _publisher(config: Config) -> Node:
    return {"@type": "Organization", "name": config.site_name, "url": f"{config.base_url}/"}


def _person(name: str, url: str | None = None) -> Node:
    return {"@type": "Person", "name": name, **({"url": url} if url else {})}


def _news_article(article: Story, url: str, config: Config) -> Node:
    corrections = [_correction(entry, url) for entry in article.corrections]
    return {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": url,
        "headline": article.title,
        "description": article.standfirst,
        "image": [card_url(article)],
        "inLanguage": config.locale,
        "datePublished": article.published_at.isoformat(),
        "dateModified": (article.updated_at or article.published_at).isoformat(),
        "author": [_person(*writer) for writer in writers_of(article)],
        "publisher": _publisher(config),
        "keywords": article.tags,
        "wordCount": article.words,
        "commentCount": 0,
        "isAccessibleForFree": True,
        "citation": [f"{source['publisher']}, {source.get('title', '')}".rstrip(", ") for source in article.sources],
        **({"correction": corrections} if corrections else {}),
    }


def _breadcrumbs(article: Story, config: Config) -> Node:
    """Its first tag is the way to it."""
    ways = [(config.site_name, "/"), *((tag, tag_url(tag)) for tag in article.tags[:1]), (article.title, article.url)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": {"@id": config.base_url + path}}
            for position, (name, path) in enumerate(ways, 1)
        ],
    }


def _correction(entry: CorrectionMade, url: str) -> Node:
    return {
        "@type": "CorrectionComment",
        "@id": f"{url}#{entry.anchor}",
        "url": f"{url}#{entry.anchor}",
        "datePublished": entry.at.isoformat(),
        "text": plain_text(entry.html).strip(),
    }


def _comment(item: ThreadItem, url: str, config: Config) -> Node:
    """A published comment, under its own address, with what it answers: another comment, or the article.

    Only an editor's pick says its words: they stand on the same page, search engines need those of a forum's posts and
    not those below an article (https://developers.google.com/search/docs/appearance/structured-data/article), and
    saying all of them twice made a seventh of the bytes of a page with fifty comments.
    """
    comments = f"{config.base_url}/comments"
    return {
        "@type": "Comment",
        "@id": f"{comments}/{item.id}",
        "author": _person(item.author),
        "datePublished": item.published_at.isoformat(timespec="seconds"),
        **({"text": plain_text(item.html)} if item.is_pick else {}),
        "parentItem": {"@id": f"{comments}/{item.parent_id}" if item.parent_author else f"{url}#article"},
    }


def _faq_page(article: Story, url: str) -> Node:
    return {
        "@type": "FAQPage",
        "@id": f"{url}#faq",
        "isPartOf": {"@id": f"{url}#article"},
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question,
                "url": f"{url}#{entry.anchor}",
                "acceptedAnswer": {"@type": "Answer", "text": plain_text(entry.html).strip()},
            }
            for entry in article.faq
        ],
    }
