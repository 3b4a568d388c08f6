"""Screening a comment: every phase speaks, what each found is kept, and the strictest verdict counts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.comments import status
from app.comments.models import Comment, Status
from app.moderation.models import Finding, Verdict
from app.moderation.phases import PHASES, Context, Result

STRICTNESS = list(Verdict)


def screen(session: Session, comment: Comment, context: Context) -> None:
    """Writes what the phases found and moves the comment where the strictest of them would have it."""
    found = {name: result for name, phase in PHASES.items() if (result := phase(context))}
    session.add_all(_finding(comment, name, result) for name, result in found.items())
    strictest = max((result.verdict for result in found.values()), key=STRICTNESS.index, default=Verdict.HOLD)
    if strictest is Verdict.SPAM:
        status.change(session, comment, Status.SPAM, by_person=False)


def _finding(comment: Comment, phase: str, result: Result) -> Finding:
    return Finding(
        comment_id=comment.id, phase=phase, verdict=result.verdict, reason=result.reason, marks=list(result.marks)
    )
