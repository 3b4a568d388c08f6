"""Subscribers, and issues that are on their way to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage

import sqlalchemy as sa
from flask import Flask

from app.accounts.queries import Identity
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import Job
from app.core.markup import article_html
from app.core.tokens import keyed_hash, token_hash
from app.following.models import Follow, FollowKind, Subscriber
from app.newsletter import composing, scheduling
from app.newsletter.composing import IssueContent
from app.newsletter.models import Issue, Source, Status, Subscription


def subscribers(app: Flask, addresses: Iterable[str]) -> None:
    """Addresses that confirmed a day ago."""
    with app.app_context(), transaction() as session:
        at = clock.now() - timedelta(days=1)
        for email in addresses:
            email_hash = keyed_hash("followed by", email)
            subscriber = Subscriber(email=email, email_hash=email_hash, created_at=at, confirmed_at=at, letters=0)
            follow = Follow(subscriber=subscriber, kind=FollowKind.NEWSLETTER, created_at=at, confirmed_at=at)
            follow.token_hash = token_hash(follow.token)
            session.add(
                Subscription(
                    follow=follow,
                    email_hash=email_hash,
                    status=Status.CONFIRMED,
                    asked_at=at,
                    confirmed_at=at,
                    source=Source.FORM,
                    asked_on="/newsletter",
                    wording="Yes.",
                    soft_bounces=0,
                )
            )


def draft(app: Flask, editor: Identity, source: str = "Dear *reader*.\n", **fields: object) -> int:
    """An issue that is written. Returns its id."""
    given = {"subject": "The week in courts", "preheader": "", "articles": [], **fields}
    content = IssueContent(source=source, html=article_html(source), **given)  # type: ignore[arg-type]
    with app.app_context(), transaction() as session:
        return composing.create(session, editor, content).id


def send(app: Flask, editor: Identity, issue_id: int) -> None:
    with app.app_context(), transaction() as session:
        scheduling.send_now(session, editor, issue_id)


def issue_of(app: Flask, issue_id: int) -> Issue:
    with app.app_context():
        return db.session.get_one(Issue, issue_id)


def subscription_of(app: Flask, email: str) -> Subscription:
    with app.app_context():
        its = sa.select(Subscription).join(Follow).join(Subscriber).where(Subscriber.email == email)
        return db.session.scalars(its).one()


def links_of(app: Flask, email: str) -> tuple[str, str]:
    """The two that each letter holds for its reader alone: to leave, and to the private page."""
    with app.app_context():
        subscription = subscription_of(app, email)
        return subscription.stop_url, subscription.page_url


def job_of(app: Flask, issue_id: int) -> Job | None:
    with app.app_context():
        return db.session.scalar(sa.select(Job).where(Job.key == f"issue {issue_id}"))


def went_to(letters: Iterable[EmailMessage]) -> list[str]:
    return [str(one["To"]) for one in letters]
