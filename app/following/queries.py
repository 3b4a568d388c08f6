"""Reading who follows what."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.tokens import token_hash
from app.following.models import Follow


def follow_of_token(session: Session, token: str) -> Follow | None:
    return session.scalar(sa.select(Follow).where(Follow.token_hash == token_hash(token)))


def follows_of(session: Session, comment_id: int) -> Sequence[Follow]:
    """All that was asked for about a comment, confirmed or not."""
    return session.scalars(sa.select(Follow).where(Follow.comment_id == comment_id).order_by(Follow.id)).all()
