"""What readers report, and what an editor's look at it settles."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments import status
from app.comments.models import Comment, Rank, Report, ReportOutcome, ReportReason, Status
from app.comments.queries import published_comment
from app.comments.submitting import FORGET_ADDRESSES_AFTER
from app.core import clock
from app.core.db import one_at_a_time
from app.core.tokens import derived_token, token_hash
from app.site.models import the_site

WINDOW = timedelta(hours=1)
REPORTS_PER_ADDRESS = 10
"""In one window."""


class NotShown(LookupError):
    """The comment is not, or no longer, among those that readers see."""


class TooManyReports(Exception):
    """The address has reached its limit; `until` is when the next report is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many reports until {until}")
        self.until = until


def report(session: Session, comment_id: int, *, reason: ReportReason, text: str, address_hash: str) -> str:
    """Writes a report of a published comment and returns the token of its receipt.

    An address reports a comment once; when it does so again, the token is the same. Reports from as many addresses as
    Site.reports_to_hold hold the comment for a second look. Raises NotShown or TooManyReports.
    """
    one_at_a_time(session, f"report {address_hash}")
    status.hold(session)
    comment = session.scalar(sa.select(Comment).where(Comment.id == comment_id).with_for_update(key_share=True))
    if comment is None:
        raise NotShown
    same = sa.select(Report).where(Report.comment_id == comment_id, Report.address_hash == address_hash)
    earlier = session.scalar(same.limit(1))
    if earlier is not None:
        return _token(comment_id, address_hash, earlier.created_at)
    if published_comment(session, comment_id) is None:
        raise NotShown
    _limit(session, address_hash)
    now = clock.now()
    token = _token(comment_id, address_hash, now)
    session.add(
        Report(
            comment_id=comment_id,
            reason=reason,
            text=text,
            address_hash=address_hash,
            token_hash=token_hash(token),
            created_at=now,
        )
    )
    rank_reports(session, comment)
    _hold(session, comment)
    return token


def forget_reporters(session: Session) -> None:
    """Drops the keyed hashes of addresses from reports older than 30 days."""
    session.execute(
        sa.update(Report)
        .where(Report.address_hash.is_not(None), Report.created_at <= clock.now() - FORGET_ADDRESSES_AFTER)
        .values(address_hash=None)
    )


def settle(session: Session, comment: Comment, *, kept: bool, at: datetime | None = None) -> None:
    """Closes the comment's open reports. What was kept in spite of them is not held by reports again.

    `at` is the time of the decision that does so, by which `reopen` finds them; without one it is now.
    """
    if comment.report_rank is None:
        return
    at = at or clock.now()
    _close(session, comment, ReportOutcome.KEPT if kept else ReportOutcome.REMOVED, at)
    comment.cleared_at = at if kept else comment.cleared_at


def end(session: Session, comment: Comment) -> None:
    """Closes the open reports of a comment that its author takes back; no editor has answered them."""
    _close(session, comment, ReportOutcome.WITHDRAWN, clock.now())


def reopen(session: Session, comment: Comment, at: datetime) -> None:
    """Takes back what the decision of that time settled, which is being undone."""
    session.execute(
        sa.update(Report)
        .where(Report.comment_id == comment.id, Report.decided_at == at)
        .values(outcome=None, decided_at=None)
    )
    if comment.cleared_at == at:
        comment.cleared_at = None
    rank_reports(session, comment)


def rank_reports(session: Session, comment: Comment) -> None:
    """Puts the comment where its open reports belong in the editor's list."""
    session.flush()
    first, unlawful = session.execute(
        sa.select(
            sa.func.min(Report.created_at),
            sa.func.sum(sa.case((Report.reason == ReportReason.UNLAWFUL, 1), else_=0)),
        ).where(Report.comment_id == comment.id, Report.outcome.is_(None))
    ).one()
    comment.reported_at = first
    comment.report_rank = None if first is None else Rank.UNLAWFUL if unlawful else Rank.OTHER


def _close(session: Session, comment: Comment, outcome: ReportOutcome, at: datetime) -> None:
    session.execute(
        sa.update(Report)
        .where(Report.comment_id == comment.id, Report.outcome.is_(None))
        .values(outcome=outcome, decided_at=at)
    )
    comment.report_rank = comment.reported_at = None


def _hold(session: Session, comment: Comment) -> None:
    """Takes off the page what enough addresses have reported, unless an editor wrote it or has kept it before."""
    if comment.editor_id is not None or comment.cleared_at is not None:
        return
    waiting = (Report.comment_id == comment.id, Report.outcome.is_(None))
    addresses = session.scalar(sa.select(sa.func.count(Report.address_hash)).where(*waiting)) or 0
    if addresses >= the_site(session).reports_to_hold:
        status.change(session, comment, Status.PENDING, by_person=False)


def _limit(session: Session, address_hash: str) -> None:
    newest = (
        sa.select(Report.created_at)
        .where(Report.address_hash == address_hash, Report.created_at > clock.now() - WINDOW)
        .order_by(Report.created_at.desc())
    )
    tenth = session.scalar(newest.offset(REPORTS_PER_ADDRESS - 1).limit(1))
    if tenth is not None:
        raise TooManyReports(tenth + WINDOW)


def _token(comment_id: int, address_hash: str, at: datetime) -> str:
    return derived_token("report", str(comment_id), address_hash, at.isoformat())
