"""Reading corrections where those of all articles are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.models import Article, Correction
from app.articles.owed import CORRECTIONS_MADE, CorrectionMade
from app.articles.queries import IS_LIVE, LISTED, Listing
from app.core import clock


class ListedCorrection(NamedTuple):
    """A correction with its article, where those of all articles are listed."""

    correction: CorrectionMade
    article: Listing


_ANY_CORRECTION = (
    CORRECTIONS_MADE.add_columns(*LISTED).join(Article, Article.id == Correction.article_id).where(IS_LIVE)
)
_NEWEST_CORRECTIONS = _ANY_CORRECTION.limit(sa.bindparam("number"))
_OLDER_CORRECTIONS = _NEWEST_CORRECTIONS.where(
    sa.tuple_(Correction.at, Correction.id)
    < sa.tuple_(sa.bindparam("at", type_=Correction.at.type), sa.bindparam("id"))
)
_CORRECTION = _ANY_CORRECTION.where(Correction.id == sa.bindparam("id"))


def correction(session: Session, correction_id: int) -> ListedCorrection | None:
    rows = session.connection().execute(_CORRECTION, {"id": correction_id, "now": clock.now()}).all()
    return _corrections(rows)[0] if rows else None


def newest_corrections(
    session: Session, limit: int, before: ListedCorrection | None = None, *, samples: bool = True
) -> list[ListedCorrection]:
    """Corrections of live articles, newest first; those after `before` in that order, if given."""
    statement, given = _NEWEST_CORRECTIONS, {"now": clock.now(), "number": limit}
    if before is not None:
        statement = _OLDER_CORRECTIONS
        given |= {"at": before.correction.at, "id": before.correction.id}
    if not samples:
        statement = statement.where(Article.sample.is_(False))
    return _corrections(session.connection().execute(statement, given).all())


def _corrections(rows: Sequence[Any]) -> list[ListedCorrection]:
    number = len(CorrectionMade._fields)
    return [ListedCorrection(CorrectionMade(*row[:number]), Listing(*row[number:])) for row in rows]
