"""Articles as schema.org describes them, in JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from app.articles.queries import Story
from app.config import Config
from app.core.markup import plain_text
from app.syndication.policy import may_syndicate


def article_json_ld(article: Story, config: Config) -> Markup | None:
    """A NewsArticle and, where there are questions, its FAQPage; None for what other sites are not told of."""
    if not may_syndicate(article.sample, config):
        return None
    url = config.base_url + article.url
    graph: list[dict[str, Any]] = [_news_article(article, url, config)]
    if article.faq:
        graph.append(_faq_page(article, url))
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # Nothing in it may end the script element or begin a comment in it.
    return Markup(  # noqa: S704
        text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    )


def _news_article(article: Story, url: str, config: Config) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": config.site_name, "url": f"{config.base_url}/"}
    return {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": url,
        "headline": article.title,
        "description": article.standfirst,
        "datePublished": article.published_at.isoformat(),
        "dateModified": (article.updated_at or article.published_at).isoformat(),
        "author": {"@type": "Person", "name": article.byline},
        "publisher": publisher,
        "keywords": article.tags,
        "wordCount": article.words,
        "commentCount": article.comment_count,
        "isAccessibleForFree": True,
        "citation": [f"{source['publisher']}, {source.get('title', '')}".rstrip(", ") for source in article.sources],
    }


def _faq_page(article: Story, url: str) -> dict[str, Any]:
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
