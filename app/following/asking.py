"""Asking for mail, and the letter that asks whether whoever reads mail there wants it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.queries import normal_email
from app.articles.models import Article
from app.core import clock
from app.core.db import one_at_a_time
from app.core.markup_text import isolated
from app.core.tokens import keyed_hash, token_hash
from app.core.web import absolute, settings
from app.following.models import Follow, FollowKind, Subscriber
from app.mail.letters import Letter, ascii_address
from app.mail.posting import post
from app.mail.rendering import render_letter

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LETTERS_TO_AN_ADDRESS = 1
LETTERS_TO_A_CONFIRMED_ADDRESS = 5
"""Letters that ask for confirmation, in a day."""
ASKED_FOR_AN_ADDRESS = 20
ASKED_BY_A_SENDER = 5
"""Things asked for, in a day."""
UNANSWERED_LETTERS = 100
"""Letters to addresses that have confirmed nothing yet, from the whole site in an hour."""


class TooMany(Exception):
    """A thing too many for the day; `until` is when the next may be asked for."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many until {until}")
        self.until = until


class TooManyForAll(TooMany):
    """Too many letters wait for an answer, whoever asked for them; `until` is when the next may leave."""


def ask(
    session: Session,
    email: str,
    *,
    sender_hash: str,
    kind: FollowKind,
    article_id: int | None = None,
    comment_id: int | None = None,
) -> Follow | None:
    """Notes what is to be mailed to the address; nothing is until it has been confirmed.

    That is asked in a letter, unless the day's went there already: the private page to which it leads lists all that
    waits. Neither is done for what was confirmed before, and None returned. Raises TooMany, or NoAddress of
    mail.letters.
    """
    email_hash = hash_of(email)
    hold_address(session, email_hash)
    one_at_a_time(session, f"follow from {sender_hash}")
    _limit_unanswered(session)
    subscriber = _subscriber(session, email, email_hash)
    earlier = the_same(session, subscriber, kind, article_id, comment_id)
    if earlier is not None and earlier.confirmed_at is not None:
        return None
    _limit(session, Follow.sender_hash == sender_hash, ASKED_BY_A_SENDER)
    _limit(session, Follow.subscriber_id == subscriber.id, ASKED_FOR_AN_ADDRESS)
    if earlier is not None:
        session.delete(earlier)
        session.flush()
    asked = add(session, subscriber, kind, article_id, comment_id)
    asked.sender_hash = sender_hash
    if _may_write(subscriber):
        post(session, _confirmation(session, asked))
    return asked


def hold_address(session: Session, email_hash: str) -> None:
    """Lets no other transaction write down anything of the address, new or known, until this one ends."""
    one_at_a_time(session, f"follow to {email_hash}")


def hash_of(email: str) -> str:
    """By which an address is known, however it is written. Raises NoAddress of mail.letters."""
    return keyed_hash("followed by", normal_email(ascii_address(email)))


def add(
    session: Session,
    subscriber: Subscriber,
    kind: FollowKind,
    article_id: int | None = None,
    comment_id: int | None = None,
) -> Follow:
    """Writes down what is to be followed, as not confirmed."""
    asked = Follow(
        subscriber=subscriber, kind=kind, article_id=article_id, comment_id=comment_id, created_at=clock.now()
    )
    asked.token_hash = token_hash(asked.token)
    session.add(asked)
    session.flush()
    return asked


def _subscriber(session: Session, email: str, email_hash: str) -> Subscriber:
    known = sa.select(Subscriber).where(Subscriber.email_hash == email_hash)
    subscriber = session.scalar(known.with_for_update(key_share=True))
    if subscriber is None:
        subscriber = Subscriber(email_hash=email_hash, created_at=clock.now(), letters=0)
        session.add(subscriber)
    if subscriber.confirmed_at is None:
        subscriber.email = email
    session.flush()
    return subscriber


def the_same(
    session: Session,
    subscriber: Subscriber,
    kind: FollowKind,
    article_id: int | None,
    comment_id: int | None = None,
) -> Follow | None:
    """What the address follows, or was asked about, already."""
    return session.scalar(
        sa.select(Follow).where(
            Follow.subscriber_id == subscriber.id,
            Follow.kind == kind,
            Follow.article_id.is_not_distinct_from(article_id),
            Follow.comment_id.is_not_distinct_from(comment_id),
        )
    )


def _limit_unanswered(session: Session) -> None:
    """Whoever asks from many networks for many strangers comes to an end; letters that are answered don't count."""
    since = sa.select(Subscriber.letters_since).where(
        Subscriber.confirmed_at.is_(None), Subscriber.letters_since > clock.now() - HOUR
    )
    last = session.scalar(since.order_by(Subscriber.letters_since.desc()).offset(UNANSWERED_LETTERS - 1).limit(1))
    if last is not None:
        raise TooManyForAll(last + HOUR)


def _limit(session: Session, whose: sa.ColumnElement[bool], limit: int) -> None:
    newest = sa.select(Follow.created_at).where(whose, Follow.created_at > clock.now() - DAY)
    last = session.scalar(newest.order_by(Follow.created_at.desc()).offset(limit - 1).limit(1))
    if last is not None:
        raise TooMany(last + DAY)


def _may_write(subscriber: Subscriber) -> bool:
    """Counts the letter that is about to be written, if one more may be in this day."""
    now = clock.now()
    if subscriber.letters_since is None or subscriber.letters_since + DAY <= now:
        subscriber.letters_since, subscriber.letters = now, 0
    limit = LETTERS_TO_AN_ADDRESS if subscriber.confirmed_at is None else LETTERS_TO_A_CONFIRMED_ADDRESS
    if subscriber.letters >= limit:
        return False
    subscriber.letters += 1
    return True


def _confirmation(session: Session, asked: Follow) -> Letter:
    """It holds nothing that a reader wrote, since whoever gets it may not have asked for it."""
    subscriber = asked.subscriber
    title = session.get_one(Article, asked.article_id).title if asked.article_id else None
    text, html = render_letter(
        "following/confirmation_letter.html", follow=asked, title=title, url=absolute(subscriber.path)
    )
    subject = (
        _("Please confirm: the newsletter of %(name)s", name=settings().site_name)
        if title is None
        else _("Please confirm: mail about “%(title)s”", title=isolated(title))
    )
    return Letter(
        to=subscriber.email or "",
        subject=subject,
        text=text,
        html=html,
        key=subscriber.letter_key("confirm", asked.token),
        references=(asked.conversation_key,),
    )
