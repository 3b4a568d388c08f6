"""What is done about letters in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.core.db import transaction
from app.core.jobs import JobKind
from app.mail.events import letter_leaving
from app.mail.letters import Letter
from app.mail.posting import MAIL, deliver, forget_given_up


def _deliver(payload: Mapping[str, Any]) -> None:
    letter = Letter.from_payload(payload)
    if all(may_leave for _receiver, may_leave in letter_leaving.send(letter)):
        deliver(letter)


def _forget_letters(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        forget_given_up(session)


# A conversation with the mail server ends after 40 seconds, whatever it does.
DELIVER = JobKind(MAIL, _deliver, lease=timedelta(minutes=1))
FORGET_LETTERS = JobKind("forget letters given up", _forget_letters, every=timedelta(hours=1))
