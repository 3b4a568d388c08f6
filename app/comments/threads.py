"""Reading an article's thread: in which order, from which place on, and where a comment stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, outerjoin

from app.comments.models import ID_WIDTH, Branch, Comment, Status
from app.comments.queries import IS_LOCKED, IS_PICK, PUBLISHED, ThreadItem

PAGE = 100
"""Comments on one page of a thread, or of a branch that is read by itself."""
WHOLE = 8
"""Comments in the largest branch that a thread shows whole."""
FEW = 5
"""The replies that it shows of a larger one."""
NAMED_PICKS = 10
"""The editor's picks that the top of a thread leads to."""
PICKS_PAGE = 20
"""Editor's picks on one page of a thread that begins with them."""


class Order(StrEnum):
    """Of branches; within one, replies are always in reading order."""

    OLDEST = "oldest"
    NEWEST = "newest"
    PICKS = "picks"
    """Editor's picks by themselves first, then all from the oldest."""


class ThreadPick(NamedTuple):
    """An editor's pick, as the top of its thread names it."""

    id: int
    author: str
    is_here: bool
    """Whether it stands on the page of the thread that is shown."""


class ShownBranch(NamedTuple):
    """An opening comment and the replies below it that a page shows. Equal ones look the same."""

    opening: ThreadItem | None
    """None where it is not shown any more."""
    replies: tuple[ThreadItem, ...]
    more: int = 0
    """How many of its replies the page does not show."""
    more_from: str = ""
    """The path from which they are shown, where the branch is read by itself."""
    is_alone: bool = False
    """Whether it is read by itself here."""


@dataclass(frozen=True)
class ThreadPage:
    """Branches in the order asked for. `next` and `previous` are the paths at which those pages begin, '' being the
    first."""

    branches: list[ShownBranch]
    next: str | None
    previous: str | None

    @property
    def items(self) -> list[ThreadItem]:
        return [item for one in self.branches for item in (one.opening, *one.replies) if item is not None]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the thread is left out."""
        return self.next is None and self.previous is None and not any(one.more for one in self.branches)


@dataclass(frozen=True)
class PicksPage:
    """An article's picks, apart from where they stand. `next` and `previous` are as in ThreadPage."""

    items: tuple[ThreadItem, ...]
    next: str | None
    previous: str | None


# Statements are built once: building one costs several times what running it does.
_parent = aliased(Comment)
_hidden = aliased(Comment)
_ahead = aliased(Branch)
_ARTICLE: sa.BindParameter[int] = sa.bindparam("article")
_START: sa.BindParameter[str] = sa.bindparam("start")
_END = "g"
"""Comes after every hex digit: a path followed by it ends the paths that begin with that path."""
_IN_THREAD = sa.and_(Comment.article_id == _ARTICLE, Comment.in_thread)
_IS_GAP = Comment.status == Status.WITHDRAWN


def _items(is_parent_here: sa.ColumnElement[bool], *more: sa.SQLColumnExpression[Any]) -> sa.Select[Any]:
    """What a ThreadItem says of a comment, followed by `more`."""
    columns: list[sa.SQLColumnExpression[Any]] = [
        Comment.id,
        Comment.path,
        sa.case((_IS_GAP, ""), else_=Comment.author),
        Comment.editor_id.is_not(None),
        Comment.status_at,
        sa.case((_IS_GAP, ""), else_=Comment.html),
        Comment.parent_id,
        _parent.author,
        Comment.edited_at.is_not(None),
        Comment.featured_at.is_not(None),
        Comment.locked_at.is_not(None),
        sa.and_(sa.bindparam("is_open", type_=sa.Boolean()), ~_IS_GAP, ~IS_LOCKED),
        is_parent_here,
        Comment.revised_at,
        _IS_GAP,
        *more,
    ]
    return sa.select(*columns)


def _with_parents(comments: Any) -> Any:
    return outerjoin(comments, _parent, sa.and_(_parent.id == Comment.parent_id, _parent.status == PUBLISHED))


