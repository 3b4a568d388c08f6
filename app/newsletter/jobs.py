"""What is done about the newsletter in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.core.db import transaction
from app.core.jobs import JobKind
from app.newsletter import handing_over, importing, sending, subscribing
from app.newsletter.refreshing import ISSUES_SHOWN


def _forget(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        subscribing.forget(session)
        importing.forget(session)


def _read(payload: Mapping[str, int]) -> None:
    importing.read(payload["import"])


def _take(payload: Mapping[str, int]) -> None:
    importing.take_some(payload["import"])


def _send_issue(payload: Mapping[str, int]) -> None:
    handing_over.step(payload["issue"])


REFRESH = ISSUES_SHOWN.job
READ_IMPORT = JobKind(importing.READ, _read)
TAKE_IMPORT = JobKind(importing.TAKE, _take)
SEND_ISSUE = JobKind(sending.SEND, _send_issue, lease=handing_over.LEASE)
FORGET_SUBSCRIPTIONS = JobKind("forget unconfirmed subscriptions", _forget, every=timedelta(hours=1))
