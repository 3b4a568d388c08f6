"""Where one comment stands: under which article, and in its thread."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.articles.models import Article, CommentsState
from app.comments.models import ID_WIDTH, Branch, Comment
from app.comments.queries import PUBLISHED
from app.comments.threads import FEW, PAGE, WHOLE
from app.core import clock


class Place(NamedTuple):
    """A published comment, and where it stands."""

    id: int
    path: str
    author: str
    html: str
    before_in_branch: int
    """How many replies stand before it in its branch, a page's number at most; 0 in a branch that is shown whole."""

    @property
    def opening(self) -> str:
        """The path of the opening comment of its branch."""
        return self.path[:ID_WIDTH]

    @property
    def is_folded(self) -> bool:
        """Whether its thread shows it only where its branch is read by itself."""
        return self.before_in_branch >= FEW

    @property
    def start_in_branch(self) -> str:
        """The path at which the page of its branch begins that shows it."""
        return self.opening if self.before_in_branch < PAGE - 1 else self.path


_earlier = aliased(Comment)
_IS_SHOWN = sa.and_(
    Comment.id == sa.bindparam("comment"),
    Comment.status == PUBLISHED,
    Article.published_at <= sa.bindparam("now", type_=Article.published_at.type),
    Article.comments != CommentsState.OFF,
)
_SLUG = sa.select(Article.slug).join(Comment, Comment.article_id == Article.id).where(_IS_SHOWN)
_REPLIES_BEFORE = (
    sa.select(_earlier.path)
    .where(
        _earlier.article_id == Comment.article_id,
        _earlier.in_thread,
        _earlier.path > Branch.path,
        _earlier.path < Comment.path,
    )
    .limit(PAGE)
    .correlate(Comment, Branch)
    .subquery("a_page")
)
_COUNT_BEFORE = sa.select(sa.func.count()).select_from(_REPLIES_BEFORE).scalar_subquery()
_PLACE = (
    sa.select(
        Comment.id,
        Comment.path,
        Comment.author,
        Comment.html,
        sa.case((Branch.size > WHOLE, _COUNT_BEFORE), else_=0),
    )
    .join(
        Branch,
        sa.and_(Branch.article_id == Comment.article_id, Branch.path == sa.func.substr(Comment.path, 1, ID_WIDTH)),
    )
    .where(
        Comment.id == sa.bindparam("comment"),
        Comment.article_id == sa.bindparam("article"),
        Comment.status == PUBLISHED,
    )
)


def slug_of(session: Session, comment_id: int) -> str | None:
    """The article under which readers see the comment."""
    slug: str | None = session.connection().scalar(_SLUG, {"comment": comment_id, "now": clock.now()})
    return slug


def place_of(session: Session, article_id: int, comment_id: int) -> Place | None:
    """Where a comment stands among the article's published ones."""
    row = session.connection().execute(_PLACE, {"article": article_id, "comment": comment_id}).first()
    return None if row is None else Place._make(row)
