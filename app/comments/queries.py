"""Reading threads, single comments, and what private links lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, CommentsState
from app.comments.models import ID_WIDTH, Comment, Receipt, Report, Status
from app.core import clock
from app.core.tokens import token_hash

PAGE = 100
"""Comments on one page of a thread."""
FRONT_PICKS = 3
THREAD_PICKS = 10
"""Editor's picks on the front page, and at the top of a thread of several pages."""


class ThreadItem(NamedTuple):
    """A published comment in its place. Equal ones look the same."""

    id: int
    """0 in a preview."""
    path: str
    author: str
    by_editor: bool
    published_at: datetime
    html: str
    parent_id: int | None
    parent_author: str | None
    is_edited: bool
    is_pick: bool
    is_locked: bool
    """Whether an editor closed the thread from here on."""
    takes_replies: bool
    is_parent_here: bool
    """Whether what it answers stands on the same page."""

    @property
    def anchor(self) -> str:
        return f"comment-{self.id}"

    @property
    def depth(self) -> int:
        return len(self.path) // ID_WIDTH - 1


class ThreadPick(NamedTuple):
    """An editor's pick, as the top of its thread names it."""

    id: int
    author: str
    is_here: bool
    """Whether it stands on the page of the thread that is shown."""


class Pick(NamedTuple):
    """An editor's pick, as the front page shows it. Equal ones look the same."""

    id: int
    author: str
    by_editor: bool
    html: str
    article_id: int
    article_title: str


@dataclass(frozen=True)
class ThreadPage:
    """Comments in reading order. `next` and `previous` are the paths at which those pages begin, '' being the first."""

    items: list[ThreadItem]
    next: str | None
    previous: str | None


class Place(NamedTuple):
    """Where a comment stands: the article's slug, the path, and how many stand before it, a page's number at most."""

    slug: str
    path: str
    before: int
    before_in_branch: int
    """Of those, the ones that begin with the same opening comment."""

    @property
    def page_start(self) -> str:
        """The path at which the page that shows it begins, '' being the first page."""
        if self.before < PAGE:
            return ""
        return self.path[:ID_WIDTH] if self.before_in_branch < PAGE else self.path


_PUBLISHED: sa.ColumnElement[str] = sa.literal_column(f"'{Status.PUBLISHED}'")
"""Not a bound value: for one, SQLite looks at each row although the index holds none but the published."""
_parent = aliased(Comment)
_above = aliased(Comment)
IS_LOCKED = sa.exists().where(
    _above.article_id == Comment.article_id,
    _above.locked_at.is_not(None),
    sa.func.substr(Comment.path, 1, sa.func.length(_above.path)) == _above.path,
)
"""Whether the comment, or one above it, takes no replies."""
_THREAD = (
    sa.select(
        Comment.id,
        Comment.path,
        Comment.author,
        Comment.editor_id.is_not(None),
        Comment.status_at,
        Comment.html,
        Comment.parent_id,
        _parent.author,
        Comment.edited_at.is_not(None),
        Comment.featured_at.is_not(None),
        Comment.locked_at.is_not(None),
        sa.and_(sa.bindparam("is_open", type_=sa.Boolean()), ~IS_LOCKED),
        # A parent that does not stand before this page stands on it, above the reply.
        sa.func.coalesce(_parent.path >= sa.bindparam("start"), sa.false()),
    )
    .outerjoin(_parent, sa.and_(_parent.id == Comment.parent_id, _parent.status == _PUBLISHED))
    .where(
        Comment.article_id == sa.bindparam("article"),
        Comment.status == _PUBLISHED,
        Comment.path >= sa.bindparam("start"),
    )
    .order_by(Comment.path)
    .limit(PAGE + 1)
)
"""Built once, since building it costs several times what running it does."""

# Only what is published is a pick; with a condition on the status, SQLite goes along the index of that instead.
_IS_PICK = Comment.featured_at.is_not(None)
_PICKS = (
    sa.select(Comment.id, Comment.author, Comment.editor_id.is_not(None), Comment.html, Article.id, Article.title)
    .join(Article, Article.id == Comment.article_id)
    .where(_IS_PICK, Article.published_at <= sa.bindparam("now"), Article.comments != CommentsState.OFF)
    .order_by(Comment.featured_at.desc(), Comment.id.desc())
    .limit(FRONT_PICKS)
)
_PICKS_OF = (
    sa.select(Comment.id, Comment.author)
    .where(_IS_PICK, Comment.article_id == sa.bindparam("article"))
    .order_by(Comment.path)
    .limit(THREAD_PICKS)
)

_earlier = aliased(Comment)


