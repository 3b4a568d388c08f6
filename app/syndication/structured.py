"""Articles as schema.org describes them, in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from app.articles.owed import CorrectionMade
from app.articles.stories import Story
from app.config import Config
from app.core.markup import plain_text
from app.syndication.policy import may_syndicate


def article_json_ld(article: Story, config: Config) -> Callable[[int], Markup] | None:
    """What makes, of the number of comments, a NewsArticle and, where there are questions, its FAQPage.

    None for what other sites are not told of.
    """
    if not may_syndicate(article.sample, config):
        return None
    url = config.base_url + article.url
    graph: list[dict[str, Any]] = [_news_article(article, url, config)]
    if article.faq:
        graph.append(_faq_page(article, url))
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # Nothing in it may end the script element or begin a comment in it.
    text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    # No text holds this: its quotes would be escaped.
    before, after = text.split('"commentCount": 0', 1)
    return lambda number: Markup(f'{before}"commentCount": {number}{after}')  # noqa: S704


def _news_article(article: Story, url: str, config: Config) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": config.site_name, "url": f"{config.base_url}/"}
    corrections = [_correction(entry, url) for entry in article.corrections]
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
        "commentCount": 0,
        "isAccessibleForFree": True,
        "citation": [f"{source['publisher']}, {source.get('title', '')}".rstrip(", ") for source in article.sources],
        **({"correction": corrections} if corrections else {}),
    }


def _correction(entry: CorrectionMade, url: str) -> dict[str, Any]:
    return {
        "@type": "CorrectionComment",
        "@id": f"{url}#{entry.anchor}",
        "url": f"{url}#{entry.anchor}",
        "datePublished": entry.at.isoformat(),
        "text": plain_text(entry.html).strip(),
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
