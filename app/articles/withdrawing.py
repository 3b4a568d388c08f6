"""Taking an article from its readers, with a word on why, and giving it back to them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.announcing import announce_when_live
from app.articles.closing import NoSuchArticle
from app.articles.models import LISTS, Article, State, article_subject
from app.articles.relating import relate
from app.audit.recording import record
from app.core import clock
from app.core.revisions import bump

REASON_LIMIT = 500
"""Characters in what readers read in the article's place."""


class NotInThatState(Exception):
    """Someone has withdrawn or republished it already, or it never was out."""


def withdraw(session: Session, editor: Identity, article_id: int, reason: str) -> Article:
    """Its comments are kept, and nobody sees them. Raises NoSuchArticle, NotInThatState."""
    article = _locked(session, article_id, State.LIVE)
    article.was_published_at = article.published_at
    article.date(None)
    article.withdrawn_at, article.withdrawn_because = clock.now(), reason
    _changed(session, editor, article, "withdraw article")
    return article


def republish(session: Session, editor: Identity, article_id: int) -> Article:
    """It comes back with its date and its comments. Raises NoSuchArticle, NotInThatState."""
    article = _locked(session, article_id, State.WITHDRAWN)
    article.withdrawn_at, article.withdrawn_because = None, None
    article.date(article.was_published_at)
    article.was_published_at = None
    relate(session, article)
    announce_when_live(session, article)
    _changed(session, editor, article, "republish article")
    return article


def _locked(session: Session, article_id: int, state: State) -> Article:
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None:
        raise NoSuchArticle(article_id)
    if article.state is not state:
        raise NotInThatState(article_id)
    return article


def _changed(session: Session, editor: Identity, article: Article, verb: str) -> None:
    bump(session, LISTS, article_subject(article.id))
    record(session, actor=editor.actor, verb=verb, subject=f"article:{article.id}")
