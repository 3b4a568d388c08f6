"""Finding comments at the desk, page by page or all that match."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy.orm import Session

from app.moderation.lanes import Key, edits_beside, is_narrow, lanes_of, rows_of
from app.moderation.tabs import Search

PAGE = 50
"""Comments on one page of the queue."""

LOOK = 10_000
"""Comments that one page looks at, along the order of its tab, when what narrows it is in no index: so that a search
among a million takes no longer than one among ten thousand."""


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


def find(session: Session, search: Search, after: Key | None = None) -> Found:
    """One page. It costs the same however many comments there are."""
    ids: list[int] = []
    following: Key | None = None
    limit = LOOK if is_narrow(search) else PAGE + 1
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
    limit = min(limit, LOOK) if is_narrow(search) else limit
    rows = [row for _key, row in _walk(session, search, None, limit + 1, with_edits=False)]
    comments = [(row.id, f"{row.status}.{row.version}") for row in rows[:limit] if _matches(row, search)]
    return Matches(comments, limit if len(rows) > limit else None)


def _walk(
    session: Session, search: Search, after: Key | None, limit: int, *, with_edits: bool = True
) -> Iterator[tuple[Key, Any]]:
    """Rows in the order of the tab, each with its key; at most `limit`."""
    left = limit
    lanes = lanes_of(search)
    if after is not None:
        lanes = lanes[[len(lane.key) for lane in lanes].index(len(after)) :]
    for lane in lanes:
        beside = edits_beside(lane, search) if with_edits else []
        queries = [rows_of(one, search, after).limit(left) for one in (lane, *beside)]
        after = None
        width = len(lane.key)
        with ExitStack() as opened:
            rows = [opened.enter_context(session.execute(query.execution_options(yield_per=500))) for query in queries]
            for row in merge(*rows, key=lambda row: tuple(row[:width]), reverse=lane.is_descending):
                left -= 1
                yield tuple(row[:width]), row
                if not left:
                    return


def _matches(row: Any, search: Search) -> bool:
    """The text is compared here and not in the database, of which each folds case for other alphabets."""
    return bool(row.is_match) and (not search.text or search.text.casefold() in row.source.casefold())
