"""The parts of indexes that a search is answered from, their rows, and the keys that say how far along one is."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.comments.models import Comment, ProposedEdit, Status
from app.core.db import MAX_ID, UTCDateTime
from app.moderation.models import Appeal, Finding, Verdict
from app.moderation.tabs import Order, Search, Tab

EDIT_WAITS = (ProposedEdit.outcome.is_(None), Comment.published_at.is_not(None))
"""That a new text waits and its comment is published. Not by the status, along whose index SQLite would go through all
that are published."""

Key = tuple[datetime | float | int, ...]
"""After which row of its lane a page begins."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NARROWEST = timedelta(microseconds=1)


@dataclass(frozen=True)
class Lane:
    """Part of an index, read in one direction."""

    key: tuple[InstrumentedAttribute[Any], ...]
    within: tuple[sa.ColumnElement[bool], ...]
    is_descending: bool = False
    of_appeals: bool = False
    of_edits: bool = False
    """Of texts proposed for published comments."""


def is_narrow(search: Search) -> bool:
    """Whether more has to be looked at than is shown."""
    return bool(search.text or _beyond_the_index(search))


def lanes_of(search: Search) -> list[Lane]:
    status = search.tab.status
    if search.tab is Tab.REPORTED:
        return [Lane((Comment.report_rank, Comment.reported_at, Comment.id), (Comment.report_rank.is_not(None),))]
    if status is None:
        return [Lane((Appeal.created_at, Appeal.id), (Appeal.outcome.is_(None), *_times(search)), of_appeals=True)]
    here = (Comment.status == status,)
    if search.order is not Order.TIME:
        scored = (*here, Comment.spam_score.is_not(None))
        is_descending = search.order is Order.SPAM_FIRST
        return [
            Lane((Comment.spam_score, Comment.id), scored, is_descending),
            Lane((Comment.id,), (*here, Comment.spam_score.is_(None)), is_descending),
        ]
    of_article = (Comment.article_id == search.article_id,) if search.article_id else ()
    lane = (*here, *of_article, *_times(search))
    return [Lane((Comment.status_at, Comment.id), lane, is_descending=status is not Status.PENDING)]


def edits_beside(lane: Lane, search: Search) -> list[Lane]:
    """What else waits where pending comments do, along the same key."""
    if search.tab is not Tab.PENDING or search.phase:
        return []
    columns: dict[Any, InstrumentedAttribute[Any]] = {
        Comment.status_at: ProposedEdit.created_at,
        Comment.spam_score: ProposedEdit.spam_score,
        Comment.id: ProposedEdit.comment_id,
    }
    key = tuple(columns[column] for column in lane.key)
    within = [*EDIT_WAITS, *_times(search, ProposedEdit.created_at)]
    if search.order is not Order.TIME:
        is_scored = lane.key[0] is Comment.spam_score
        within.append(ProposedEdit.spam_score.is_not(None) if is_scored else ProposedEdit.spam_score.is_(None))
    if search.article_id:
        # Not by the index of the article's comments, which may be many more than the new texts that wait.
        within.append(Comment.article_id + 0 == search.article_id)
    return [Lane(key, tuple(within), lane.is_descending, of_edits=True)]


def rows_of(lane: Lane, search: Search, after: Key | None) -> sa.Select[Any]:
    asked = [] if lane.of_edits else _beyond_the_index(search)
    source = ProposedEdit.source if lane.of_edits else Comment.source
    time = ProposedEdit.created_at if lane.of_edits else _time_of(search)
    query = sa.select(
        *(column.label(f"key_{number}") for number, column in enumerate(lane.key)),
        Comment.id,
        Comment.status,
        Comment.version,
        time.label("at"),
        sa.and_(sa.true(), *asked).label("is_match") if asked else sa.literal(True).label("is_match"),
        (source if search.text else sa.null()).label("source"),
    ).where(*lane.within)
    query = query.select_from(Appeal).join(Comment, Comment.id == Appeal.comment_id) if lane.of_appeals else query
    if lane.of_edits:
        query = query.select_from(ProposedEdit).join(Comment, Comment.id == ProposedEdit.comment_id)
    if search.newest_id is not None:
        query = query.where(Comment.id <= search.newest_id)
    if after is not None:
        place = sa.tuple_(*lane.key)
        query = query.where(place < after if lane.is_descending else place > after)
    # All outcomes are NULL here; PostgreSQL does not see by itself that the index is in order within them.
    ahead = [Appeal.outcome] if lane.of_appeals else []
    return query.order_by(*ahead, *(column.desc() if lane.is_descending else column.asc() for column in lane.key))


def key_as_text(key: Key) -> str:
    """The key as it stands in an address."""
    return "-".join(_part_as_text(part) for part in key)


def key_from_text(text: str, search: Search) -> Key:
    """Raises ValueError for what is no key of this search."""
    parts = text.split("-")
    for lane in lanes_of(search):
        if len(lane.key) == len(parts):
            return tuple(_part_from_text(part, column) for part, column in zip(parts, lane.key, strict=True))
    raise ValueError(text)


def _time_of(search: Search) -> sa.ColumnElement[datetime]:
    """By which time a tab is ordered."""
    of_other: dict[Tab, Any] = {Tab.REPORTED: Comment.reported_at, Tab.APPEALS: Appeal.created_at}
    column: sa.ColumnElement[datetime] = of_other.get(search.tab, Comment.status_at)
    return column


def _times(
    search: Search, column: sa.SQLColumnExpression[datetime] | None = None
) -> tuple[sa.ColumnElement[bool], ...]:
    column = _time_of(search) if column is None else column
    since = (column >= search.since,) if search.since else ()
    return (*since, column < search.before) if search.before else since


def _beyond_the_index(search: Search) -> list[sa.ColumnElement[bool]]:
    """What of the search has to be asked of each row."""
    is_by_time = search.order is Order.TIME and search.tab.status is not None
    conditions: list[sa.ColumnElement[bool]] = []
    if not is_by_time:
        if search.article_id:
            conditions.append(Comment.article_id == search.article_id)
        if search.tab is not Tab.APPEALS:
            conditions += _times(search)
    if search.phase:
        found = (Finding.comment_id == Comment.id, Finding.phase == search.phase, Finding.verdict != Verdict.PUBLISH)
        conditions.append(sa.exists().where(*found))
    return conditions


def _part_as_text(part: datetime | float) -> str:
    if isinstance(part, datetime):
        return str((part - _EPOCH) // _NARROWEST)
    return struct.pack(">d", part).hex() if isinstance(part, float) else str(part)


def _part_from_text(text: str, column: InstrumentedAttribute[Any]) -> datetime | float | int:
    if isinstance(column.type, sa.Float):
        if not re.fullmatch(r"[0-9a-f]{16}", text):
            raise ValueError(text)
        score: float = struct.unpack(">d", bytes.fromhex(text))[0]
        if not isfinite(score):
            raise ValueError(text)
        return score
    if not re.fullmatch(r"[0-9]{1,17}", text):
        raise ValueError(text)
    if isinstance(column.type, UTCDateTime):
        return _EPOCH + timedelta(microseconds=int(text))
    if not 0 < int(text) <= MAX_ID:
        raise ValueError(text)
    return int(text)
