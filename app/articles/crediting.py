"""Whether a reader is named beside what an article owes to a comment."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.articles import editing
from app.articles.models import CORRECTIONS, LISTS, Correction, FaqEntry, article_subject
from app.audit.recording import record
from app.core.revisions import bump


def credit(session: Session, comment_id: int, name: str | None) -> bool:
    """Names the reader beside every question and correction that came of the comment; without a name, 'a reader'.

    False if none did.
    """
    questions = FaqEntry.asked_in_id == comment_id
    corrections = Correction.found_in_id == comment_id
    owing = sa.union(
        sa.select(FaqEntry.article_id).where(questions), sa.select(Correction.article_id).where(corrections)
    )
    articles = sorted(session.scalars(owing))
    if not articles:
        return False
    for article_id in articles:
        editing.locked(session, article_id)
    session.execute(sa.update(FaqEntry).where(questions).values(credit=name))
    session.execute(sa.update(Correction).where(corrections).values(credit=name))
    bump(session, LISTS, CORRECTIONS, *map(article_subject, articles))
    verb = "agree to be named" if name else "take the name back"
    record(session, actor="reader", verb=verb, subject=f"comment:{comment_id}")
    return True
