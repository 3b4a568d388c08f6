"""Which articles are like an article, and the words by which that is found."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class RelatedArticle(Model):
    """An article that another one is like, and what they share."""

    __tablename__ = "related_articles"

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(sa.JSON)
    words: Mapped[list[str]] = mapped_column(sa.JSON)


class ArticleWord(Model):
    """A word that an article is about, folded."""

    __tablename__ = "article_words"
    __table_args__ = (sa.Index(None, "word", "article_id"),)

    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)


def related_subject(article_id: int) -> str:
    """The revision subject of what an article is like."""
    return f"related:{article_id}"
