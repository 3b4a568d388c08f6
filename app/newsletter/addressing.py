"""An issue as a letter: rendered once, and then addressed to each subscriber."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.articles.queries import Listing
from app.core.markup_letters import letter_html, letter_text
from app.core.web import settings
from app.mail.letters import Letter
from app.mail.rendering import render_letter
from app.newsletter.bounces import envelope_sender
from app.newsletter.models import Subscription

STOP_PLACE, PAGE_PLACE = "\ufdd0stop\ufdd0", "\ufdd0page\ufdd0"
"""Where each reader's own two links will stand. U+FDD0 is no character, and `normalise` leaves none in any text."""

LIST = "newsletter"


@dataclass(frozen=True)
class Edition:
    """What all letters of an issue say, but for the reader's own links."""

    subject: str
    text: str
    html: str

    def addressed(self, stop_url: str, page_url: str) -> tuple[str, str]:
        """Its text and its HTML with the links."""

        def put(said: str) -> str:
            return said.replace(STOP_PLACE, stop_url).replace(PAGE_PLACE, page_url)

        return put(self.text), put(self.html)


def render_issue(
    *,
    subject: str,
    preheader: str,
    html: str,
    articles: Sequence[Listing],
    date: datetime,
    web_url: str | None = None,
) -> Edition:
    """`html` is what was made of the issue's Markdown; `web_url` is where it will stand for all."""
    base_url = settings().base_url
    text, page = render_letter(
        "newsletter/issue_letter.html",
        subject=subject,
        preheader=preheader,
        letter_html=letter_html(html, base_url),
        text=letter_text(html, base_url),
        articles=articles,
        date=date,
        base_url=base_url,
        web_url=web_url,
        postal_address=settings().postal_address,
        unsubscribe_url=STOP_PLACE,
        preferences_url=PAGE_PLACE,
    )
    return Edition(subject, text, page)


def letter_to(subscription: Subscription, issue_id: int, edition: Edition, began_at: datetime) -> Letter:
    """The same to the same subscriber however often it is written, its Message-ID and date included."""
    assert subscription.follow is not None
    text, html = edition.addressed(subscription.stop_url, subscription.page_url)
    return Letter(
        to=subscription.email or "",
        subject=edition.subject,
        text=text,
        html=html,
        key=subscription.follow.subscriber.letter_key("issue", issue_id),
        stop_url=subscription.stop_url,
        list_name=LIST,
        returns_to=envelope_sender(subscription),
        written_at=began_at,
    )
