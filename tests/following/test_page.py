"""The private page of an address, and what is done from it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.comments.models import Receipt
from app.core.jobs import Job
from app.core.tokens import token_hash
from app.following.models import Follow, Subscriber
from tests.conftest import BASE_URL, ON_SQLITE
from tests.factories import Factory
from tests.following.conftest import Author, Editors, Post
from tests.following.mailbox import confirm, page_in, stop_in, words
from tests.pages import Page

THREAD = "/articles/news"
STATE = "//*[@role='status']"


def texts(page: Page, section: str) -> list[str]:
    return page.texts(f"//section[@aria-labelledby='{section}']//li//p[1]")


def test_every_letter_leads_to_the_page_that_says_all_that_is_followed(
    post: Post, author: Author, editors: Editors
) -> None:
    first = post.follow(author.path, kind="decision")
    editors.decide(author, "publish")
    post.factory.article("other")
    post.ask("/articles/other")
    letters = post.letters(minutes=1)
    assert {page_in(letter) for letter in letters} == {page_in(first)}
    page = Page(post.client.get(page_in(first)))
    assert texts(page, "confirmed")[0] == "What an editor decides on your comment on “About news”"
    assert texts(page, "waiting") == ["All comments on “About other”"]


def test_a_letter_is_stopped_by_its_link_after_a_question_and_the_rest_goes_on(post: Post, news: int) -> None:
    post.follow(THREAD)
    post.factory.article("other")
    post.follow("/articles/other")
    post.publish(news, "One.")
    (letter,) = post.news(minutes=1)
    stop = stop_in(letter)
    asked = Page(post.client.get(stop))
    assert asked.texts("//main//button") == ["Stop the letters"]
    assert sum(bool(one.confirmed_at) for one in post.follows()) == 2
    stopped = Page(post.client.post(stop))
    assert stopped.text(STATE).startswith("Stopped 20 November 2026, 10:01, and no longer mailed to ann@example.org")
    assert post.client.post(stop).status_code == 200
    assert [bool(one.confirmed_at) for one in post.follows()] == [False, True]
    post.publish(news, "Two.")
    assert len(post.news(hours=1)) == 1


def test_a_mail_program_stops_one_thing_by_itself_and_its_link_does_nothing_else(post: Post, news: int) -> None:
    post.follow(THREAD)
    post.publish(news, "One.")
    (letter,) = post.news(minutes=1)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = str(letter["List-Unsubscribe"]).strip("<>")
    assert url == f"{BASE_URL}{stop_in(letter)}"
    token = url.split("/")[-2]
    assert token not in page_in(letter)
    one_click = {"List-Unsubscribe": "One-Click"}
    assert post.client.post(url.removeprefix(BASE_URL), data=one_click).status_code == 200
    assert [bool(one.confirmed_at) for one in post.follows()] == [False]
    assert post.client.post(f"/follows/1/{token}/confirm", data={"follow": "1"}).status_code == 404


def test_what_was_stopped_can_be_followed_again_from_then_on(post: Post, news: int) -> None:
    path = page_in(post.follow(THREAD))
    (follow,) = post.follows()
    with post.app.app_context():
        stop = follow.stop_path
    post.client.post(stop)
    post.publish(news, "Meanwhile.")
    post.letters(hours=1)
    assert post.client.post(f"{path}/confirm", data={"follow": str(follow.id)}).status_code == 303
    post.publish(news, "Afterwards.")
    (letter,) = post.news(minutes=1)
    assert "Afterwards." in words(letter)
    assert "Meanwhile." not in words(letter)


def test_another_thread_is_followed_from_the_page_without_a_letter_that_asks(post: Post, news: int) -> None:
    path = page_in(post.follow(THREAD))
    other = post.factory.article("other")
    page = Page(post.client.get(path))
    assert page.texts("//select/option") == ["About other"]
    assert post.client.post(f"{path}/threads", data={"article": str(other)}).status_code == 303
    assert post.client.post(f"{path}/threads", data={"article": str(other)}).status_code == 303
    for nowhere in ("999", "other", ""):
        assert post.client.post(f"{path}/threads", data={"article": nowhere}).status_code == 404
    assert len(post.letters()) == 1
    post.publish(other, "There.")
    assert "There." in words(post.news(minutes=1)[0])


def test_an_address_that_is_not_confirmed_adds_nothing_by_itself(post: Post, news: int) -> None:
    other = post.factory.article("other")
    post.ask(THREAD)
    path = page_in(post.letters()[-1])
    assert "Follow another" not in Page(post.client.get(path)).text()
    assert post.client.post(f"{path}/threads", data={"article": str(other)}).status_code == 404
    assert len(post.follows()) == 1


def test_nobody_confirms_what_another_address_waits_for(post: Post, news: int) -> None:
    path = page_in(post.follow(THREAD))
    post.ask(THREAD, "bob@example.org")
    _own, bobs = post.follows()
    for wrong in (str(bobs.id), "", "x", "9" * 30):
        post.client.post(f"{path}/confirm", data={"follow": wrong})
    assert [bool(one.confirmed_at) for one in post.follows()] == [True, False]


def test_all_is_stopped_or_the_address_erased_after_a_question(post: Post, news: int) -> None:
    path = page_in(post.follow(THREAD))
    assert Page(post.client.get(f"{path}/end")).texts("//main//button") == ["Stop all letters", "Erase the address"]
    post.client.post(f"{path}/end")
    assert Page(post.client.get(path)).text(STATE) == "We mail nothing to this address."
    post.client.post(f"{path}/end", data={"erase": "1"})
    page = Page(post.client.get(path))
    assert page.text(STATE) == "The address is erased, with all that it followed."
    assert "ann@example.org" not in page.text()
    assert post.follows() == []
    assert post.factory.ask(sa.select(Subscriber.email)) == [None]
    post.letters(days=2)
    assert post.factory.ask(sa.select(Subscriber)) == []
    assert post.client.get(path).status_code == 404


def test_erasing_takes_back_letters_that_have_not_left(post: Post, news: int) -> None:
    path = page_in(post.follow(THREAD))
    post.office.answers["ann@example.org"] = "450 later"
    post.publish(news, "One.")
    post.letters(minutes=1)
    post.client.post(f"{path}/end", data={"erase": "1"})
    assert [job for job in post.factory.ask(sa.select(Job)) if "ann@example.org" in str(job.payload)] == []


def test_what_was_stopped_is_forgotten_after_thirty_days(post: Post, news: int) -> None:
    path = page_in(post.follow(THREAD))
    post.letters(days=40)
    post.client.post(f"{path}/end")
    post.letters(days=29)
    assert len(post.follows()) == 1
    post.letters(days=2)
    assert post.factory.ask(sa.select(Follow)) == post.factory.ask(sa.select(Subscriber)) == []


def test_the_receipts_address_is_mailed_once_after_confirming(post: Post, author: Author) -> None:
    confirmation = post.follow(author.path, kind="receipt")
    (_first, letter) = post.letters()
    assert letter["Subject"] == "The private page of your comment on “About news”"
    assert letter["References"] == confirmation["References"]
    (token,) = [line.rpartition("/")[2] for line in words(letter).splitlines() if "/receipts/" in line]
    assert token != author.token
    assert author.client.get(f"/receipts/{token}").status_code == 200
    assert author.client.get(author.path).status_code == 200
    assert token_hash(token) in post.factory.ask(sa.select(Receipt.token_hash))
    assert post.factory.ask(sa.select(Job).where(Job.kind == "mail")) == []
    assert post.follows() == []
    confirm(post.client, confirmation)
    assert len(post.letters(hours=1)) == 2


def test_the_receipts_address_goes_to_nobody_who_has_not_confirmed(post: Post, author: Author) -> None:
    post.ask(author.path, "eve@example.org", kind="receipt")
    assert [letter["Subject"] for letter in post.letters("eve@example.org", days=2)] == [
        "Please confirm: mail about “About news”"
    ]


@ON_SQLITE
def test_the_thread_links_to_a_page_that_is_the_same_for_everyone(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    assert Page(client.get(THREAD)).link("//a[.='Follow by mail']") == f"{THREAD}/follow"
    page = client.get(f"{THREAD}/follow")
    assert page.status_code == 200
    assert page.headers["ETag"]
    assert "Set-Cookie" not in page.headers
