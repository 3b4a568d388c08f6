"""Opening and closing an article to comments from the desk."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.models import LISTS, Article, CommentsState, article_subject
from app.audit.recording import record
from app.core.revisions import bump


class NoSuchArticle(LookupError):
    """It was never there, or is no longer."""


def set_comments(session: Session, editor: Identity, article_id: int, state: CommentsState) -> Article:
    """Raises NoSuchArticle."""
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None:
        raise NoSuchArticle(article_id)
    if article.comments is not state:
        article.comments = state
        bump(session, LISTS, article_subject(article_id))
        record(session, actor=editor.actor, verb=f"comments {state}", subject=f"article:{article_id}")
    return article
