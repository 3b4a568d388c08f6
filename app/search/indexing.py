"""Keeping what is indexed as what readers see: each time from the rows as they stand, whatever became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, ArticleTag, FaqEntry
from app.comments.models import Comment, Status
from app.core.markup import plain_text
from app.search.folding import fold, indexed
from app.search.models import ArticleWords, CommentWords, QuestionWords

OFTEN = 3
"""How many times a text says what it is about."""

ID_BITS = 31

_SECONDS_LIMIT = 2**32
"""Beyond which, before 1834 and after 2106, all dates are one, for a place has 63 bits."""

_ARTICLE = sa.select(
    Article.published_at, Article.title, Article.standfirst, Article.byline_text, Article.authors, Article.html
).where(Article.id == sa.bindparam("article"), Article.published_at.is_not(None))
_TAGS = sa.select(ArticleTag.name).where(ArticleTag.article_id == sa.bindparam("article")).order_by(ArticleTag.position)
_QUESTIONS = sa.select(FaqEntry.id, FaqEntry.question, FaqEntry.html).where(
    FaqEntry.article_id == sa.bindparam("article")
)
_DROP_ARTICLE = sa.delete(ArticleWords).where(ArticleWords.article_id == sa.bindparam("article"))
_DROP_QUESTIONS = sa.delete(QuestionWords).where(QuestionWords.entry_id.in_(_QUESTIONS.with_only_columns(FaqEntry.id)))
_PUBLISHED = sa.select(Comment.id, Comment.html).where(
    Comment.id.in_(sa.bindparam("ids", expanding=True)), Comment.status == Status.PUBLISHED
)
_DROP_COMMENTS = sa.delete(CommentWords).where(CommentWords.comment_id.in_(sa.bindparam("ids", expanding=True)))


def place_of(moment: datetime, row_id: int) -> int:
    """Orders by the second, and within it by id."""
    seconds = max(-_SECONDS_LIMIT, min(int(moment.timestamp()), _SECONDS_LIMIT - 1))
    return (seconds << ID_BITS) + row_id


def index_article(session: Session, article_id: int) -> None:
    """Its questions included. What bears no date, a draft or what is withdrawn, is left out."""
    connection, which = session.connection(), {"article": article_id}
    connection.execute(_DROP_ARTICLE, which)
    connection.execute(_DROP_QUESTIONS, which)
    article = connection.execute(_ARTICLE, which).first()
    if article is None:
        return
    tags = connection.scalars(_TAGS, which).all()
    connection.execute(sa.insert(ArticleWords), _article_row(article_id, article, list(tags)))
    questions = connection.execute(_QUESTIONS, which).all()
    if questions:
        rows = [_question_row(article.published_at, *question) for question in questions]
        connection.execute(sa.insert(QuestionWords), rows)


def index_comments(session: Session, ids: Collection[int]) -> None:
    """Those that are published; the others are left out."""
    connection = session.connection()
    connection.execute(_DROP_COMMENTS, {"ids": list(ids)})
    published = connection.execute(_PUBLISHED, {"ids": list(ids)}).all()
    rows = [{"comment_id": row.id, "words": indexed([fold(plain_text(row.html))])} for row in published]
    if rows:
        connection.execute(sa.insert(CommentWords), rows)


def _article_row(article_id: int, article: Any, tags: list[str]) -> dict[str, object]:
    headline, body = fold(article.title), fold(plain_text(article.html))
    authors = [author.name for author in article.authors]
    summary = [fold(part) for part in (article.standfirst, article.byline, *authors, *tags)]
    often = [word for word, times in Counter(body).items() if times >= OFTEN]
    return {
        "place": place_of(article.published_at, article_id),
        "article_id": article_id,
        "headline": indexed([headline]),
        "summary": indexed(summary),
        "often": indexed([often]),
        "words": indexed([headline, *summary, body]),
    }


def _question_row(published_at: datetime, entry_id: int, question: str, html: str) -> dict[str, object]:
    headline = fold(question)
    return {
        "place": place_of(published_at, entry_id),
        "entry_id": entry_id,
        "headline": indexed([headline]),
        "words": indexed([headline, fold(plain_text(html))]),
    }
