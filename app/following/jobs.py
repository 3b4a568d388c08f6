"""What is done about those who follow in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.core.db import transaction
from app.core.jobs import JobKind
from app.following import announcing, confirming, telling


def _announce(payload: Mapping[str, int]) -> None:
    """In steps, so that no reader waits; one that is killed is followed by another, which has nobody told twice."""
    with transaction() as session:
        number = announcing.announce(session, payload["comment"])
    last = 0 if number else None
    while number is not None and last is not None:
        with transaction() as session:
            last = announcing.spread(session, number, last)


def _tell_news(payload: Mapping[str, int]) -> None:
    with transaction() as session:
        telling.tell_news(session, payload["follow"])


def _mail_receipt(payload: Mapping[str, int]) -> None:
    with transaction() as session:
        telling.mail_receipt(session, payload["follow"])


def _forget_follows(payload: Mapping[str, object]) -> None:
    with transaction() as session:
        confirming.forget(session)


ANNOUNCE = JobKind(announcing.ANNOUNCE, _announce)
TELL_NEWS = JobKind(announcing.TELL_NEWS, _tell_news)
MAIL_RECEIPT = JobKind(confirming.MAIL_RECEIPT, _mail_receipt)
FORGET_FOLLOWS = JobKind("forget unconfirmed follows", _forget_follows, every=timedelta(hours=1))
