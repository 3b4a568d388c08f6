"""Letting editors in by one-time links, changing their accounts, and disabling them."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import AccessEnded, access_ended
from app.accounts.logging_in import end_sessions
from app.accounts.models import AccountLink, Editor, LinkPurpose
from app.accounts.queries import any_editor, editor_by_email, normal_email
from app.audit.recording import record
from app.core import clock
from app.core.db import one_at_a_time
from app.core.lookalikes import skeleton
from app.core.tokens import new_token, token_hash

LINK_LIFE = timedelta(hours=24)
COMMAND_LINE = "command line"
"""Whoever runs the site, as the audit record calls them."""

_ADDRESSES = "editors' addresses"


class AccountError(ValueError):
    """What was asked cannot be done; the message says why, for a person."""


def first_link(session: Session) -> str:
    """A token with which the first editor sets name, e-mail and password; an unused earlier one is void.

    Raises AccountError if there is an editor already.
    """
    if any_editor(session):
        raise AccountError("There is an editor already; use `flask editors invite`.")
    return _new_link(session, LinkPurpose.FIRST, None, COMMAND_LINE)


def invite(session: Session, email: str, actor: str = COMMAND_LINE) -> str:
    """A token with which the holder of the address becomes an editor, or a disabled one is let in again."""
    editor = editor_by_email(session, email)
    if editor is not None and editor.disabled_at is None:
        raise AccountError(f"{editor.email} is an editor already; `flask editors reset` gives a new password.")
    return _new_link(session, LinkPurpose.INVITE, normal_email(email), actor, editor)


def reset(session: Session, email: str, actor: str = COMMAND_LINE) -> str:
    """A token with which the editor sets a new password."""
    editor = editor_by_email(session, email)
    if editor is None or editor.disabled_at is not None:
        raise AccountError(f"No editor has the address {email}; `flask editors list` shows them all.")
    return _new_link(session, LinkPurpose.RESET, editor.email, actor, editor)


def take_back(session: Session, invitation_id: int, actor: str) -> None:
    """Ends an invitation that nobody has accepted; one that is gone already stays so."""
    ended = sa.delete(AccountLink).where(AccountLink.id == invitation_id, AccountLink.purpose == LinkPurpose.INVITE)
    if session.scalar(ended.returning(AccountLink.id)) is not None:
        record(session, actor=actor, verb="end invite link", subject="editors")


def disable(session: Session, email: str, actor: str = COMMAND_LINE) -> Editor:
    """Shuts an editor out at once: every session and every unused link of theirs ends."""
    editor = editor_by_email(session, email)
    if editor is None:
        raise AccountError(f"No editor has the address {email}; `flask editors list` shows them all.")
    editor.disabled_at = editor.disabled_at or clock.now()
    end_sessions(session, editor.id)
    session.execute(sa.delete(AccountLink).where(AccountLink.email == editor.email))
    access_ended.send(AccessEnded(session, editor))
    record(session, actor=actor, verb="disable", subject=f"editor:{editor.id}")
    return editor


def accept(session: Session, link: AccountLink, *, name: str, email: str, password_hash: str) -> Editor:
    """Spends the link. For a reset, name and e-mail stay what they are. Raises AccountError if the e-mail is taken."""
    one_at_a_time(session, _ADDRESSES)
    email = normal_email(link.email or email)
    editor = editor_by_email(session, email)
    if editor is None:
        editor = Editor(email=email, created_at=clock.now())
        session.add(editor)
    elif link.email is None:
        raise AccountError("That address belongs to an editor already.")
    if link.purpose is not LinkPurpose.RESET:
        editor.name, editor.name_skeleton = name, skeleton(name)
    editor.password_hash = password_hash
    editor.disabled_at = None
    session.delete(link)
    session.flush()
    end_sessions(session, editor.id)
    access_ended.send(AccessEnded(session, editor))
    record(session, actor=f"editor:{editor.id}", verb=f"accept {link.purpose}", subject=f"editor:{editor.id}")
    return editor


def change_profile(session: Session, editor: Editor, *, name: str, email: str) -> None:
    """Raises AccountError if the e-mail is another editor's."""
    one_at_a_time(session, _ADDRESSES)
    other = editor_by_email(session, email)
    if other is not None and other.id != editor.id:
        raise AccountError("That address belongs to another editor.")
    # A link to either address would now open this account, or one that nobody has.
    session.execute(sa.delete(AccountLink).where(AccountLink.email.in_([editor.email, normal_email(email)])))
    if normal_email(email) != editor.email:
        access_ended.send(AccessEnded(session, editor))
    editor.name, editor.name_skeleton, editor.email = name, skeleton(name), normal_email(email)
    record(session, actor=f"editor:{editor.id}", verb="change profile", subject=f"editor:{editor.id}")


def change_password(session: Session, editor: Editor, password_hash: str, *, keep_session: int) -> None:
    """Sets the password and ends the editor's other sessions."""
    editor.password_hash = password_hash
    end_sessions(session, editor.id, keep=keep_session)
    access_ended.send(AccessEnded(session, editor))
    record(session, actor=f"editor:{editor.id}", verb="change password", subject=f"editor:{editor.id}")


def use_shortcuts(session: Session, editor_id: int, *, on: bool) -> None:
    """Whether single keys decide at the desk, for this editor."""
    session.get_one(Editor, editor_id).shortcuts = on


def set_digest_hours(session: Session, editor_id: int, hours: list[int]) -> None:
    """At which full hours, in the site's zone, the editor is mailed what waits. One that is past is not made up for."""
    editor = session.get_one(Editor, editor_id)
    editor.digest_hours = hours
    editor.digested_at = clock.now()


def _new_link(
    session: Session, purpose: LinkPurpose, email: str | None, actor: str, editor: Editor | None = None
) -> str:
    session.execute(
        sa.delete(AccountLink).where(AccountLink.purpose == purpose, AccountLink.email.is_not_distinct_from(email))
    )
    token = new_token()
    now = clock.now()
    session.add(
        AccountLink(
            purpose=purpose, email=email, token_hash=token_hash(token), created_at=now, expires_at=now + LINK_LIFE
        )
    )
    subject = f"editor:{editor.id}" if editor else "editors"
    record(session, actor=actor, verb=f"make {purpose} link", subject=subject)
    return token
