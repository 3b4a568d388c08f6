"""Asking for the newsletter, and leaving it."""

from __future__ import annotations

import json

import sqlalchemy as sa

from app.core.jobs import Job
from app.following.asking import UNANSWERED_LETTERS
from app.following.models import Subscriber
from app.mail.posting import MAIL
from tests.conftest import ON_SQLITE
from tests.following.conftest import Post
from tests.following.mailbox import confirm, page_in, words
from tests.newsletter.readers import ask, statuses, stop_url, subscribe, subscriptions
from tests.pages import Page

PROBLEM = "//div[@class='summary'][@role='alert']"


def test_one_letter_asks_and_only_the_button_behind_it_subscribes(post: Post) -> None:
    answer = ask(post)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/follows/asked")
    (letter,) = post.letters()
    assert letter["Subject"] == "Please confirm: the newsletter of Broadsheet"
    assert "Someone, we hope you, asked us to mail our newsletter here." in words(letter)
    page = Page(post.client.get(page_in(letter)))
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert "The newsletter" in page.text("//section[@aria-labelledby='waiting']")
    assert statuses(post) == ["pending"]
    done = Page(confirm(post.client, letter))
    assert "The newsletter Confirmed 20 November 2026, 10:00" in done.text("//section[@aria-labelledby='confirmed']")
    assert statuses(post) == ["confirmed"]


