"""Finding comments at the desk: its tabs, what narrows them, and pages that begin at a key."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import merge
from math import isfinite
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.comments.models import Comment, ProposedEdit, Status
from app.core.db import MAX_ID, UTCDateTime
from app.moderation.models import Appeal, Finding, Verdict

PAGE = 50
"""Comments on one page of the queue."""

LOOK = 10_000
"""Comments that one page looks at, along the order of its tab, when what narrows it is in no index: so that a search
among a million takes no longer than one among ten thousand."""

EDIT_WAITS = (ProposedEdit.outcome.is_(None), Comment.published_at.is_not(None))
"""That a new text waits and its comment is published. Not by the status, along whose index SQLite would go through all
that are published."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NARROWEST = timedelta(microseconds=1)


class Tab(StrEnum):
    PENDING = "pending"
    REPORTED = "reported"
    APPEALS = "appeals"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def status(self) -> Status | None:
        """The status whose comments the tab holds; None where they are of any."""
        return Status(self.value) if self.value in set(Status) else None


class Order(StrEnum):
    TIME = "time"
    """What waits, oldest first; what was decided, newest first."""
    SPAM_FIRST = "spam-first"
    SPAM_LAST = "spam-last"
    """By what the learning filter gave them when they came in; those it gave nothing stand at the end."""


@dataclass(frozen=True)
class Search:
    """What an editor looks for. `since` and `before` bound the time by which the tab is ordered."""

    tab: Tab = Tab.PENDING
    article_id: int | None = None
    phase: str = ""
    text: str = ""
    since: datetime | None = None
    before: datetime | None = None
    order: Order = Order.TIME
    newest_id: int | None = None
    """No comment that came in later than this one."""

    @property
    def is_narrow(self) -> bool:
        """Whether more has to be looked at than is shown."""
        return bool(self.text or _beyond_the_index(self))


Key = tuple[datetime | float | int, ...]
"""After which row of its lane a page begins."""


@dataclass(frozen=True)
class Found:
    """Ids of a page of comments in their order.

    `next` is where the next page begins. `looked_to` is set when the search ended before its page was full: the time
    of the last comment that it looked at.
    """

    ids: list[int]
    next: Key | None = None
    looked_to: datetime | None = None


@dataclass(frozen=True)
class Matches:
    """Ids of comments, each with the state and version it is in, as `decisions.seen_as` says it.

    `cut_at` is set when there are more to look at: how many have been.
    """

    comments: list[tuple[int, str]]
    cut_at: int | None


@dataclass(frozen=True)
class _Lane:
    """Part of an index, read in one direction."""

    key: tuple[InstrumentedAttribute[Any], ...]
    within: tuple[sa.ColumnElement[bool], ...]
    is_descending: bool = False
    of_appeals: bool = False
    of_edits: bool = False
    """Of texts proposed for published comments."""


def find(session: Session, search: Search, after: Key | None = None) -> Found:
    """One page. It costs the same however many comments there are."""
    ids: list[int] = []
    following: Key | None = None
    limit = LOOK if search.is_narrow else PAGE + 1
    looked, row, key = 0, None, after
    for key, row in _walk(session, search, after, limit):
        looked += 1
        if not _matches(row, search):
            continue
        if len(ids) == PAGE:
            return Found(ids, following)
        ids.append(row.id)
        following = key
    if looked == limit and row is not None:
        return Found(ids, key, row.at)
    return Found(ids)


def everything(session: Session, search: Search, limit: int) -> Matches:
    """All comments that match. At most `limit` are looked at, and LOOK of them if the search is narrow.

    A text that is proposed for a published comment is none: it is compared with the present one before it is answered.
    """
    limit = min(limit, LOOK) if search.is_narrow else limit
    rows = [row for _key, row in _walk(session, search, None, limit + 1, with_edits=False)]
    comments = [(row.id, f"{row.status}.{row.version}") for row in rows[:limit] if _matches(row, search)]
    return Matches(comments, limit if len(rows) > limit else None)


def key_as_text(key: Key) -> str:
    """The key as it stands in an address."""
    return "-".join(_part_as_text(part) for part in key)


def key_from_text(text: str, search: Search) -> Key:
    """Raises ValueError for what is no key of this search."""
    parts = text.split("-")
    for lane in _lanes(search):
        if len(lane.key) == len(parts):
            return tuple(_part_from_text(part, column) for part, column in zip(parts, lane.key, strict=True))
    raise ValueError(text)


def _lanes(search: Search) -> list[_Lane]:
    status = search.tab.status
    if search.tab is Tab.REPORTED:
        return [_Lane((Comment.report_rank, Comment.reported_at, Comment.id), (Comment.report_rank.is_not(None),))]
    if status is None:
        return [_Lane((Appeal.created_at, Appeal.id), (Appeal.outcome.is_(None), *_times(search)), of_appeals=True)]
    here = (Comment.status == status,)
    if search.order is not Order.TIME:
        scored = (*here, Comment.spam_score.is_not(None))
        is_descending = search.order is Order.SPAM_FIRST
        return [
            _Lane((Comment.spam_score, Comment.id), scored, is_descending),
            _Lane((Comment.id,), (*here, Comment.spam_score.is_(None)), is_descending),
        ]
    of_article = (Comment.article_id == search.article_id,) if search.article_id else ()
    lane = (*here, *of_article, *_times(search))
    return [_Lane((Comment.status_at, Comment.id), lane, is_descending=status is not Status.PENDING)]


def _edits_beside(lane: _Lane, search: Search) -> list[_Lane]:
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
    return [_Lane(key, tuple(within), lane.is_descending, of_edits=True)]


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


def _walk(
    session: Session, search: Search, after: Key | None, limit: int, *, with_edits: bool = True
) -> Iterator[tuple[Key, Any]]:
    """Rows in the order of the tab, each with its key; at most `limit`."""
    left = limit
    lanes = _lanes(search)
    if after is not None:
        lanes = lanes[[len(lane.key) for lane in lanes].index(len(after)) :]
    for lane in lanes:
        beside = _edits_beside(lane, search) if with_edits else []
        queries = [_rows_of(one, search, after).limit(left) for one in (lane, *beside)]
        after = None
        width = len(lane.key)
        with ExitStack() as opened:
            rows = [opened.enter_context(session.execute(query.execution_options(yield_per=500))) for query in queries]
            for row in merge(*rows, key=lambda row: tuple(row[:width]), reverse=lane.is_descending):
                left -= 1
                yield tuple(row[:width]), row
                if not left:
                    return


def _rows_of(lane: _Lane, search: Search, after: Key | None) -> sa.Select[Any]:
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


def _matches(row: Any, search: Search) -> bool:
    """The text is compared here and not in the database, of which each folds case for other alphabets."""
    return bool(row.is_match) and (not search.text or search.text.casefold() in row.source.casefold())


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
