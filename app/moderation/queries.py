"""Reading the desk: how many comments wait, and what its forms and pages offer or name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article
from app.comments.models import Comment, CommentTally, ProposedEdit
from app.moderation.lanes import EDIT_WAITS
from app.moderation.models import Appeal, Decision
from app.moderation.tabs import Tab

COUNT_LIMIT = 1_000
"""Reports and appeals are counted so far; more are that many and then some."""

SHORT_LIST = 30
"""Articles that the queue's form offers by name."""


class Counts(NamedTuple):
    """How many each tab holds; of reports and appeals, COUNT_LIMIT + 1 stands for more than COUNT_LIMIT.

    `edits` of those in the pending tab are new texts for published comments, counted to COUNT_LIMIT.
    """

    tabs: dict[Tab, int]
    edits: int


def counts(session: Session) -> Counts:
    numbers = {Tab(row.status.value): row.count for row in session.scalars(sa.select(CommentTally))}
    reported = sa.select(Comment.id).where(Comment.report_rank.is_not(None)).limit(COUNT_LIMIT + 1).subquery("reported")
    appealed = sa.select(Appeal.id).where(Appeal.outcome.is_(None)).limit(COUNT_LIMIT + 1).subquery("appealed")
    new_texts = edits_waiting().with_only_columns(ProposedEdit.id).limit(COUNT_LIMIT).subquery("new_texts")
    each = (sa.select(sa.func.count()).select_from(few).scalar_subquery() for few in (reported, appealed, new_texts))
    numbers[Tab.REPORTED], numbers[Tab.APPEALS], edits = session.execute(sa.select(*each)).one()
    numbers[Tab.PENDING] += edits
    return Counts(numbers, edits)


def edits_waiting() -> sa.Select[Any]:
    """From the texts that wait to take the place of published ones, joined with their comments."""
    return sa.select(ProposedEdit).join(Comment, Comment.id == ProposedEdit.comment_id).where(*EDIT_WAITS)


def newest_articles(session: Session) -> Sequence[sa.Row[str, str]]:
    """Slug and title of a few."""
    return session.execute(sa.select(Article.slug, Article.title).order_by(Article.id.desc()).limit(SHORT_LIST)).all()


def article_named(session: Session, name: str) -> int | None:
    """The id of the article of that slug, or of that id itself."""
    named = Article.id == int(name) if name.isascii() and name.isdigit() and len(name) < 10 else Article.slug == name
    return session.scalar(sa.select(Article.id).where(named))


def newest_comment_id(session: Session) -> int:
    return session.scalar(sa.select(sa.func.max(Comment.id))) or 0


def last_decision_at(session: Session) -> datetime | None:
    return session.scalar(sa.select(Decision.at).order_by(Decision.id.desc()).limit(1))
