"""What comments answer when something becomes of their article."""

from __future__ import annotations

import sqlalchemy as sa

from app.articles.events import ArticleLeaving
from app.comments.models import Comment


def keep_commented(event: ArticleLeaving) -> bool:
    """Whether there is a comment on the article, in whatever state: its receipt and its decisions are to stay."""
    return (
        event.session.scalar(sa.select(Comment.id).where(Comment.article_id == event.article_id).limit(1)) is not None
    )
