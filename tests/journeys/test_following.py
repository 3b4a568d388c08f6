"""Following by mail: asked for on a page, confirmed and stopped by the links in real letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.queries import Identity
from app.comments.models import Comment
from app.core import clock
from app.core.db import transaction
from app.core.jobs import Job
from app.following.announcing import ANNOUNCE, TELL_NEWS
from app.receipts.telling import TELL
from tests.factories import Factory
from tests.following.mailbox import page_in, stop_in, words
from tests.journeys.conftest import Visitor
from tests.mail.conftest import PostOffice, office
from tests.serving.site import ServedSite, wait_until

__all__ = ["office"]


@dataclass
class Paper:
    """A served site that posts its letters to a mail server."""

    site: ServedSite
    office: PostOffice
    factory: Factory
    editor: Identity

    def letter(self, number: int) -> EmailMessage:
        """The letter of that number, as soon as it has come."""
        wait_until(lambda: len(self.office.letters) >= number, "no letter has come")
        return self.office.letters[number - 1]

    def a_minute_passes(self) -> None:
        """All that waits for those who follow was published, or decided, more than a minute ago."""
        with self.factory.app.app_context(), transaction() as session:
            earlier = clock.now() - timedelta(minutes=2)
            session.execute(sa.update(Comment).where(Comment.published_at.is_not(None)).values(published_at=earlier))
            later = sa.update(Job).where(Job.kind.in_([ANNOUNCE, TELL_NEWS, TELL]))
            session.execute(later.values(run_at=clock.now()))


@pytest.fixture
def paper(tmp_path: Path, office: PostOffice) -> Iterator[Paper]:
    smtp_url = f"smtp://127.0.0.1:{office.port}"
    with ServedSite(tmp_path / "instance", TRUSTED_PROXIES="1", SMTP_URL=smtp_url) as site, site.factory() as factory:
        yield Paper(site, office, factory, factory.editor())


@pytest.fixture
def reader(visit: Callable[..., Visitor], paper: Paper, javascript: bool) -> Iterator[Page]:
    visitor = visit(paper.site, javascript)
    yield visitor.page
    assert visitor.context.cookies() == []


def test_replies_are_followed_from_the_receipt_read_in_a_letter_and_stopped(paper: Paper, reader: Page) -> None:
    article = paper.factory.article("news")
    comment, token = paper.factory.comment(article, "A point.", email="ann@example.org")
    reader.goto(f"/receipts/{token}")
    expect(reader.get_by_label("E-mail")).to_have_value("ann@example.org")
    expect(reader.get_by_label("That, and replies to it")).to_be_checked()
    reader.get_by_role("button", name="Ask for mail").click()
    expect(reader.get_by_text("Waits to be confirmed by the link in the letter to ann@example.org")).to_be_visible()

    reader.goto(page_in(paper.letter(1)))
    reader.get_by_role("button", name="Confirm").click()
    expect(reader.get_by_role("heading", name="Mailed to you")).to_be_visible()
    paper.factory.decide(paper.editor, comment, "publish")
    paper.a_minute_passes()
    assert paper.letter(2)["Subject"] == "Published: your comment on “About news”"

    reply = paper.factory.published(article, "I agree.", parent_id=comment, author="Bob", editor=paper.editor)
    paper.a_minute_passes()
    letter = paper.letter(3)
    assert letter["References"].split()[0] == paper.letter(2)["References"]
    reader.goto("about:blank")
    reader.set_content(words(letter, "html"))
    reader.get_by_role("link", name="Read it in its place").click()
    expect(reader.locator(f"#comment-{reply}")).to_contain_text("I agree.")

    reader.goto(stop_in(letter))
    reader.get_by_role("button", name="Stop the letters").click()
    expect(reader.get_by_role("status")).to_contain_text("no longer mailed to ann@example.org")
    reader.goto(page_in(letter))
    reader.get_by_role("link", name="Stop all letters, or erase the address").click()
    reader.get_by_role("button", name="Erase the address").click()
    expect(reader.get_by_role("status")).to_contain_text("The address is erased")


def test_a_thread_is_followed_from_the_articles_page_and_another_without_asking_again(
    paper: Paper, reader: Page
) -> None:
    article = paper.factory.article("news")
    paper.factory.article("other")
    reader.goto("/articles/news")
    reader.get_by_role("link", name="Follow by mail").click()
    reader.get_by_role("button", name="Ask for mail").click()
    expect(reader.get_by_role("alert")).to_contain_text("Give an e-mail address.")
    reader.get_by_label("E-mail").fill("ann@example.org")
    reader.get_by_role("button", name="Ask for mail").click()
    expect(reader.get_by_role("heading", name="Look into your mail")).to_be_visible()

    reader.goto(page_in(paper.letter(1)))
    reader.get_by_role("button", name="Confirm").click()
    reader.get_by_label("All comments on").select_option("About other")
    reader.get_by_role("button", name="Follow", exact=True).click()
    expect(reader.get_by_role("link", name="All comments on “About other”")).to_be_visible()

    for number in range(3):
        paper.factory.published(article, f"Letter {number}.", author="Bob", editor=paper.editor)
    paper.a_minute_passes()
    assert words(paper.letter(2)).startswith("3 new comments on “About news”.")
