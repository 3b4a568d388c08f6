"""What an editor can know of the mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.config import MailServer
from app.core import clock
from app.core.jobs import Job
from app.core.web import settings
from app.mail.letters import Letter
from app.mail.posting import GIVEN_UP, MAIL

SHOWN = 50
"""Letters given up that one page shows, the last ones first."""


@dataclass(frozen=True)
class Waiting:
    """Letters that should have left by now. Without an error none of them has been tried yet."""

    count: int
    since: datetime
    next_try: datetime
    error: str | None


@dataclass(frozen=True)
class GivenUp:
    id: int
    letter: Letter
    at: datetime
    error: str


@dataclass(frozen=True)
class MailState:
    server: MailServer | None
    waiting: Waiting | None
    given_up: int


def mail_state(session: Session) -> MailState:
    given_up = session.scalar(sa.select(sa.func.count()).where(Job.kind == GIVEN_UP))
    return MailState(settings().mail_server, _waiting(session), given_up or 0)


def letters_given_up(session: Session) -> list[GivenUp]:
    last = sa.select(Job).where(Job.kind == GIVEN_UP).order_by(Job.run_at.desc(), Job.id.desc()).limit(SHOWN)
    return [
        GivenUp(job.id, Letter.from_payload(job.payload), job.run_at, job.error or "") for job in session.scalars(last)
    ]


def _waiting(session: Session) -> Waiting | None:
    late = sa.and_(Job.kind == MAIL, sa.or_(Job.attempts > 0, Job.run_at <= clock.now()))
    count, next_try = session.execute(sa.select(sa.func.count(), sa.func.min(Job.run_at)).where(late)).one()
    if not count:
        return None
    oldest = session.scalars(sa.select(Job.payload).where(late).order_by(Job.id).limit(1)).one()
    tried = sa.select(Job.error).where(late, Job.error.is_not(None)).order_by(Job.run_at.desc(), Job.id.desc())
    return Waiting(count, Letter.from_payload(oldest).written_at, next_try, session.scalar(tried.limit(1)))