_FIRST_HIDDEN = (
    sa.select(_hidden.path)
    .where(
        _hidden.article_id == Branch.article_id,
        _hidden.in_thread,
        _hidden.path > Branch.path,
        _hidden.path < Branch.path + _END,
    )
    .order_by(_hidden.path)
    .offset(FEW)
    .limit(1)
    .scalar_subquery()
)


def _thread(*, newest: bool) -> sa.Select[Any]:
    """Branch after branch along its key, and of each the comments along theirs: of a large one the first few replies
    and the one after them, from which the rest is shown.

    The outer join keeps databases from beginning with the comments, and the last branch that can be on the page keeps
    those that sort before they cut from joining them all.
    """
    key = _ahead.path.desc() if newest else _ahead.path
    ahead = sa.select(_ahead.path).where(_ahead.article_id == _ARTICLE, _from(_ahead.path, newest=newest))
    last_branch = sa.func.coalesce(
        ahead.order_by(key).offset(PAGE).limit(1).scalar_subquery(), sa.literal_column("''" if newest else f"'{_END}'")
    )
    last = sa.case((Branch.size > WHOLE, _FIRST_HIDDEN), else_=Branch.path + _END)
    of_branch = sa.and_(_IN_THREAD, Comment.path >= Branch.path, Comment.path <= last)
    return (
        _items(_parent.id.is_not(None), Branch.size)
        .select_from(_with_parents(outerjoin(Branch, Comment, of_branch)))
        .where(
            Branch.article_id == _ARTICLE,
            _from(Branch.path, newest=newest),
            Branch.path >= last_branch if newest else Branch.path <= last_branch,
        )
        .order_by(Branch.path.desc() if newest else Branch.path, Comment.path)
        .limit(PAGE + 1)
    )


def _from(path: sa.SQLColumnExpression[str], *, newest: bool) -> sa.ColumnElement[bool]:
    return path <= _START if newest else path >= _START


_THREADS = {order: _thread(newest=order is Order.NEWEST) for order in Order}

_BRANCH = (
    _items(sa.or_(_parent.path >= _START, _parent.path == sa.func.substr(Comment.path, 1, ID_WIDTH)).is_(sa.true()))
    .select_from(_with_parents(Comment))
    .where(_IN_THREAD, Comment.path >= _START, Comment.path < sa.bindparam("end"))
    .order_by(Comment.path)
    .limit(PAGE + 1)
)
_PICKED = (
    _items(sa.false())
    .select_from(_with_parents(Comment))
    .where(IS_PICK, Comment.article_id == _ARTICLE, Comment.path >= _START)
    .order_by(Comment.path)
    .limit(PICKS_PAGE + 1)
)
_PICKS = sa.select(Comment.id, Comment.author, Comment.path).where(IS_PICK, Comment.article_id == _ARTICLE)
_NAMED_PICKS = _PICKS.order_by(Comment.path).limit(NAMED_PICKS)
_PICKS_BEFORE = _PICKS.where(Comment.path < _START).order_by(Comment.path.desc()).limit(PICKS_PAGE + 1)
_REPLIES_BEFORE = (
    sa.select(Comment.path)
    .where(_IN_THREAD, Comment.path < _START, Comment.path > sa.bindparam("opening"))
    .order_by(Comment.path.desc())
    .limit(PAGE)
)
_BRANCHES = sa.select(Branch.path, Branch.size).where(Branch.article_id == _ARTICLE).limit(PAGE + 1)
_OLDER = _BRANCHES.where(Branch.path < _START).order_by(Branch.path.desc())
_NEWER = _BRANCHES.where(Branch.path > _START).order_by(Branch.path)


