"""What readers report, and what an editor's look at it settles."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, Rank, Report, ReportOutcome, ReportReason
from app.core import clock


def settle(session: Session, comment: Comment, *, kept: bool) -> None:
    """Closes the comment's open reports. What was kept in spite of them is not held by reports again."""
    if comment.report_rank is None:
        return
    now = clock.now()
    outcome = ReportOutcome.KEPT if kept else ReportOutcome.REMOVED
    session.execute(
        sa.update(Report)
        .where(Report.comment_id == comment.id, Report.outcome.is_(None))
        .values(outcome=outcome, decided_at=now)
    )
    comment.report_rank = comment.reported_at = None
    comment.cleared_at = now if kept else comment.cleared_at


def reopen(session: Session, comment: Comment) -> None:
    """Takes back what the last decision settled, which is being undone."""
    session.execute(
        sa.update(Report)
        .where(Report.comment_id == comment.id, Report.decided_at == comment.decided_at)
        .values(outcome=None, decided_at=None)
    )
    if comment.cleared_at == comment.decided_at:
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
