"""An article and what hangs on it; everyone imports from here, so that none of the tables is left out."""

from __future__ import annotations

from app.articles.models.article import (
    LISTS,
    Article,
    CommentsState,
    HeadingRow,
    Source,
    State,
    UpdateNote,
    article_subject,
    article_url,
    new_uid,
    reading_minutes,
    state_of,
)
from app.articles.models.describing import ArticleAuthor, Author, Described, Series, SeriesPart
from app.articles.models.history import ArticleRevision, FormerSlug, UnsavedText
from app.articles.models.parts import (
    CORRECTIONS,
    ArticleImage,
    ArticleTag,
    Correction,
    CorrectionImage,
    Drawing,
    FaqEntry,
    correction_anchor,
)
from app.articles.models.relating import ArticleWord, RelatedArticle, related_subject

__all__ = [
    "CORRECTIONS",
    "LISTS",
    "Article",
    "ArticleAuthor",
    "ArticleImage",
    "ArticleRevision",
    "ArticleTag",
    "ArticleWord",
    "Author",
    "CommentsState",
    "Correction",
    "CorrectionImage",
    "Described",
    "Drawing",
    "FaqEntry",
    "FormerSlug",
    "HeadingRow",
    "RelatedArticle",
    "Series",
    "SeriesPart",
    "Source",
    "State",
    "UnsavedText",
    "UpdateNote",
    "article_subject",
    "article_url",
    "correction_anchor",
    "new_uid",
    "reading_minutes",
    "related_subject",
    "state_of",
]