def thread_page(
    session: Session, article_id: int, start: str = "", *, order: Order = Order.OLDEST, is_open: bool = True
) -> ThreadPage:
    """The page that begins with the branch at the path `start`: two index ranges, however long the thread."""
    is_newest = order is Order.NEWEST
    given = {"article": article_id, "start": start or (_END if is_newest else ""), "is_open": is_open}
    rows = session.connection().execute(_THREADS[order], given).all()
    branches = [list(group) for _opening, group in groupby(rows, key=lambda row: row.path[:ID_WIDTH])]
    following = None
    if len(rows) > PAGE and len(branches) > 1:
        # The last may be cut short.
        following = branches.pop()[0].path[:ID_WIDTH]
    previous = _previous(session, article_id, start, _NEWER if is_newest else _OLDER) if start else None
    return ThreadPage([_branch(group) for group in branches], following, previous)


def branch_page(session: Session, article_id: int, start: str, *, is_open: bool = True) -> ThreadPage:
    """One branch by itself, from the path `start` on, below its opening comment."""
    opening = start[:ID_WIDTH]
    given = {"article": article_id, "start": start, "end": opening + _END, "is_open": is_open}
    connection = session.connection()
    items = [ThreadItem._make(row) for row in connection.execute(_BRANCH, given)]
    following = items.pop().path if len(items) > PAGE else None
    if start == opening:
        return ThreadPage([_alone(items)], following, None)
    # Between these two paths there is none but the opening comment's.
    first = connection.execute(_BRANCH, {**given, "start": opening, "end": f"{opening}0"}).all()
    before = connection.scalars(_REPLIES_BEFORE, {"article": article_id, "start": start, "opening": opening}).all()
    return ThreadPage([_alone([*map(ThreadItem._make, first), *items])], following, before[-1] if before else None)


def picks_page(session: Session, article_id: int, start: str = "", *, is_open: bool = True) -> PicksPage:
    """An article's picks in reading order, from the path `start` on."""
    connection = session.connection()
    given = {"article": article_id, "start": start, "is_open": is_open}
    items = [ThreadItem._make(row) for row in connection.execute(_PICKED, given)]
    following = items.pop().path if len(items) > PICKS_PAGE else None
    previous = None
    if start:
        before = [row.path for row in connection.execute(_PICKS_BEFORE, {"article": article_id, "start": start})]
        previous = (before[PICKS_PAGE - 1] if len(before) > PICKS_PAGE else "") if before else None
    return PicksPage(tuple(items), following, previous)


def is_among_the_first(session: Session, article_id: int, opening: str) -> bool:
    """Whether the branch stands on the first page, from the oldest."""
    return not _previous(session, article_id, opening, _OLDER, room=PAGE - WHOLE)


def named_picks(session: Session, article_id: int, page: ThreadPage) -> list[ThreadPick]:
    """An article's picks in reading order, the first ten. The thread is asked for them only if it is not whole."""
    if page.is_whole:
        return [ThreadPick(item.id, item.author, True) for item in page.items if item.is_pick][:NAMED_PICKS]
    shown = {item.id for item in page.items}
    rows = session.connection().execute(_NAMED_PICKS, {"article": article_id})
    return [ThreadPick(row.id, row.author, row.id in shown) for row in rows]


def _branch(rows: Sequence[sa.Row[Any]]) -> ShownBranch:
    size = rows[0][-1]
    items = [ThreadItem._make(row[:-1]) for row in rows]
    if size <= WHOLE:
        return ShownBranch(*_opened(items))
    hidden = items.pop()
    return ShownBranch(*_opened(items), more=size - len(items), more_from=hidden.path)


def _alone(items: list[ThreadItem]) -> ShownBranch:
    return ShownBranch(*_opened(items), is_alone=True)


def _opened(items: list[ThreadItem]) -> tuple[ThreadItem | None, tuple[ThreadItem, ...]]:
    """The opening comment, and what stands below it."""
    if items and items[0].depth == 0:
        return items[0], tuple(items[1:])
    return None, tuple(items)


def _previous(
    session: Session, article_id: int, start: str, before: sa.Select[str, int], *, room: int = PAGE
) -> str | None:
    """Where the page begins that ends right before `start`; None if that is the first."""
    first = None
    for path, size in session.connection().execute(before, {"article": article_id, "start": start}):
        room -= size if size <= WHOLE else FEW + 2
        if room < 0:
            return first
        first = path
    return None if first is None else ""
