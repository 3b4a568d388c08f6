"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import Signal
from sqlalchemy.orm import Session

from app.articles.models import Article


@dataclass(frozen=True)
class ArticleAnnounced:
    """An article is live for the first time, and is news. It is sent once, by the jobs process.

    The session's transaction, which has yet to commit, marks the article: what a handler writes in it, a job above all,
    is there once, too.
    """

    session: Session
    article: Article


@dataclass(frozen=True)
class ArticleLeaving:
    """An editor wants to delete an article, in the session's transaction. Receivers answer whether it has comments."""

    session: Session
    article_id: int


@dataclass(frozen=True)
class ArticlePassedOver:
    """An article will not be announced: it is being deleted, is a sample, or bears an old date. In the session's
    transaction."""

    session: Session
    article: Article


article_announced = Signal("article announced; sends an ArticleAnnounced")
article_leaving = Signal("article leaving; sends an ArticleLeaving and asks whether it has comments")
article_passed_over = Signal("article passed over; sends an ArticlePassedOver")
