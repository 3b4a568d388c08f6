"""Reading editors and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import AccountLink, Editor, EditorSession, LinkPurpose, LoginAttempt
from app.core import clock
from app.core.db import db
from app.core.tokens import keyed_hash, token_hash


@dataclass(frozen=True)
class Identity:
    """Who is logged in, as a value: reading it leaves no transaction open."""

    editor_id: int
    session_id: int
    name: str
    email: str
    last_seen_at: datetime

    @property
    def actor(self) -> str:
        """As the audit record names this editor."""
        return actor_of(self.editor_id)


def identity_of(token: str) -> Identity | None:
    """The enabled editor whose unexpired session has this token."""
    query = (
        sa.select(Editor.id, EditorSession.id, Editor.name, Editor.email, EditorSession.last_seen_at)
        .join(Editor, Editor.id == EditorSession.editor_id)
        .where(
            EditorSession.token_hash == token_hash(token),
            EditorSession.expires_at > clock.now(),
            Editor.disabled_at.is_(None),
        )
    )
    with db.engine.connect() as connection:
        row = connection.execute(query).first()
    return Identity(*row) if row else None


def without_session(editor: Editor) -> Identity:
    """The editor who acts without a browser at the desk: by a link in a mail, or in the background."""
    return Identity(editor.id, 0, editor.name, editor.email, clock.now())


def editor_by_email(session: Session, email: str) -> Editor | None:
    return session.scalar(sa.select(Editor).where(Editor.email == normal_email(email)))


def all_editors(session: Session) -> Sequence[Editor]:
    return session.scalars(sa.select(Editor).order_by(Editor.id)).all()


def open_invitations(session: Session) -> Sequence[AccountLink]:
    """Those that somebody may still accept."""
    return session.scalars(
        sa.select(AccountLink)
        .where(AccountLink.purpose == LinkPurpose.INVITE, AccountLink.expires_at > clock.now())
        .order_by(AccountLink.id)
    ).all()


def names_of_actors(session: Session) -> dict[str, str]:
    """The name of each editor, by what the audit record calls that editor."""
    return {actor_of(editor_id): name for editor_id, name in session.execute(sa.select(Editor.id, Editor.name))}


def any_editor(session: Session) -> bool:
    return session.scalar(sa.select(Editor.id).limit(1)) is not None


def uses_shortcuts(session: Session, editor_id: int) -> bool:
    """Whether single keys decide at the desk, for this editor."""
    return bool(session.scalar(sa.select(Editor.shortcuts).where(Editor.id == editor_id)))


def is_editors_name(name_skeleton: sa.ColumnElement[str]) -> sa.Exists:
    """The condition that a reader whose name has this skeleton could be taken for an editor."""
    return sa.exists().where(Editor.name_skeleton == name_skeleton)


def open_link(session: Session, token: str, *, to_spend: bool = False) -> AccountLink | None:
    """The unspent link with this token; a first editor's link is none once there is an editor.

    Who means `to_spend` it waits for another who is doing so.
    """
    query = sa.select(AccountLink).where(
        AccountLink.token_hash == token_hash(token), AccountLink.expires_at > clock.now()
    )
    link = session.scalar(query.with_for_update() if to_spend else query)
    if link is not None and link.purpose is LinkPurpose.FIRST and any_editor(session):
        return None
    return link


def sessions_of(session: Session, editor_id: int) -> Sequence[EditorSession]:
    return session.scalars(
        sa.select(EditorSession)
        .where(EditorSession.editor_id == editor_id, EditorSession.expires_at > clock.now())
        .order_by(EditorSession.last_seen_at.desc(), EditorSession.id.desc())
    ).all()


def failed_tries(session: Session, email: str) -> int:
    """How many tries to log in to this account failed and were not followed by a success from the same address."""
    query = sa.select(sa.func.count()).where(LoginAttempt.account_hash == account_hash(email))
    return session.scalar(query) or 0


def actor_of(editor_id: int) -> str:
    """An editor, as the audit record calls one."""
    return f"editor:{editor_id}"


def normal_email(email: str) -> str:
    return email.strip().lower()


def account_hash(email: str) -> str:
    return keyed_hash("account", normal_email(email))
