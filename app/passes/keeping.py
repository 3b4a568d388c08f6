"""Starting a pass, putting comments in it, and giving it up."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.comments.models import Comment, Pass
from app.comments.vouching import pass_of_token, put_in, take_all_out
from app.core import clock
from app.core.db import one_at_a_time
from app.core.tokens import new_token, token_hash

WINDOW = timedelta(hours=1)
PASSES_PER_ADDRESS = 10
"""In one window."""
FORGET_AFTER = timedelta(days=30)


class TooManyPasses(Exception):
    """The address has started its share; `until` is when it may start the next."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many passes until {until}")
        self.until = until


class NoSuchPass(LookupError):
    """There is none at that link, or there is none any more."""


class InAnotherPass(Exception):
    """The comment is in a pass already, where it stays until that is given up."""


def start(session: Session, address_hash: str) -> str:
    """A new pass with nothing in it. Returns its token; raises TooManyPasses."""
    one_at_a_time(session, f"pass {address_hash}")
    now = clock.now()
    newest = sa.select(Pass.created_at).where(Pass.address_hash == address_hash, Pass.created_at > now - WINDOW)
    last = session.scalar(newest.order_by(Pass.created_at.desc()).offset(PASSES_PER_ADDRESS - 1).limit(1))
    if last is not None:
        raise TooManyPasses(last + WINDOW)
    token = new_token()
    session.add(Pass(token_hash=token_hash(token), address_hash=address_hash, created_at=now))
    session.flush()
    return token


def join(session: Session, comment: Comment, token: str) -> None:
    """Puts a comment, of which the caller holds the receipt, in a pass. Done again it changes nothing.

    Raises NoSuchPass or InAnotherPass.
    """
    into = pass_of_token(session, token, to_fill=True)
    if into is None:
        raise NoSuchPass
    if comment.pass_id is None:
        put_in(session, comment, into, token)
    elif comment.pass_id != into.id:
        raise InAnotherPass


def give_up(session: Session, token: str) -> None:
    """Deletes the pass. Its comments stay as they are, each with its own receipts. Raises NoSuchPass."""
    found = pass_of_token(session, token)
    # What is being put in it at this moment is in it, or not, before it is emptied.
    given_up = session.get(Pass, found.id, with_for_update=True) if found else None
    if given_up is None:
        raise NoSuchPass
    take_all_out(session, given_up, token)
    session.execute(sa.delete(Pass).where(Pass.id == given_up.id))


def forget(session: Session) -> None:
    """Drops, after 30 days, passes with nothing in them, and of the others the hash of who started them."""
    is_old = Pass.created_at <= clock.now() - FORGET_AFTER
    session.execute(sa.delete(Pass).where(is_old, ~sa.exists().where(Comment.pass_id == Pass.id)))
    session.execute(sa.update(Pass).where(is_old, Pass.address_hash.is_not(None)).values(address_hash=None))
