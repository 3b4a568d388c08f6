"""What is erased stands in no letter any more that has not left."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.core.jobs import Job
from app.mail.posting import GIVEN_UP
from tests.conftest import FrozenClock
from tests.factories import send_form
from tests.following.conftest import Post

REFUSED = "550 5.1.1 no such person"


def letters(post: Post) -> str:
    return "".join(str(job.payload) for job in post.factory.ask(sa.select(Job).where(Job.kind == GIVEN_UP)))


def test_letters_that_could_not_be_delivered_keep_neither_the_words_nor_the_name_of_what_is_erased(
    post: Post, news: int, browser: FlaskClient, frozen_clock: FrozenClock
) -> None:
    send_form(browser, "/admin/account/digest", {"hours": "12"})
    post.follow("/articles/news")
    comment, token = post.factory.comment(news, "A zeugma of mine.", author="Xanthippe", email="xan@example.org")
    post.ask(f"/receipts/{token}", email="xan@example.org", kind="replies")
    post.office.answers |= dict.fromkeys(["ann@example.org", "edith@example.org", "xan@example.org"], REFUSED)
    frozen_clock.advance(hours=2)
    post.work()
    post.factory.decide(post.edith, comment, "publish")
    post.publish(news, "An answer.", parent_id=comment)
    post.publish(news, "Another comment.")
    post.letters(hours=3)
    kept = letters(post)
    assert all(words in kept for words in ("zeugma", "Xanthippe", "xan@example.org"))
    assert "edith@example.org" in kept
    assert post.client.post(f"/receipts/{token}/erase").status_code == 303
    kept = letters(post)
    assert [words for words in ("zeugma", "Xanthippe", "xan@example.org") if words in kept] == []
    assert "Another comment." in kept
