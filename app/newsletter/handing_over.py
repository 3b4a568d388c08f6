"""Handing over the letters of an issue, one after the other, each noted in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import timedelta
from math import ceil
from time import monotonic

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
"""After which a step ends, however many letters it has left, so that it is long over when its lease is."""

REFUSED_IN_A_ROW = 5
"""Letters after which the fault is taken to lie with all of them, and an editor is asked."""
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
    if number is not None:
        with transaction() as session:
            sending.go_on(session, mailing.issue_id, began + timedelta(minutes=number / a_minute))


def _hand_over_some(mailing: Mailing, most: int) -> int | None:
    """Hands letters over, and returns how many. None if another process does the same, which happens where this one was
    halted for longer than its lease."""
    until = monotonic() + STEP_SECONDS
    server = settings().mail_server
    number = refused = 0
    with closing(Connection(server)) if server else nullcontext() as connection:
        while number < most and monotonic() < until:
            one = sending.next_letter(db.session(), mailing)
            db.session.rollback()
            if one is None:
                break
            problem = _hand_over(mailing.issue_id, one, connection)
            if problem is None:
                return None
            number, refused = number + 1, refused + 1 if problem else 0
            if refused == REFUSED_IN_A_ROW:
                with transaction() as session:
                    sending.stop(session, mailing.issue_id, problem)
    return number


def _hand_over(issue_id: int, one: NextLetter, connection: Connection | None) -> str | None:
    """Returns why the letter was refused, '' if it was not; None if another process has handed it over, too."""
    note, problem = sending.note_sent, ""
    try:
        deliver(one.letter, connection)
    except AddressRefused as setback:
        note, problem = sending.note_refused, str(setback)
    except Never as setback:
        # Not for its address: what the letter says, or whence it comes, may suit the server better later.
        note, problem = sending.put_off, str(setback)
    except NotNow:
        note = sending.put_off
    is_noted = _noted(lambda session: note(session, issue_id, one))
    return problem if is_noted else None


def _noted(note: Callable[[Session], bool]) -> bool:
    for tries in range(1, TRIES_TO_NOTE + 1):
        try:
            with transaction() as session:
                return note(session)
        except UNAVAILABLE:
            if tries == TRIES_TO_NOTE:
                raise
    raise AssertionError
