"""Which article leads the front page: the newest, unless an editor has chosen another."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.closing import NoSuchArticle
from app.articles.models import LISTS, Article
from app.audit.recording import record
from app.core import clock
from app.core.db import one_at_a_time
from app.core.revisions import bump


def lead_with(session: Session, editor: Identity, article_id: int) -> Article:
    """Has the article lead as long as it is live, in the place of any other. Raises NoSuchArticle."""
    return _set(session, editor, article_id, leads=True)


def stop_leading(session: Session, editor: Identity, article_id: int) -> Article:
    """Raises NoSuchArticle."""
    return _set(session, editor, article_id, leads=False)


def _set(session: Session, editor: Identity, article_id: int, *, leads: bool) -> Article:
    one_at_a_time(session, "lead")
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True))
    if article is None:
        raise NoSuchArticle(article_id)
    if leads:
        others = sa.update(Article).where(Article.leads_since.is_not(None), Article.id != article_id)
        session.execute(others.values(leads_since=None))
    article.leads_since = clock.now() if leads else None
    bump(session, LISTS)
    record(session, actor=editor.actor, verb="lead" if leads else "stop leading", subject=f"article:{article_id}")
    return article
