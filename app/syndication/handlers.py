"""What is told to other sites when an article is announced."""

from __future__ import annotations

from app.articles.events import ArticleAnnounced
from app.articles.naming import tag_url
from app.core.web import settings
from app.syndication.pinging import ask


def ping_hub(event: ArticleAnnounced) -> None:
    if settings().websub_hub:
        article = event.article
        ask(event.session, [*(tag_url(tag.slug) for tag in article.tags), *(author.url for author in article.authors)])
