"""Dropping a comment's words: when its author asks, or, of what is not published, when its time is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles.crediting import credit
from app.audit.recording import record
from app.comments import status
from app.comments.models import Comment, CommentVersion, ProposedEdit, Report, Status
from app.core import clock
from app.following import telling
from app.following.confirming import drop_idle_addresses
from app.following.models import Follow
from app.moderation import digests
from app.moderation.models import Appeal, Finding
from app.receipts.withdrawing import withdraw
from app.site.models import the_site

STEP = 100
"""Comments that are erased in one transaction."""


def due(session: Session) -> Sequence[int]:
    """Ids of the comments whose words are to go.

    They were rejected or withdrawn, or are spam, and have been for as many days as the site's rule says; no appeal
    waits.
    """
    return session.scalars(sa.select(Comment.id).where(*_is_due(session))).all()


def erase_due(session: Session, ids: Collection[int]) -> None:
    """Drops the words, name and addresses of those that are still due, and all that quotes them or waits for them.

    What stays says that there was a comment, what was decided on it and by which rule.
    """
    _drop(session, _locked(session, ids, *_is_due(session)))


def erase(session: Session, ids: Collection[int]) -> None:
    """Does the same with whatever comments their author wants erased, each of which is withdrawn by it.

    Those that are erased already stay as they are.
    """
    comments = _locked(session, ids, Comment.erased_at.is_(None))
    for comment in comments:
        withdraw(session, comment)
        record(session, actor="reader", verb="erase", subject=f"comment:{comment.id}")
    _drop(session, comments)


def _locked(session: Session, ids: Collection[int], *which: sa.ColumnElement[bool]) -> Sequence[Comment]:
    status.hold(session)
    query = sa.select(Comment).where(Comment.id.in_(ids), *which).order_by(Comment.id)
    return session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def _drop(session: Session, comments: Sequence[Comment]) -> None:
    for comment in comments:
        comment.source = comment.html = comment.author = ""
        comment.email = comment.address_hash = comment.fingerprint = comment.text_hash = None
        comment.signed_as = None
        comment.erased_at = clock.now()
    erased = [comment.id for comment in comments]
    telling.forget_words(session, erased)
    digests.forget_words(session, erased)
    for kept in (CommentVersion, ProposedEdit, Follow):
        session.execute(sa.delete(kept).where(kept.comment_id.in_(erased)))
    drop_idle_addresses(session)
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
        Comment.status.in_([Status.REJECTED, Status.SPAM, Status.WITHDRAWN]),
        Comment.status_at <= clock.now() - timedelta(days=max(site.keep_days, site.appeal_days)),
        Comment.erased_at.is_(None),
        ~has_open_appeal,
    ]
