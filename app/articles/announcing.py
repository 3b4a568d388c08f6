"""Announcing an article when it is live: once, whoever or whatever put it there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.events import ArticleAnnounced, ArticlePassedOver, article_announced, article_passed_over
from app.articles.models import Article, State
from app.audit.recording import record
from app.core import clock
from app.core.jobs import enqueue, withdraw

ANNOUNCE = "announce an article"
JOBS = "jobs"
"""As the audit record names what is done by itself."""

NEWS = timedelta(days=1)
"""What is dated earlier than that is no news: it came from elsewhere, with its old date."""


def announce_when_live(session: Session, article: Article, earlier: Mapping[str, Any] | None = None) -> None:
    """Asks for the announcement at the minute that the article bears, in place of any other that was asked for.

    Nothing is asked for a sample, an old date or none, or what was announced. `earlier` is what the article said before
    this change, as `history.content_of` gives it: with the same date, what was asked for stays.
    """
    date = article.dated.isoformat() if article.dated else None
    if earlier is not None and (earlier["published"], earlier["sample"]) == (date, article.sample):
        return
    forget(session, article)
    moment = article.published_at
    if moment is None or article.announced_at is not None:
        return
    if article.sample or moment <= clock.now() - NEWS:
        article_passed_over.send(ArticlePassedOver(session, article))
    else:
        enqueue(session, ANNOUNCE, {"article": article.id}, moment, key=_key(article))


def forget(session: Session, article: Article) -> None:
    """Takes back the announcement that was asked for, if there is one."""
    withdraw(session, _key(article))


def announce(session: Session, article_id: int) -> None:
    """Marks the article and tells those who listen; not if it is not live, a sample, or announced already."""
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None or article.state is not State.LIVE or article.sample or article.announced_at is not None:
        return
    article.announced_at = clock.now()
    record(session, actor=JOBS, verb="announce article", subject=f"article:{article_id}")
    article_announced.send(ArticleAnnounced(session, article))


def _key(article: Article) -> str:
    return f"{ANNOUNCE} {article.id}"