def test_the_link_in_an_issue_stops_it_with_one_post_and_the_page_brings_it_back(post: Post) -> None:
    subscription = subscribe(post)
    url = stop_url(post, subscription)
    assert "stop the letters" in Page(post.client.get(url)).text("//main//form").lower()
    assert statuses(post) == ["confirmed"]
    answer = post.app.test_client().post(url, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert statuses(post) == ["unsubscribed"]
    page = page_in(post.office.letters[0])
    stopped = Page(post.client.get(page)).find("//section[@aria-labelledby='stopped']//button")
    post.client.post(f"{page}/confirm", data={"follow": stopped[0].get("value")})
    assert statuses(post) == ["confirmed"]
    assert subscriptions(post)[0].ended_at is None


@ON_SQLITE
def test_what_proves_the_consent_is_kept(post: Post) -> None:
    post.factory.article("news")
    form = Page(post.client.get("/articles/news"))
    sentence = form.text("//section[@aria-labelledby='newsletter']//p[1]")
    assert ask(post, article=form.field("article")).headers["Location"] == "/follows/asked?article=news"
    (letter,) = post.letters(hours=2)
    confirm(post.client, letter)
    (kept,) = subscriptions(post)
    assert (kept.source, kept.asked_on, kept.wording) == ("form", "/articles/news", sentence)
    assert (f"{kept.asked_at:%H:%M}", f"{kept.confirmed_at:%H:%M}") == ("10:00", "12:00")


@ON_SQLITE
def test_whoever_follows_a_thread_adds_the_newsletter_on_the_same_page(post: Post) -> None:
    post.factory.article("news")
    page = page_in(post.follow("/articles/news"))
    assert Page(post.client.get(page)).find("//section[@aria-labelledby='newsletter']")
    assert post.client.post(f"{page}/newsletter").status_code == 303
    assert statuses(post) == ["confirmed"]
    assert not Page(post.client.get(page)).find("//section[@aria-labelledby='newsletter']")
    post.client.post(f"{page}/newsletter")
    assert statuses(post) == ["confirmed"]
    assert post.client.post(f"{page[:-1]}x/newsletter").status_code == 404


@ON_SQLITE
def test_the_answer_is_the_same_whether_or_not_the_address_is_known(post: Post) -> None:
    new = ask(post, "new@example.org")
    subscribe(post)
    known = ask(post, via="203.0.113.8")
    assert (new.status_code, new.headers["Location"], new.data) == (
        known.status_code,
        known.headers["Location"],
        known.data,
    )
    assert len(post.letters()) == 1


@ON_SQLITE
def test_what_is_no_address_comes_back_as_it_was_typed(post: Post) -> None:
    page = Page(ask(post, "nonsense", article="news"))
    assert (page.answer.status_code, page.field("email"), page.field("article")) == (422, "nonsense", "news")
    assert page.error_at("email").startswith("That is not an e-mail address we can write to.")
    assert ask(post, "nonsense", article="../x").status_code == 422


@ON_SQLITE
def test_a_program_that_fills_in_what_nobody_sees_is_answered_and_nothing_is_done(post: Post) -> None:
    post.factory.article("news")
    answer = ask(post, website="https://example.com")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/follows/asked")
    assert post.ask("/articles/news", website="https://example.com").status_code == 303
    assert (post.letters(), post.follows(), subscriptions(post)) == ([], [], [])


@ON_SQLITE
def test_another_site_cannot_ask(post: Post) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert post.client.post("/newsletter", data={"email": "ann@example.org"}, headers=headers).status_code == 403
    assert subscriptions(post) == []


@ON_SQLITE
def test_the_site_writes_to_so_many_strangers_in_an_hour_and_to_no_more(post: Post) -> None:
    for number in range(UNANSWERED_LETTERS):
        assert ask(post, f"reader{number}@example.org", f"198.51.100.{number}").status_code == 303
    refused = Page(ask(post, "one-more@example.org", "203.0.113.8"))
    assert (refused.answer.status_code, refused.answer.headers["Retry-After"]) == (429, "3600")
    assert refused.text(PROBLEM) == (
        "So many people ask for mail that we write to no more for now. Ask again after 20 November 2026, 11:01."
    )
    assert refused.field("email") == "one-more@example.org"
    assert len(post.factory.ask(sa.select(Job.id).where(Job.kind == MAIL))) == UNANSWERED_LETTERS
    first = post.follows()[0]
    with post.app.app_context():
        page = first.subscriber.path
    post.client.post(f"{page}/confirm", data={"follow": first.id})
    assert ask(post, "one-more@example.org", "203.0.113.8").status_code == 303
    assert ask(post, "two-more@example.org", "203.0.113.9").status_code == 429
    post.clock.advance(hours=1)
    assert ask(post, "two-more@example.org", "203.0.113.9").status_code == 303


def test_what_nobody_confirms_is_forgotten_and_who_has_left_stays_known_by_a_hash_alone(post: Post) -> None:
    ask(post, "ben@example.org")
    subscription = subscribe(post)
    post.client.post(stop_url(post, subscription))
    post.letters(days=20)
    ask(post)
    assert statuses(post) == ["pending", "unsubscribed"]
    post.letters(days=11)
    post.letters(hours=1)
    assert statuses(post) == ["unsubscribed"]
    post.letters(days=20)
    assert statuses(post) == ["unsubscribed"]
    assert subscriptions(post)[0].email is None
    assert post.factory.ask(sa.select(Subscriber)) == []


@ON_SQLITE
def test_a_reader_downloads_all_that_is_kept_and_has_it_erased(post: Post) -> None:
    subscribe(post)
    page = page_in(post.office.letters[0])
    answer = post.client.get(f"{page}/download")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")
    kept = json.loads(answer.data)
    assert kept["email"] == "ann@example.org"
    assert [one["what"] for one in kept["follows"]] == ["newsletter"]
    assert (kept["newsletter"]["status"], kept["newsletter"]["asked_on"]) == ("confirmed", "/newsletter")
    post.client.post(f"{page}/end", data={"erase": "1"})
    assert statuses(post) == ["unsubscribed"]
    assert (subscriptions(post)[0].email, post.follows()) == (None, [])
    again = json.loads(post.client.get(f"{page}/download").data)
    assert (again["email"], again["follows"], again["newsletter"]["status"]) == (None, [], "unsubscribed")
