"""Reading what an article owes to comments: questions that were answered in it, and corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.articles.models import Article, CommentsState, Correction, FaqEntry, correction_anchor

Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


class Question(NamedTuple):
    """A question at the end of an article, with its answer.

    `is_readers` tells that a comment asked it. `credit` is the name of who wrote that, if it may be given; `comment`
    is its id, as long as readers can see it.
    """

    anchor: str
    question: str
    html: str
    is_readers: bool
    credit: str | None
    comment: int | None


class CorrectionMade(NamedTuple):
    """A correction below the head of its article, with what a Question says of a comment."""

    id: int
    at: datetime
    html: str
    is_readers: bool
    credit: str | None
    comment: int | None

    @property
    def anchor(self) -> str:
        return correction_anchor(self.id)


class TakenUp(NamedTuple):
    """A question or correction that came of a comment, and where it stands on the article's page."""

    is_correction: bool
    id: int
    anchor: str
    credit: str | None


# By its name, since articles know nothing of comments.
_comments = sa.table("comments", sa.column("id", sa.Integer), sa.column("status", sa.String))
_article = aliased(Article)


def _is_seen(comment_id: Column, article_id: Column) -> sa.ColumnElement[bool]:
    """That readers can see the comment."""
    shown = sa.exists().where(_article.id == article_id, _article.comments != CommentsState.OFF)
    return sa.and_(_comments.c.id == comment_id, _comments.c.status == "published", shown)


_QUESTIONS = (
    sa.select(
        FaqEntry.anchor,
        FaqEntry.question,
        FaqEntry.html,
        FaqEntry.asked_in_id.is_not(None),
        FaqEntry.credit,
        _comments.c.id,
    )
    .select_from(FaqEntry)
    .outerjoin(_comments, _is_seen(FaqEntry.asked_in_id, FaqEntry.article_id))
    .where(FaqEntry.article_id == sa.bindparam("article"))
    .order_by(FaqEntry.position)
)
CORRECTIONS_MADE = (
    sa.select(
        Correction.id,
        Correction.at,
        Correction.html,
        Correction.found_in_id.is_not(None),
        Correction.credit,
        _comments.c.id,
    )
    .select_from(Correction)
    .outerjoin(_comments, _is_seen(Correction.found_in_id, Correction.article_id))
    .order_by(Correction.at.desc(), Correction.id.desc())
)
"""Rows of CorrectionMade, the newest first."""
_OF_ARTICLE = CORRECTIONS_MADE.where(Correction.article_id == sa.bindparam("article"))
_TAKEN_UP: sa.CompoundSelect[*tuple[Any, ...]] = sa.union_all(
    sa.select(FaqEntry.anchor, FaqEntry.id, FaqEntry.credit).where(FaqEntry.asked_in_id == sa.bindparam("comment")),
    sa.select(sa.null(), Correction.id, Correction.credit).where(Correction.found_in_id == sa.bindparam("comment")),
)


def questions_of(session: Session, article_id: int) -> list[Question]:
    return [Question(*row) for row in session.connection().execute(_QUESTIONS, {"article": article_id}).all()]


def corrections_of(session: Session, article_id: int) -> list[CorrectionMade]:
    return [CorrectionMade(*row) for row in session.connection().execute(_OF_ARTICLE, {"article": article_id}).all()]


def taken_up(session: Session, comment_id: int) -> list[TakenUp]:
    """What came of a comment: questions first, then corrections."""
    rows = session.connection().execute(_TAKEN_UP, {"comment": comment_id}).all()
    return [
        TakenUp(anchor is None, entry_id, anchor or correction_anchor(entry_id), credit)
        for anchor, entry_id, credit in rows
    ]
