"""Asking for mail about what is decided on a comment, confirming it, and stopping it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.queries import normal_email
from app.articles.models import Article
from app.comments.models import Comment
from app.core import clock
from app.core.db import one_at_a_time
from app.core.markup_text import isolated
from app.core.tokens import keyed_hash, token_hash
from app.core.web import absolute
from app.following.events import FollowConfirmed, follow_confirmed
from app.following.models import Follow
from app.mail.letters import Letter
from app.mail.posting import post
from app.mail.rendering import render_letter

DAY = timedelta(days=1)
LETTERS_TO_AN_ADDRESS = 1
LETTERS_FROM_A_SENDER = 5
"""Letters that ask for confirmation, in a day."""
FORGET_AFTER = timedelta(days=30)


class TooManyLetters(Exception):
    """A letter too many for the day; `until` is when the next may be asked for."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many letters until {until}")
        self.until = until


class TooManyFromSender(TooManyLetters):
    """Not the address has had its letter, but who asks has asked for too many."""


def follow(session: Session, comment: Comment, email: str, sender_hash: str) -> None:
    """Posts a letter to the address that asks for confirmation; until it is given, no other goes there.

    What has been confirmed stays so, and no letter is posted. Raises TooManyLetters or TooManyFromSender.
    """
    email_hash = keyed_hash("followed by", normal_email(email))
    one_at_a_time(session, f"follow to {email_hash}")
    one_at_a_time(session, f"follow from {sender_hash}")
    of_this = sa.and_(Follow.comment_id == comment.id, Follow.email_hash == email_hash)
    if session.scalar(sa.select(Follow.id).where(of_this, Follow.confirmed_at.is_not(None))) is not None:
        return
    _limit(session, Follow.email_hash == email_hash, LETTERS_TO_AN_ADDRESS, TooManyLetters)
    _limit(session, Follow.sender_hash == sender_hash, LETTERS_FROM_A_SENDER, TooManyFromSender)
    session.execute(sa.delete(Follow).where(of_this))
    asked = Follow(comment_id=comment.id, email=email, email_hash=email_hash, created_at=clock.now())
    asked.sender_hash = sender_hash
    asked.token_hash = token_hash(asked.token)
    session.add(asked)
    session.flush()
    post(session, _confirmation(session, asked))


def confirm(session: Session, asked: Follow) -> None:
    """From now on mail goes there."""
    if asked.confirmed_at is None:
        asked.confirmed_at = clock.now()
        follow_confirmed.send(FollowConfirmed(session, asked))


def stop(session: Session, asked: Follow) -> None:
    """No decision is mailed there any more. The row stays for 30 days, so that the day's letter counts."""
    asked.confirmed_at = None


def forget(session: Session) -> None:
    """Drops what was not confirmed, or was stopped, and from the rest the hash of who asked, after 30 days."""
    old = Follow.created_at <= clock.now() - FORGET_AFTER
    session.execute(sa.delete(Follow).where(Follow.confirmed_at.is_(None), old))
    session.execute(sa.update(Follow).where(Follow.sender_hash.is_not(None), old).values(sender_hash=None))


def _limit(session: Session, whose: sa.ColumnElement[bool], letters: int, refusal: type[TooManyLetters]) -> None:
    newest = sa.select(Follow.created_at).where(whose, Follow.created_at > clock.now() - DAY)
    last = session.scalar(newest.order_by(Follow.created_at.desc()).offset(letters - 1).limit(1))
    if last is not None:
        raise refusal(last + DAY)


def _confirmation(session: Session, asked: Follow) -> Letter:
    """It holds nothing that a reader wrote, since whoever gets it may not have asked for it."""
    comment = session.get_one(Comment, asked.comment_id)
    title = session.get_one(Article, comment.article_id).title
    text, html = render_letter("following/confirmation_letter.html", title=title, url=absolute(asked.path))
    subject = _("Please confirm: mail about a comment on “%(title)s”", title=isolated(title))
    return Letter(to=asked.email, subject=subject, text=text, html=html, key=asked.letter_key())
