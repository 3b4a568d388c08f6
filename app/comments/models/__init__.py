"""A comment and what hangs on it; everyone imports from here, so that none of the tables is left out."""

from __future__ import annotations

from app.comments.models.comment import (
    COMMENTS,
    ID_WIDTH,
    LEVELS,
    NAME_LIMIT,
    PICKS,
    Branch,
    Comment,
    CommentTally,
    Status,
)
from app.comments.models.private_links import Pass, Receipt
from app.comments.models.safeguards import Ban, LinkHost, Rank, Report, ReportOutcome, ReportReason
from app.comments.models.texts import CommentVersion, EditOutcome, ProposedEdit

__all__ = [
    "COMMENTS",
    "ID_WIDTH",
    "LEVELS",
    "NAME_LIMIT",
    "PICKS",
    "Ban",
    "Branch",
    "Comment",
    "CommentTally",
    "CommentVersion",
    "EditOutcome",
    "LinkHost",
    "Pass",
    "ProposedEdit",
    "Rank",
    "Receipt",
    "Report",
    "ReportOutcome",
    "ReportReason",
    "Status",
]
