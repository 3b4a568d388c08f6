"""Links in a mail to an editor, with each of which one comment can be decided on once."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Editor
from app.accounts.queries import without_session
from app.comments.models import Comment, Status
from app.core import clock
from app.core.tokens import new_token, token_hash
from app.moderation import decisions
from app.moderation.models import DeskLink

LIFE = timedelta(days=3)

KEPT = timedelta(days=30)
"""How long a link that has ended can still say so."""

ACTS = ("publish", "reject", "spam")
"""Verbs that a mail offers. Of a published comment that was reported, `publish` says that it stays."""

BY_MAIL = "by mail"


class Fate(StrEnum):
    """Why a link decides nothing any more."""

    SPENT = "spent"
    EXPIRED = "expired"


class NoSuchLink(LookupError):
    """It was never there, or is no longer."""


class Closed(Exception):
    """Its `fate` says why."""


def issue(session: Session, editor_id: int, comment: Comment) -> str:
    """The token of a new link to the comment as it reads now."""
    token = new_token()
    session.add(
        DeskLink(
            token_hash=token_hash(token),
            editor_id=editor_id,
            comment_id=comment.id,
            comment_version=comment.version,
            expires_at=clock.now() + LIFE,
        )
    )
    return token


def link_of(session: Session, token: str, *, to_spend: bool = False) -> DeskLink:
    """Who means `to_spend` it waits for another who is doing so. Raises NoSuchLink."""
    query = sa.select(DeskLink).where(DeskLink.token_hash == token_hash(token))
    link = session.scalar(query.with_for_update() if to_spend else query)
    if link is None:
        raise NoSuchLink
    return link


def fate(link: DeskLink) -> Fate | None:
    """Why the link decides nothing any more; None as long as it does."""
    if link.spent_at is not None:
        return Fate.SPENT
    return Fate.EXPIRED if link.expires_at <= clock.now() else None


def decide(session: Session, token: str, verb: str, seen: str, reason: decisions.Reason) -> None:
    """Decides in the name of the editor to whom the link was sent, and spends it; `verb` is one of ACTS.

    Raises NoSuchLink, Closed, and, without spending it, what `decisions.decide` does; Overtaken also when the comment
    reads otherwise than it did in the mail.
    """
    link = link_of(session, token, to_spend=True)
    if fate(link) is not None:
        raise Closed
    comment = decisions.locked(session, link.comment_id)
    if not is_about(link, comment):
        raise decisions.Overtaken(comment.id)
    editor = without_session(session.get_one(Editor, link.editor_id))
    if verb == "publish" and comment.status is Status.PUBLISHED:
        decisions.keep(session, editor, comment.id, seen, way=BY_MAIL)
    else:
        decisions.decide(session, editor, comment.id, verb, seen, reason=reason, way=BY_MAIL)
    link.spent_at = clock.now()


def is_about(link: DeskLink, comment: Comment) -> bool:
    """Whether the comment waits for an editor, and reads as it did in the mail."""
    waits = comment.status is Status.PENDING or comment.report_rank is not None
    return waits and comment.version == link.comment_version


def end_all(session: Session, editor_id: int) -> None:
    """Ends the links that were mailed to an editor, at once."""
    now = clock.now()
    still_open = (DeskLink.editor_id == editor_id, DeskLink.expires_at > now)
    session.execute(sa.update(DeskLink).where(*still_open).values(expires_at=now))


def forget(session: Session) -> None:
    """Deletes links that ended 30 days ago."""
    session.execute(sa.delete(DeskLink).where(DeskLink.expires_at <= clock.now() - KEPT))
