"""An editor writes an article in the browser: new ones, and changes to those that are there."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles.content import ArticleContent
from app.articles.history import content_of, keep
from app.articles.models import LISTS, Article, State, article_subject
from app.articles.moving import SlugTaken, found_at
from app.articles.storing import fill, new_article
from app.audit.recording import record
from app.core import clock
from app.core.revisions import bump

READ = ("title", "byline", "standfirst", "source", "sources", "faq", "drawings")
"""The parts of an article's content that readers read as its text."""


class Saved(NamedTuple):
    article: Article
    was: State | None
    """Where it stood before; None for a new one."""
    is_changed: bool


class NoSuchArticle(LookupError):
    """It was never there, or is no longer."""


class IsOut(Exception):
    """What readers can see can't be given another date, or none: it is withdrawn, with a reason."""


class ChangedMeanwhile(Exception):
    """Someone has changed the article since the editor began with it."""


def create(session: Session, editor: Identity, content: ArticleContent) -> Saved:
    """Raises SlugTaken."""
    if found_at(session, {content.slug}) is not None:
        raise SlugTaken(content.slug)
    article = new_article(content.slug)
    session.add(article)
    fill(session, article, content, content.published)
    keep(session, article, earlier=None, actor=editor.actor, verb="write")
    bump(session, LISTS, article_subject(article.id))
    record(session, actor=editor.actor, verb="write article", subject=f"article:{article.id}", detail=article.state)
    return Saved(article, None, True)


def save(session: Session, editor: Identity, article_id: int, content: ArticleContent, *, seen: int) -> Saved:
    """Changes the article whose revision of the number `seen` the editor began with. What says the same is no change.

    Raises NoSuchArticle, ChangedMeanwhile, SlugTaken, IsOut.
    """
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update())
    if article is None:
        raise NoSuchArticle(article_id)
    if article.revision != seen:
        raise ChangedMeanwhile(article.revision)
    was = article.state
    if was is State.LIVE and (content.published is None or content.published > clock.now()):
        raise IsOut(article_id)
    before = content_of(article)
    if was in {State.DRAFT, State.SCHEDULED}:
        _address(session, article, content.slug)
    fill(session, article, content, content.published)
    session.flush()
    after = content_of(article)
    if before == after:
        return Saved(article, was, False)
    if was is State.LIVE and any(before[name] != after[name] for name in READ):
        article.updated_at = clock.now()
    keep(session, article, earlier=before, actor=editor.actor, verb="save")
    bump(session, LISTS, article_subject(article_id))
    record(session, actor=editor.actor, verb="save article", subject=f"article:{article_id}", detail=article.state)
    return Saved(article, was, True)


def _address(session: Session, article: Article, slug: str) -> None:
    """What never was out has no links to keep. Raises SlugTaken."""
    if found_at(session, {slug}) not in {None, article}:
        raise SlugTaken(slug)
    article.slug = slug
