"""Deleting an article that no reader can have seen, or a sample."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.articles import announcing
from app.articles.closing import NoSuchArticle
from app.articles.events import ArticleLeaving, ArticlePassedOver, article_leaving, article_passed_over
from app.articles.models import LISTS, Article, ArticleRevision, State, UnsavedText, article_subject
from app.articles.writing import ChangedMeanwhile
from app.audit.recording import record
from app.core.revisions import bump


class WasLive(Exception):
    """Readers have seen it, or may have: it can be withdrawn, with a reason."""


class HasComments(Exception):
    """It is a sample on which somebody has commented: it can be withdrawn, and keeps what others wrote."""


def delete(session: Session, editor: Identity, article_id: int, seen: int) -> str:
    """Deletes the article with its revisions and private link, and returns its headline.

    `seen` is the number of the revision that the editor has seen. What others wrote in its form, and have not saved,
    stays theirs, as the text of a new article. Raises NoSuchArticle, WasLive, HasComments, ChangedMeanwhile.
    """
    article = session.scalar(sa.select(Article).where(Article.id == article_id).with_for_update())
    if article is None:
        raise NoSuchArticle(article_id)
    check(session, article)
    if article.revision != seen:
        raise ChangedMeanwhile(article.revision)
    announcing.forget(session, article)
    session.execute(
        sa.delete(UnsavedText).where(UnsavedText.article_id == article_id, UnsavedText.editor_id == editor.editor_id)
    )
    article_passed_over.send(ArticlePassedOver(session, article))
    session.delete(article)
    bump(session, LISTS, article_subject(article_id))
    record(session, actor=editor.actor, verb="delete article", subject=f"article:{article_id}")
    return article.title


def check(session: Session, article: Article) -> None:
    """Raises WasLive or HasComments, if the article can't be deleted. Samples are nobody's news: they can be."""
    if not article.sample and was_live(session, article):
        raise WasLive(article.id)
    if any(has for _receiver, has in article_leaving.send(ArticleLeaving(session, article.id))):
        raise HasComments(article.id)


def was_live(session: Session, article: Article) -> bool:
    """Whether there was a moment at which readers could see it.

    Time makes an article live, and no row says so. But each revision holds the date that the article bore until the
    next one came.
    """
    if article.state in {State.LIVE, State.WITHDRAWN}:
        return True
    rows = session.execute(
        sa.select(ArticleRevision.at, ArticleRevision.content["published"].as_string())
        .where(ArticleRevision.article_id == article.id)
        .order_by(ArticleRevision.number)
    ).all()
    return any(date and datetime.fromisoformat(date) <= until for (_at, date), (until, _date) in pairwise(rows))
