"""Reading the queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Editor
from app.articles.models import Article, article_url
from app.comments.models import Comment, CommentTally, Status
from app.comments.status import TRANSITIONS
from app.moderation.decisions import VERBS, seen_as
from app.moderation.models import Decision, Finding

PAGE = 50
"""Comments on one page of the queue."""


@dataclass(frozen=True)
class DecisionMade:
    editor_name: str
    at: datetime
    verb: Status


@dataclass(frozen=True)
class QueueRow:
    """A comment at the desk, with what an editor needs to decide on it."""

    comment: Comment
    article_title: str
    article_slug: str
    parent: Comment | None
    decision: DecisionMade | None
    findings: list[Finding]
    record: dict[Status, int] = field(default_factory=dict)

    @property
    def article_url(self) -> str:
        return article_url(self.article_slug)

    @property
    def verbs(self) -> set[str]:
        """What can be decided now."""
        return {verb for verb, to in VERBS.items() if to in TRANSITIONS[self.comment.status]}

    @property
    def seen(self) -> str:
        return seen_as(self.comment)

    @property
    def can_undo(self) -> bool:
        return self.decision is not None and self.decision.verb is self.comment.status


@dataclass(frozen=True)
class QueuePage:
    """`next` is the key after which the next page begins: a time and an id."""

    rows: list[QueueRow]
    next: tuple[datetime, int] | None


def counts(session: Session) -> dict[Status, int]:
    """How many comments stand where."""
    return {row.status: row.count for row in session.scalars(sa.select(CommentTally))}


def queue_page(session: Session, status: Status, after: tuple[datetime, int] | None = None) -> QueuePage:
    """What waits, oldest first; what was decided, newest first."""
    key = sa.tuple_(Comment.status_at, Comment.id)
    query = sa.select(Comment).where(Comment.status == status)
    if status is Status.PENDING:
        query = query.where(key > after) if after else query
        query = query.order_by(Comment.status_at, Comment.id)
    else:
        query = query.where(key < after) if after else query
        query = query.order_by(Comment.status_at.desc(), Comment.id.desc())
    comments = list(session.scalars(query.limit(PAGE + 1)))
    last = comments[PAGE - 1] if len(comments) > PAGE else None
    return QueuePage(_rows(session, comments[:PAGE]), (last.status_at, last.id) if last else None)


def queue_row(session: Session, comment_id: int) -> QueueRow | None:
    comment = session.get(Comment, comment_id)
    return _rows(session, [comment])[0] if comment else None


def last_decision_at(session: Session) -> datetime | None:
    return session.scalar(sa.select(Decision.at).order_by(Decision.id.desc()).limit(1))


def _rows(session: Session, comments: list[Comment]) -> list[QueueRow]:
    articles = {
        row.id: row
        for row in session.execute(
            sa.select(Article.id, Article.title, Article.slug).where(Article.id.in_({c.article_id for c in comments}))
        )
    }
    parent_ids = {c.parent_id for c in comments if c.parent_id}
    parents = {c.id: c for c in session.scalars(sa.select(Comment).where(Comment.id.in_(parent_ids)))}
    decisions = _decisions(session, [c.id for c in comments])
    findings: dict[int, list[Finding]] = {}
    for finding in session.scalars(sa.select(Finding).where(Finding.comment_id.in_([c.id for c in comments]))):
        findings.setdefault(finding.comment_id, []).append(finding)
    records = _records(session, {c.address_hash for c in comments if c.address_hash})
    return [
        QueueRow(
            comment=comment,
            article_title=articles[comment.article_id].title,
            article_slug=articles[comment.article_id].slug,
            parent=parents.get(comment.parent_id) if comment.parent_id else None,
            decision=decisions.get(comment.id),
            findings=findings.get(comment.id, []),
            record=_but_itself(records.get(comment.address_hash), comment) if comment.address_hash else {},
        )
        for comment in comments
    ]


def _decisions(session: Session, ids: list[int]) -> dict[int, DecisionMade]:
    rows = session.execute(
        sa.select(Decision.comment_id, Editor.name, Decision.at, Decision.to_status)
        .join(Editor, Editor.id == Decision.editor_id)
        .where(Decision.comment_id.in_(ids), Decision.undone_at.is_(None))
        .order_by(Decision.id)
    )
    return {comment_id: DecisionMade(name, at, verb) for comment_id, name, at, verb in rows}


def _records(session: Session, hashes: Iterable[str]) -> dict[str | None, Counter[Status]]:
    rows = session.execute(
        sa.select(Comment.address_hash, Comment.status, sa.func.count())
        .where(Comment.address_hash.in_(hashes))
        .group_by(Comment.address_hash, Comment.status)
    )
    records: dict[str | None, Counter[Status]] = {}
    for address_hash, status, number in rows:
        records.setdefault(address_hash, Counter())[status] = number
    return records


def _but_itself(record: Counter[Status] | None, comment: Comment) -> dict[Status, int]:
    others = (record or Counter()) - Counter([comment.status])
    return {status: others[status] for status in Status if others[status] and status is not Status.PENDING}
