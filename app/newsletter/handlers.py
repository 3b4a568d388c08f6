"""What is done when whoever reads mail at an address has decided, an article is live, or images change."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.articles.events import ArticleAnnounced, ArticlePassedOver
from app.following.downloads import as_text
from app.following.events import AddressDownloaded, FollowConfirmed, FollowStopped
from app.following.models import FollowKind
from app.media.events import ImageLeaving, Use, VariantsMade
from app.newsletter import sending, subscribing
from app.newsletter.refreshing import ISSUES_SHOWN, issues_showing


def send_with(event: ArticleAnnounced) -> None:
    sending.send_with_article(event.session, event.article.id)


def wait_no_longer(event: ArticlePassedOver) -> None:
    sending.wait_no_longer(event.session, event.article.id)


def show_variants(event: VariantsMade) -> None:
    ISSUES_SHOWN.refresh_all_with(event.session, event.image)


def tell_uses(event: ImageLeaving) -> list[Use]:
    return [
        Use(issue.subject, url_for("issues.issue", issue_id=issue.id))
        for issue in issues_showing(event.session, event.image)
    ]


def confirm(event: FollowConfirmed) -> None:
    if event.follow.kind is FollowKind.NEWSLETTER:
        subscribing.confirmed(event.session, event.follow)


def stop(event: FollowStopped) -> None:
    if event.follow.kind is FollowKind.NEWSLETTER:
        subscribing.stopped(event.session, event.follow)


def kept_of(event: AddressDownloaded) -> dict[str, Any]:
    subscription = subscribing.of_address(event.session, event.subscriber.email_hash)
    if subscription is None:
        return {}
    return {
        "newsletter": {
            "status": subscription.status,
            "asked_at": as_text(subscription.asked_at),
            "asked_on": subscription.asked_on,
            "agreed_to": subscription.wording,
            "source": subscription.source,
            "confirmed_at": as_text(subscription.confirmed_at),
            "ended_at": as_text(subscription.ended_at),
            "soft_bounces": subscription.soft_bounces,
        }
    }
