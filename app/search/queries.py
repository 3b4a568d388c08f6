"""What readers see of what is found: pages of hits, each of which costs the same however much there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, CommentsState, FaqEntry, article_url
from app.articles.queries import Listing, listings_by_id
from app.comments.models import Comment
from app.core import clock
from app.core.db import MAX_ID
from app.core.markup import plain_text
from app.search.excerpts import Piece, excerpt, has_all, marked
from app.search.indexing import ID_BITS, place_of
from app.search.matching import Asked, key_of, matches
from app.search.models import ArticleWords, CommentWords, QuestionWords, Words
from app.search.terms import Query

PAGE = 20
LOOK = 200
"""Rows that hold all terms, of which one page reads whether they are seen by readers and hold the phrases."""
_AT_ONCE = 100

_HTML_LIMIT = 60_000
"""Characters of an article's HTML in which an excerpt is looked for."""


class Kind(StrEnum):
    ARTICLES = "articles"
    QUESTIONS = "questions"
    COMMENTS = "comments"


class Key(NamedTuple):
    """After which row a page begins: how many parts of the text the words are spread over, and the row's own key."""

    level: int
    key: int


@dataclass(frozen=True)
class Hit:
    """What was found, with the words that were looked for marked. `about` is the title of a comment's article."""

    url: str
    title: list[Piece]
    words: list[Piece]
    at: datetime
    about: str = ""
    comment_count: int = 0
    is_sample: bool = False


@dataclass(frozen=True)
class Found:
    """A page of hits. With `is_cut` it ended before it was full, since enough had been looked at."""

    hits: list[Hit]
    next: Key | None = None
    is_cut: bool = False


_IS_LIVE = Article.published_at <= sa.bindparam("now")
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_HTML = sa.select(Article.id, Article.html).where(Article.id.in_(_IDS))
_QUESTIONS = (
    sa.select(
        FaqEntry.id,
        FaqEntry.question,
        FaqEntry.html,
        FaqEntry.anchor,
        Article.slug,
        Article.title,
        Article.published_at,
    )
    .join(Article, Article.id == FaqEntry.article_id)
    .where(FaqEntry.id.in_(_IDS), _IS_LIVE)
)
_COMMENTS = (
    sa.select(Comment.id, Comment.author, Comment.html, Comment.published_at, Article.title)
    .join(Article, Article.id == Comment.article_id)
    .where(
        Comment.id.in_(_IDS),
        # Not by the status, along whose index SQLite would go.
        Comment.published_at.is_not(None),
        Article.comments != CommentsState.OFF,
        _IS_LIVE,
    )
)


def find(session: Session, kind: Kind, query: Query, limit: int, after: Key | None = None) -> Found:
    """Articles and questions by where the words stand (headline, standfirst, what the text says often, anywhere), and
    the newest first among those that are equal in this; comments the newest first."""
    source = _SOURCES[kind]
    rows: list[tuple[Key, Any]] = []
    looked = 0
    for keys, is_last in _walk(session, source.words, query, after, limit):
        looked += len(keys)
        holding = [key.key & _ID_MASK for key in _that_hold(session, source.words, query, keys)]
        seen = source.seen(session, holding) if holding else {}
        rows += [(key, seen[key.key & _ID_MASK]) for key in keys if key.key & _ID_MASK in seen]
        if len(rows) > limit:
            return Found(source.hits(session, [row for _key, row in rows[:limit]], query), rows[limit - 1][0])
        if looked >= LOOK and not is_last:
            return Found(source.hits(session, [row for _key, row in rows], query), keys[-1], is_cut=True)
    return Found(source.hits(session, [row for _key, row in rows], query))


def key_as_text(key: Key) -> str:
    """The key as it stands in an address."""
    return f"{key.level}-{key.key}"


