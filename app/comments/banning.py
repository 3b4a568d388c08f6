"""Keeping an address or an e-mail from commenting for a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity, normal_email
from app.audit.recording import record
from app.comments.models import Ban, Comment
from app.core import clock
from app.core.tokens import keyed_hash


class Days(IntEnum):
    """How long a ban can be."""

    DAY = 1
    WEEK = 7
    MONTH = 30
    LONGEST = 90


class NothingToBan(ValueError):
    """Neither was chosen, or what was chosen is not known of this comment, or no longer."""


def email_hash(email: str) -> str:
    """What an e-mail address is banned by, however its letters are written."""
    return keyed_hash("banned e-mail", normal_email(email))


def ban(
    session: Session, editor: Identity, comment: Comment, *, by_address: bool, by_email: bool, days: Days, reason: str
) -> list[Ban]:
    """Bans whoever sent the comment; `reason` is what they are told. Raises NothingToBan."""
    subjects = []
    if by_address and comment.address_hash:
        subjects.append((comment.address_hash, False))
    if by_email and comment.email:
        subjects.append((email_hash(comment.email), True))
    if not subjects:
        raise NothingToBan
    now = clock.now()
    bans = [
        Ban(
            subject_hash=subject_hash,
            is_email=is_email,
            comment_id=comment.id,
            reason=reason,
            editor_id=editor.editor_id,
            created_at=now,
            until=now + timedelta(days=days),
        )
        for subject_hash, is_email in subjects
    ]
    session.add_all(bans)
    what = " and ".join("e-mail" if is_email else "address" for _hash, is_email in subjects)
    record(session, actor=editor.actor, verb="ban", subject=f"comment:{comment.id}", detail=f"{what}, {days} days")
    return bans


def lift(session: Session, editor: Identity, ban_id: int) -> bool:
    """Ends a ban now. Returns whether there was one."""
    found = session.get(Ban, ban_id, with_for_update=True)
    if found is None:
        return False
    session.delete(found)
    record(session, actor=editor.actor, verb="lift ban", subject=f"ban:{ban_id}")
    return True


def standing_bans(session: Session) -> Sequence[Ban]:
    """Those that have not ended, the newest first."""
    query = sa.select(Ban).where(Ban.until > clock.now()).order_by(Ban.created_at.desc(), Ban.id.desc())
    return session.scalars(query).all()


def forget_ended_bans(session: Session) -> None:
    """Drops what is kept of those whose time is over."""
    session.execute(sa.delete(Ban).where(Ban.until <= clock.now()))
