"""Notices what changes of all that is indexed, and has it indexed anew before the transaction commits.

The session's unit of work tells of every object that was written, whichever verb wrote it, so that none has to remember
that there is a search. Triggers would know more, but no database can fold words as the other does, and on SQLite a
migration that rebuilds a table drops its triggers in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from app.articles.models import Article, ArticleTag, Author, FaqEntry
from app.comments.events import CommentPublished
from app.comments.models import Comment, Status
from app.core.db import db
from app.core.jobs import enqueue
from app.search.indexing import index_article, index_comments
from app.search.jobs import INDEX_AUTHOR, TIDY

_OF_ARTICLE = ("title", "standfirst", "byline_text", "authors", "html", "published_at")
_STALE = "what is to be indexed anew"


@dataclass
class _Stale:
    articles: set[int] = field(default_factory=set)
    comments: set[int] = field(default_factory=set)
    authors: set[int] = field(default_factory=set)
    has_erased: bool = False


def connect() -> None:
    """Twice is as good as once."""
    sa.event.listen(db.session, "after_flush", _note)
    sa.event.listen(db.session, "before_commit", _index)
    sa.event.listen(db.session, "after_soft_rollback", _forget)


def note_published(message: CommentPublished) -> None:
    """Of what is published as it is written, the unit of work knows nothing."""
    _stale(message.session).comments.add(message.comment.id)


def _note(session: Session, _context: UOWTransaction) -> None:
    for written in (session.new, session.dirty, session.deleted):
        for thing in written:
            if isinstance(thing, Comment):
                _note_comment(session, thing)
            elif isinstance(thing, Article) and _has_changed(thing, _OF_ARTICLE):
                _stale(session).articles.add(thing.id)
            elif isinstance(thing, FaqEntry | ArticleTag) and thing.article_id is not None:
                _stale(session).articles.add(thing.article_id)
            elif isinstance(thing, Author) and _has_changed(thing, ("name",)):
                _stale(session).authors.add(thing.id)


def _note_comment(session: Session, comment: Comment) -> None:
    earlier = sa.inspect(comment).attrs.status.history.deleted or (comment.status,)
    if Status.PUBLISHED in {*earlier, comment.status} and _has_changed(comment, ("status", "html")):
        _stale(session).comments.add(comment.id)
    if _has_changed(comment, ("erased_at",)):
        _stale(session).has_erased = True


def _has_changed(thing: object, names: Iterable[str]) -> bool:
    state = sa.inspect(thing, raiseerr=True)
    return any(state.attrs[name].history.has_changes() for name in names)


def _stale(session: Session) -> _Stale:
    stale: _Stale = session.info.setdefault(_STALE, _Stale())
    return stale


def _index(session: Session) -> None:
    session.flush()
    stale: _Stale | None = session.info.pop(_STALE, None)
    if stale is None:
        return
    for article_id in sorted(stale.articles):
        index_article(session, article_id)
    if stale.comments:
        index_comments(session, stale.comments)
    for author_id in stale.authors:
        enqueue(session, INDEX_AUTHOR, {"author": author_id}, key=f"{INDEX_AUTHOR} {author_id}")
    if stale.has_erased and session.get_bind().dialect.name == "sqlite":
        enqueue(session, TIDY, {}, key=TIDY)


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What a savepoint took back leaves the rest of its transaction to be indexed."""
    if not ended.nested:
        session.info.pop(_STALE, None)