def _at_most_a_page(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many published comments stand before a comment."""
    earlier = sa.select(_earlier.path).where(
        _earlier.article_id == Comment.article_id,
        _earlier.status == _PUBLISHED,
        _earlier.path < Comment.path,
        *which,
    )
    page = earlier.limit(PAGE).correlate(Comment).subquery("a_page")
    return sa.select(sa.func.count()).select_from(page).scalar_subquery()


_PLACE = (
    sa.select(
        Article.slug,
        Comment.path,
        _at_most_a_page(),
        _at_most_a_page(_earlier.path >= sa.func.substr(Comment.path, 1, ID_WIDTH)),
    )
    .join(Article, Article.id == Comment.article_id)
    .where(
        Comment.id == sa.bindparam("comment"),
        Comment.status == Status.PUBLISHED,
        Article.published_at <= sa.bindparam("now", type_=Article.published_at.type),
        Article.comments != CommentsState.OFF,
    )
)


def thread_page(session: Session, article_id: int, start: str = "", *, is_open: bool = True) -> ThreadPage:
    """The page of an article's thread that begins at the path `start`: one index range, however long the thread."""
    given = {"article": article_id, "start": start, "is_open": is_open}
    items = [ThreadItem._make(row) for row in session.connection().execute(_THREAD, given).all()]
    following = items.pop().path if len(items) > PAGE else None
    return ThreadPage(items, following, _previous(session, article_id, start) if start else None)


def picks_of(session: Session, article_id: int, page: ThreadPage) -> list[ThreadPick]:
    """An article's picks in reading order, the first ten. The thread is asked for them only if it has more pages."""
    if page.next is None and page.previous is None:
        return [ThreadPick(item.id, item.author, True) for item in page.items if item.is_pick]
    shown = {item.id for item in page.items}
    rows = session.connection().execute(_PICKS_OF, {"article": article_id}).all()
    return [ThreadPick(row.id, row.author, row.id in shown) for row in rows]


def newest_picks(session: Session) -> list[Pick]:
    """The picks that the front page shows."""
    return [Pick(*row) for row in session.connection().execute(_PICKS, {"now": clock.now()}).all()]


def place_of(session: Session, comment_id: int) -> Place | None:
    """Where a comment stands that readers can see."""
    row = session.connection().execute(_PLACE, {"comment": comment_id, "now": clock.now()}).first()
    return None if row is None else Place._make(row)


def published_comment(session: Session, comment_id: int) -> Comment | None:
    """The comment, if readers can see it: where an article is to have no comments, they see none."""
    is_shown = sa.and_(Article.id == Comment.article_id, Article.comments != CommentsState.OFF)
    query = sa.select(Comment).join(Article, is_shown)
    return session.scalar(query.where(Comment.id == comment_id, Comment.status == Status.PUBLISHED))


def takes_replies(session: Session, comment_id: int) -> bool:
    """Whether neither the comment nor one above it is locked."""
    return session.scalar(sa.select(Comment.id).where(Comment.id == comment_id, ~IS_LOCKED)) is not None


def comment_of_receipt(session: Session, token: str, *, to_change: bool = False) -> Comment | None:
    """The comment that a private link leads to. Who means `to_change` it waits for another who is doing so."""
    query = (
        sa.select(Comment)
        .join(Receipt, Receipt.comment_id == Comment.id)
        .where(Receipt.token_hash == token_hash(token))
    )
    return session.scalar(query.with_for_update(of=Comment) if to_change else query)


def report_of_token(session: Session, token: str) -> Report | None:
    return session.scalar(sa.select(Report).where(Report.token_hash == token_hash(token)))


def _previous(session: Session, article_id: int, start: str) -> str | None:
    earlier = _published_paths(article_id).where(Comment.path < start).order_by(Comment.path.desc()).limit(PAGE + 1)
    paths = session.scalars(earlier).all()
    if not paths:
        return None
    return paths[PAGE - 1] if len(paths) > PAGE else ""


def _published_paths(article_id: int) -> sa.Select[str]:
    return sa.select(Comment.path).where(Comment.article_id == article_id, Comment.status == _PUBLISHED)


def typical_wait(session: Session) -> timedelta | None:
    """The median time from sending to publication over the last hundred readers' comments; None for fewer than ten."""
    decided = session.execute(
        sa.select(Comment.created_at, Comment.decided_at)
        .where(Comment.status == Status.PUBLISHED, Comment.decided_at.is_not(None), Comment.editor_id.is_(None))
        .order_by(Comment.status_at.desc())
        .limit(100)
    ).all()
    waits = [(decided_at - created_at).total_seconds() for created_at, decided_at in decided if decided_at is not None]
    return timedelta(seconds=median(waits)) if len(waits) >= 10 else None
