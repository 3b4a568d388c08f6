"""What every change to an article brings with it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import LISTS, Article, State, article_subject
from app.core import clock
from app.core.revisions import bump


def locked(session: Session, article_id: int) -> Article:
    """The article, which no other transaction changes until this one ends."""
    return session.scalars(sa.select(Article).where(Article.id == article_id).with_for_update(key_share=True)).one()


def changed(session: Session, article: Article) -> None:
    """Dates a change that readers can see, and has the article's page and the lists made anew."""
    if article.state is State.LIVE:
        article.updated_at = clock.now()
    bump(session, LISTS, article_subject(article.id))


def allow_frames(article: Article, hosts: tuple[str, ...]) -> None:
    """Lets the article's page play videos of these hosts, too."""
    article.frame_hosts = sorted({*article.frame_hosts, *hosts})
