"""Logging in and out: tries are counted before they are made, and sessions are rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Editor, EditorSession, LoginAttempt
from app.accounts.queries import account_hash
from app.audit.recording import record
from app.core import clock
from app.core.db import one_at_a_time
from app.core.tokens import new_token, token_hash

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
"""From one address. Tries from elsewhere don't count, or a stranger could lock an editor out."""
TRIES_PER_ADDRESS = 20
"""On all accounts together."""
SESSION_LIFE = timedelta(days=14)
SEEN_STEP = timedelta(minutes=10)
"""How stale a session's `last_seen_at` may be: a row is not written at each request."""
FORGET_AFTER = timedelta(days=30)


class TooManyTries(Exception):
    """Raised instead of checking one more password; `seconds` says when the next try is possible."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many tries; again in {seconds} s")
        self.seconds = seconds


def count_try(session: Session, email: str, address_hash: str) -> None:
    """Counts a try before it is made, so that many at once can't slip through; a success takes it back.

    Raises TooManyTries.
    """
    one_at_a_time(session, f"login {address_hash}")
    now = clock.now()
    from_address = sa.select(LoginAttempt.at).where(
        LoginAttempt.address_hash == address_hash, LoginAttempt.at > now - WINDOW
    )
    on_account = from_address.where(LoginAttempt.account_hash == account_hash(email))
    for query, limit in ((on_account, TRIES_PER_ACCOUNT), (from_address, TRIES_PER_ADDRESS)):
        nth = session.scalar(query.order_by(LoginAttempt.at.desc()).offset(limit - 1).limit(1))
        if nth is not None:
            raise TooManyTries(_seconds_until(nth + WINDOW, now))
    session.add(LoginAttempt(account_hash=account_hash(email), address_hash=address_hash, at=now))


def forgive_tries(session: Session, email: str, address_hash: str) -> None:
    """Takes back the counted tries on an account from an address, since its password was then given there."""
    session.execute(
        sa.delete(LoginAttempt).where(
            LoginAttempt.account_hash == account_hash(email), LoginAttempt.address_hash == address_hash
        )
    )


def start_session(session: Session, editor: Editor, address_hash: str, agent: str) -> str:
    """Logs the editor in and returns the session's token, for the cookie."""
    forgive_tries(session, editor.email, address_hash)
    now = clock.now()
    token = new_token()
    session.add(
        EditorSession(
            editor_id=editor.id,
            token_hash=token_hash(token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFE,
            agent=agent[:200],
        )
    )
    editor.last_login_at = now
    record(session, actor=f"editor:{editor.id}", verb="log in", subject=f"editor:{editor.id}")
    return token


def mark_seen(session: Session, session_id: int) -> None:
    session.execute(sa.update(EditorSession).where(EditorSession.id == session_id).values(last_seen_at=clock.now()))


def end_session(session: Session, editor_id: int, session_id: int) -> None:
    """Ends one of the editor's own sessions; another's is left alone."""
    ended = session.scalar(
        sa.delete(EditorSession)
        .where(EditorSession.id == session_id, EditorSession.editor_id == editor_id)
        .returning(EditorSession.id)
    )
    if ended is None:
        return
    record(session, actor=f"editor:{editor_id}", verb="end session", subject=f"editor:{editor_id}")


def end_sessions(session: Session, editor_id: int, keep: int | None = None) -> None:
    """Ends all of an editor's sessions but the one with the id `keep`."""
    session.execute(
        sa.delete(EditorSession).where(EditorSession.editor_id == editor_id, EditorSession.id != (keep or 0))
    )


def forget_old(session: Session) -> None:
    """Drops tries of more than 30 days ago and sessions that have run out."""
    now = clock.now()
    session.execute(sa.delete(LoginAttempt).where(LoginAttempt.at <= now - FORGET_AFTER))
    session.execute(sa.delete(EditorSession).where(EditorSession.expires_at <= now))


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, ceil((moment - now).total_seconds()))