def key_from_text(text: str, kind: Kind) -> Key:
    """Raises ValueError for what is no key."""
    found = re.fullmatch("([1-9])-(-?[0-9]{1,19})", text)
    if found is None or int(found[1]) > len(_SOURCES[kind].words.LEVELS) or abs(int(found[2])) >= 2**63:
        raise ValueError(text)
    return Key(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class _Source:
    words: Words
    seen: Callable[[Session, Sequence[int]], Mapping[int, Any]]
    """Rows by id, of those that readers see."""
    hits: Callable[[Session, Sequence[Any], Query], list[Hit]]


def _walk(
    session: Session, words: Words, query: Query, after: Key | None, limit: int
) -> Iterator[tuple[list[Key], bool]]:
    """Keys that hold all terms, in their order and several at once, each time with whether these are the last."""
    top = MAX_ID + 1 if words is CommentWords else place_of(clock.now(), MAX_ID) + 1
    first, below = after or Key(1, top)
    last = len(words.LEVELS)
    for level in range(first, last + 1):
        below, size = min(below, top) if level == first else top, limit + 1
        while True:
            found = matches(session, Asked(words, level, query.terms), below, size)
            is_end = len(found) < size
            yield [Key(level, key) for key in found], is_end and level == last
            if is_end:
                break
            below, size = found[-1], _AT_ONCE


def _that_hold(session: Session, words: Words, query: Query, keys: list[Key]) -> list[Key]:
    """Those whose words hold the phrases, too, and the long beginnings."""
    if not query.to_read or not keys:
        return keys
    key = key_of(words)
    text = sa.literal(" ") + words.words + " "
    # No word holds what means more than itself in a LIKE.
    conditions = [text.like(f"%{phrase}%") for phrase in query.to_read]
    statement = sa.select(key).where(key.in_([one.key for one in keys]), *conditions)
    standing = set(session.connection().scalars(statement))
    return [one for one in keys if one.key in standing]


def _seen_articles(session: Session, ids: Sequence[int]) -> Mapping[int, Listing]:
    return listings_by_id(session, ids)


def _article_hits(session: Session, rows: Sequence[Listing], query: Query) -> list[Hit]:
    unsaid = [row.id for row in rows if not has_all(f"{row.title} {row.standfirst}", query)]
    texts = {}
    if unsaid:
        for article_id, html in session.connection().execute(_HTML, {"ids": unsaid}):
            texts[article_id] = plain_text(_beginning(html))
    return [_article_hit(row, texts.get(row.id, ""), query) for row in rows]


def _article_hit(row: Listing, text: str, query: Query) -> Hit:
    """Its standfirst, unless that and the headline leave out what its text says."""
    words = excerpt(text, query) if text else []
    if not any(piece.is_match for piece in words):
        words = marked(row.standfirst, query)
    return Hit(
        row.url,
        marked(row.title, query),
        words,
        row.published_at,
        comment_count=row.comment_count,
        is_sample=row.sample,
    )


def _beginning(html: str) -> str:
    return html if len(html) <= _HTML_LIMIT else html[:_HTML_LIMIT].rpartition("<")[0]


def _seen_questions(session: Session, ids: Sequence[int]) -> Mapping[int, Any]:
    rows = session.connection().execute(_QUESTIONS, {"ids": ids, "now": clock.now()})
    return {row.id: row for row in rows}


def _question_hits(_session: Session, rows: Sequence[Any], query: Query) -> list[Hit]:
    return [
        Hit(
            f"{article_url(row.slug)}#{row.anchor}",
            marked(row.question, query),
            excerpt(plain_text(_beginning(row.html)), query),
            row.published_at,
            about=row.title,
        )
        for row in rows
    ]


def _seen_comments(session: Session, ids: Sequence[int]) -> Mapping[int, Any]:
    rows = session.connection().execute(_COMMENTS, {"ids": ids, "now": clock.now()})
    return {row.id: row for row in rows}


def _comment_hits(_session: Session, rows: Sequence[Any], query: Query) -> list[Hit]:
    return [
        Hit(
            f"/comments/{row.id}",
            [Piece(row.author, False)],
            excerpt(plain_text(row.html), query),
            row.published_at,
            about=row.title,
        )
        for row in rows
    ]


_ID_MASK = 2**ID_BITS - 1
_SOURCES = {
    Kind.ARTICLES: _Source(ArticleWords, _seen_articles, _article_hits),
    Kind.QUESTIONS: _Source(QuestionWords, _seen_questions, _question_hits),
    Kind.COMMENTS: _Source(CommentWords, _seen_comments, _comment_hits),
}
