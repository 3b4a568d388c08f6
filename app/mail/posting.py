"""Posting a letter, taking it back, and delivering it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Job, enqueue, given_up
from app.core.web import settings
from app.mail import outbox, smtp
from app.mail.letters import Letter, NoAddress, as_message

MAIL = "mail"
GIVEN_UP = given_up(MAIL)

GIVEN_UP_FOR = timedelta(days=30)
"""How long a letter that could not be delivered is kept, as long as readers' addresses are."""


def post(session: Session, letter: Letter, run_at: datetime | None = None) -> None:
    """Posts the letter in the caller's own transaction, to leave at once or then.

    One with the same key that has not left yet is replaced.
    """
    enqueue(session, MAIL, letter.as_payload(), run_at, _job_key(letter.key))


def deliver(letter: Letter, connection: smtp.Connection | None = None) -> Path | None:
    """Sends the letter now and returns None; without a mail server, returns the file in the outbox that it became.

    In the conversation that is given, or one of its own. Raises Never (AddressRefused where the fault lies with the
    address), NotNow or NoneNow of core.jobs, whose words say what happened.
    """
    try:
        message = as_message(letter)
    except NoAddress:
        raise smtp.AddressRefused(_("That is no address to which mail can be sent.")) from None
    config = settings()
    server = config.mail_server
    if server is None:
        return outbox.keep(letter.file_name, message.as_bytes())
    [to] = message["To"].addresses
    hand_over = partial(smtp.send, server) if connection is None else connection.send
    hand_over(letter.returns_to or config.mail_from, to.addr_spec, message.as_bytes())
    return None


def try_again(session: Session, job_ids: Collection[int]) -> int:
    """Posts letters anew that were given up. Returns how many of the ids were such letters'."""
    chosen = sa.update(Job).where(Job.id.in_(job_ids), Job.kind == GIVEN_UP)
    posted = chosen.values(kind=MAIL, run_at=clock.now(), attempts=0, error=None).returning(Job.id)
    return len(session.scalars(posted).all())


def forget_given_up(session: Session) -> None:
    """Deletes letters that were given up 30 days ago."""
    session.execute(sa.delete(Job).where(Job.kind == GIVEN_UP, Job.run_at <= clock.now() - GIVEN_UP_FOR))


def forget_letters_to(session: Session, address: str) -> None:
    """Deletes letters to the address that have not left, those included that were given up."""
    its = sa.func.lower(Job.payload["to"].as_string()) == address.lower()
    session.execute(sa.delete(Job).where(Job.kind.in_([MAIL, GIVEN_UP]), its))


def letters_about(session: Session, what: str, ids: Collection[int]) -> list[Job]:
    """Letters that have not left, those included that were given up, whose `about` names one of the ids as that."""
    named = Job.payload[("about", what)].as_string().is_not(None)
    kept = session.scalars(sa.select(Job).where(Job.kind.in_([MAIL, GIVEN_UP]), named))
    return [job for job in kept if not set(ids).isdisjoint(_listed(job.payload["about"][what]))]


def _listed(ids: int | list[int]) -> list[int]:
    return ids if isinstance(ids, list) else [ids]


def _job_key(key: str) -> str:
    return f"{MAIL} {key}"
