"""What is found by its words: a row for each article and question that has a date, and for each published comment.

Words are stored as `folding` makes them. Each database indexes them by itself: FTS5 by triggers on these tables,
PostgreSQL by an index on what it computes of them.
"""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

BLOCK = 8192
"""Comments whose ids PostgreSQL's index tells from those of others, so that one block can be asked for at a time."""

_PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class ArticleWords(Model):
    """`place` orders by date: whole seconds since 1970, and below them 31 bits of the article's id."""

    __tablename__ = "search_articles"
    LEVELS: ClassVar = ("headline", "summary", "often", "words")

    place: Mapped[int] = mapped_column(_PLACE, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("articles.id", ondelete="CASCADE"), unique=True)
    headline: Mapped[str]
    summary: Mapped[str]
    """Standfirst, byline, authors and tags."""
    often: Mapped[str]
    """What the text says three times or more."""
    words: Mapped[str]
    """All of it."""


class QuestionWords(Model):
    """`place` is as an article's, with the entry's id."""

    __tablename__ = "search_questions"
    LEVELS: ClassVar = ("headline", "words")

    place: Mapped[int] = mapped_column(_PLACE, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("faq_entries.id", ondelete="CASCADE"), unique=True)
    headline: Mapped[str]
    words: Mapped[str]


class CommentWords(Model):
    """Of what a comment says, never of who wrote it: search is no way to gather what one reader has said."""

    __tablename__ = "search_comments"
    LEVELS: ClassVar = ("words",)

    comment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str]


Words = type[ArticleWords] | type[QuestionWords] | type[CommentWords]


# FTS5 is never asked for two words side by side, so it keeps no positions; nor for beginnings of other lengths.
_FTS5 = """
    CREATE VIRTUAL TABLE {table}_index USING fts5(
        {columns}, content='{table}', content_rowid='{key}', tokenize='ascii', prefix='2 3 4 5 6', columnsize=0,
        detail={detail}
    )
"""
_ADDED = """
    CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN
        INSERT INTO {table}_index (rowid, {columns}) VALUES (new.{key}, {new});
    END
"""
_GONE = """
    CREATE TRIGGER {table}_gone AFTER DELETE ON {table} BEGIN
        INSERT INTO {table}_index ({table}_index, rowid, {columns}) VALUES ('delete', old.{key}, {old});
    END
"""
_TERMS_OF = """
    CREATE FUNCTION search_terms(mark text, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
        SELECT coalesce(array_to_tsvector(array_agg(mark || term)), '') FROM (
            SELECT word AS term FROM unnest(string_to_array(words, ' ')) AS word WHERE word <> ''
            UNION ALL
            SELECT left(word, length) || '*' FROM unnest(string_to_array(words, ' ')) AS word,
                generate_series(2, least(6, length(word))) AS length
        ) AS terms
    $$
"""
# Without a list of what is still to be put in its place, through which each search would have to go.
_GIN = "CREATE INDEX ix_{table}_terms ON {table} USING gin (({expression})) WITH (fastupdate = off)"
# What is computed of a row costs too much to be computed again for a sample, and no plan depends on it.
_NO_STATISTICS = "ALTER INDEX ix_{table}_terms ALTER COLUMN 1 SET STATISTICS 0"


def _index(model: Words) -> None:
    """Has `create_all` make what migrations make beside a table."""
    table: sa.Table = model.__table__  # type: ignore[assignment]
    names = {
        "table": table.name,
        "key": table.primary_key.columns[0].name,
        "columns": ", ".join(model.LEVELS),
        "new": ", ".join(f"new.{name}" for name in model.LEVELS),
        "old": ", ".join(f"old.{name}" for name in model.LEVELS),
        "detail": "none" if len(model.LEVELS) == 1 else "column",
        "expression": terms_of(model),
    }
    for dialect, statements in {"sqlite": (_FTS5, _ADDED, _GONE), "postgresql": (_GIN, _NO_STATISTICS)}.items():
        for statement in statements:
            made = sa.DDL(statement.format(**names))  # type: ignore[no-untyped-call]
            sa.event.listen(table, "after_create", made.execute_if(dialect=dialect))


def terms_of(words: Words) -> str:
    """What PostgreSQL indexes of a row, in SQL: words and beginnings of words, and a comment's block."""
    terms = " || ".join(f"search_terms('{mark_of(name)}', {name})" for name in words.LEVELS)
    block = f" || array_to_tsvector(ARRAY['#' || comment_id / {BLOCK}])"
    return terms + block if words is CommentWords else terms


def mark_of(level: str) -> str:
    """What PostgreSQL puts before the words of a part of the text; nothing before those of the whole."""
    return "" if level == "words" else f"{level[0]}:"


_terms_of = sa.DDL(_TERMS_OF)  # type: ignore[no-untyped-call]
sa.event.listen(Model.metadata, "before_create", _terms_of.execute_if(dialect="postgresql"))
for _model in (ArticleWords, QuestionWords, CommentWords):
    _index(_model)
