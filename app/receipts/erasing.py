"""Dropping the words of what was not published, once nobody can appeal any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.crediting import credit
from app.comments.models import Comment, CommentVersion, Report, Status
from app.core import clock
from app.following.models import Follow
from app.moderation.models import Appeal, Finding
from app.site.models import the_site

STEP = 100
"""Comments that are erased in one transaction."""


def due(session: Session) -> Sequence[int]:
    """Ids of the comments whose words are to go.

    They were rejected, or are spam, and have been for as many days as the site's rule says; no appeal waits.
    """
    return session.scalars(sa.select(Comment.id).where(*_is_due(session))).all()


def erase(session: Session, ids: Collection[int]) -> None:
    """Drops the words, name and addresses of those that are still due, and all that quotes them or waits for them.

    What stays says that there was a comment, what was decided on it and by which rule.
    """
    still_due = sa.select(Comment).where(Comment.id.in_(ids), *_is_due(session)).with_for_update()
    erased = []
    for comment in session.scalars(still_due):
        comment.source = comment.html = comment.author = ""
        comment.email = comment.address_hash = comment.fingerprint = comment.text_hash = None
        comment.erased_at = clock.now()
        erased.append(comment.id)
    session.execute(sa.delete(CommentVersion).where(CommentVersion.comment_id.in_(erased)))
    session.execute(sa.delete(Follow).where(Follow.comment_id.in_(erased)))
    session.execute(sa.update(Report).where(Report.comment_id.in_(erased)).values(text="", address_hash=None))
    session.execute(sa.update(Appeal).where(Appeal.comment_id.in_(erased)).values(text=""))
    # What a phase of screening says may name a link of the comment's.
    session.execute(sa.update(Finding).where(Finding.comment_id.in_(erased)).values(marks=[], reason=""))
    for comment_id in erased:
        credit(session, comment_id, None)


def _is_due(session: Session) -> list[sa.ColumnElement[bool]]:
    site = the_site(session)
    has_open_appeal = sa.exists().where(Appeal.comment_id == Comment.id, Appeal.outcome.is_(None))
    return [
        Comment.status.in_([Status.REJECTED, Status.SPAM]),
        Comment.status_at <= clock.now() - timedelta(days=max(site.keep_days, site.appeal_days)),
        Comment.erased_at.is_(None),
        ~has_open_appeal,
    ]
