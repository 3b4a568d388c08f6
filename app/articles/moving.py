"""Giving an article another address. The old ones lead to it for ever, and are given to no other article."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.closing import NoSuchArticle
from app.articles.models import LISTS, Article, FormerSlug, article_subject
from app.articles.storing import hold_names
from app.audit.recording import record
from app.core.db import one_at_a_time
from app.core.revisions import bump


class SlugTaken(ValueError):
    """Another article has the address, or had it."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def rename(session: Session, editor: Identity, article_id: int, slug: str) -> Article:
    """Gives the article another address from the desk. Raises NoSuchArticle or SlugTaken."""
    hold_names(session)
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update())
    if article is None:
        raise NoSuchArticle(article_id)
    if move(session, article, slug, ()):
        bump(session, LISTS, article_subject(article_id))
        record(session, actor=editor.actor, verb="rename", subject=f"article:{article_id}")
    return article


def found_at(session: Session, slugs: Collection[str]) -> Article | None:
    """The article that has one of the slugs, or had it. Raises SlugTaken where they are of different articles."""
    one_at_a_time(session, "slugs")
    had = sa.select(FormerSlug.article_id).where(FormerSlug.slug.in_(slugs))
    found = session.scalars(sa.select(Article).where(sa.or_(Article.slug.in_(slugs), Article.id.in_(had)))).all()
    if len(found) > 1:
        raise SlugTaken(found[1].slug)
    return found[0] if found else None


def move(session: Session, article: Article, slug: str, formerly: Collection[str]) -> bool:
    """Gives the article the slug, and keeps the one that it had, and those, for it. Says whether that changed anything.

    Raises SlugTaken.
    """
    owner = found_at(session, {slug, *formerly})
    if owner is not None and owner is not article:
        raise SlugTaken(slug)
    kept = set(session.scalars(sa.select(FormerSlug.slug).where(FormerSlug.article_id == article.id)))
    wanted = (kept | {article.slug, *formerly}) - {slug}
    session.execute(sa.delete(FormerSlug).where(FormerSlug.article_id == article.id, FormerSlug.slug == slug))
    session.add_all(FormerSlug(slug=former, article_id=article.id) for former in sorted(wanted - kept))
    has_changed = article.slug != slug or wanted != kept
    article.slug = slug
    session.flush()
    return has_changed
