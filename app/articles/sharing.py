"""A private link to an article that is not out yet: whoever has it may read, until it is taken back."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.closing import NoSuchArticle
from app.articles.models import Article
from app.audit.recording import record
from app.core.tokens import new_token, token_hash


def share(session: Session, editor: Identity, article_id: int) -> str:
    """The token of a new link, of which only the hash is stored; one made before ends. Raises NoSuchArticle."""
    token = new_token()
    _set(session, article_id, token_hash(token))
    record(session, actor=editor.actor, verb="share draft", subject=f"article:{article_id}")
    return token


def stop_sharing(session: Session, editor: Identity, article_id: int) -> None:
    """Raises NoSuchArticle."""
    _set(session, article_id, None)
    record(session, actor=editor.actor, verb="stop sharing draft", subject=f"article:{article_id}")


def shared_article(session: Session, token: str) -> Article | None:
    return session.scalar(sa.select(Article).where(Article.shared_hash == token_hash(token)))


def _set(session: Session, article_id: int, value: str | None) -> None:
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update())
    if article is None:
        raise NoSuchArticle(article_id)
    article.shared_hash = value
