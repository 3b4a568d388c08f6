"""Those who get the newsletter: asked, confirmed, as they stand in the database."""

from __future__ import annotations

import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.newsletter.models import Subscription
from tests.following.conftest import HOME, Post
from tests.following.mailbox import confirm


def ask(post: Post, email: str = "ann@example.org", via: str = HOME, **fields: str) -> TestResponse:
    return post.client.post("/newsletter", data={"email": email, **fields}, headers={"X-Forwarded-For": via})


def subscribe(post: Post, email: str = "ann@example.org", via: str = HOME) -> Subscription:
    """Asks, and presses the button to which the letter leads."""
    assert ask(post, email, via).status_code == 303
    confirm(post.client, post.letters(email)[-1])
    return subscriptions(post)[-1]


def subscriptions(post: Post) -> list[Subscription]:
    return post.factory.ask(sa.select(Subscription).order_by(Subscription.id))


def stop_url(post: Post, subscription: Subscription) -> str:
    with post.app.app_context():
        return subscription.stop_url


def statuses(post: Post) -> list[str]:
    return [one.status.value for one in subscriptions(post)]
