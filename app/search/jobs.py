"""What is done about the index in the background."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.articles.models import ArticleAuthor
from app.core.db import db, transaction
from app.core.jobs import JobKind
from app.search.indexing import index_article
from app.search.models import CommentWords

TIDY = "drop erased words from the index"

INDEX_AUTHOR = "index an author's articles by another name"
STEP = 20
"""Articles that are indexed in one transaction."""

PAGES = 200
"""What is merged in one transaction, between two of which others come to write."""

_INDEX = f"{CommentWords.__tablename__}_index"
_MERGE = sa.text(f"INSERT INTO {_INDEX} ({_INDEX}, rank) VALUES ('merge', :pages)")  # noqa: S608
_CHANGES = sa.text("SELECT total_changes()")


def _tidy(_payload: Mapping[str, object]) -> None:
    """Leaves nothing of the words of comments that FTS5 has only marked as gone.

    It keeps words and marks in segments, and drops both where it merges all of them. Its own option to delete at once
    came with SQLite 3.42, and no earlier one reads a file that was written with it.
    """
    # A number below zero begins to merge all segments into one; the others go on with that, until nothing is left.
    pages = -PAGES
    while _merge(pages):
        pages = PAGES


def _merge(pages: int) -> bool:
    with transaction() as session:
        connection = session.connection()
        before = connection.scalar(_CHANGES)
        connection.execute(_MERGE, {"pages": pages})
        return int(connection.scalar(_CHANGES)) - int(before) > 1


def _index_author(payload: Mapping[str, int]) -> None:
    theirs = sa.select(ArticleAuthor.article_id).where(ArticleAuthor.author_id == payload["author"])
    ids = db.session.scalars(theirs).all()
    db.session.rollback()
    for start in range(0, len(ids), STEP):
        with transaction() as session:
            for article_id in ids[start : start + STEP]:
                index_article(session, article_id)


INDEX_BY_NAME = JobKind(INDEX_AUTHOR, _index_author)
TIDY_INDEX = JobKind(TIDY, _tidy)
