"""Handing over the letters of an issue, one after the other, each noted in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import timedelta
from functools import partial
from math import ceil
from time import monotonic

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import UNAVAILABLE
from app.core.jobs import Never, NotNow
from app.core.web import settings
from app.mail.posting import deliver
from app.mail.smtp import AddressRefused, Connection
from app.newsletter import sending
from app.newsletter.sending import Mailing, NextLetter

STEPS_A_MINUTE = 12
"""Between two steps other jobs have their turn: no letter that a reader waits for has to wait for the newsletter."""
STEP_SECONDS = 5
"""After which a step ends, however many letters it has left."""
LEASE = timedelta(seconds=90)
"""Of a step, which is over by then: after its five seconds come at most the letter that was begun (30), its noting
in a database that is locked (TRIES_TO_NOTE, 2 each) and the end of the conversation (10)."""

TRIES_TO_NOTE = 20
"""Each waits for the database as long as it is locked: what has left, and is not noted, leaves again."""


def step(issue_id: int) -> None:
    """The next step. After one that was killed, another repeats at most the letter that was on its way."""
    began = clock.now()
    with transaction() as session:
        mailing = sending.take_up(session, issue_id)
    if mailing is None:
        return
    a_minute = settings().newsletter_per_minute
    number = _hand_over_some(mailing, ceil(a_minute / STEPS_A_MINUTE))
    with transaction() as session:
        sending.go_on(session, mailing.issue_id, began + timedelta(minutes=number / a_minute))


def _hand_over_some(mailing: Mailing, most: int) -> int:
    """Hands letters over, and returns how many. Raises NoneNow of core.jobs, and NotNow if it is not alone."""
    until = monotonic() + STEP_SECONDS
    server = settings().mail_server
    number = 0
    with closing(Connection(server)) if server else nullcontext() as connection:
        while number < most and monotonic() < until:
            one = sending.next_letter(db.session(), mailing)
            db.session.rollback()
            if one is None:
                break
            if not _hand_over(mailing.issue_id, one, connection):
                # This process was halted for longer than its lease, and its job is another's by now.
                raise NotNow(_("Another process sends this issue."))
            number += 1
    return number


def _hand_over(issue_id: int, one: NextLetter, connection: Connection | None) -> bool:
    """Hands the letter over and notes what came of it. False if another process has done so, too."""
    note: Callable[[Session], bool]
    try:
        deliver(one.letter, connection)
    except AddressRefused as refusal:
        note = partial(sending.note_refused, issue_id=issue_id, one=one, problem=str(refusal))
    except Never as refusal:
        note = partial(sending.note_unwanted, issue_id=issue_id, one=one, problem=str(refusal))
    except NotNow:
        note = partial(sending.put_off, issue_id=issue_id, one=one)
    else:
        note = partial(sending.note_sent, issue_id=issue_id, one=one)
    return _noted(note)


def _noted(note: Callable[[Session], bool]) -> bool:
    for _try in range(TRIES_TO_NOTE):
        try:
            with transaction() as session:
                return note(session)
        except UNAVAILABLE as error:
            problem = error
    raise problem
