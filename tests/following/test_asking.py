"""Asking for mail, and how often a letter asks back."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.following.models import Follow, Subscriber
from tests.conftest import BASE_URL, ON_SQLITE
from tests.following.conftest import HOME, Author, Editors, Post
from tests.following.mailbox import confirm, page_in, words
from tests.pages import Page

PROBLEM = "//div[@class='summary'][@role='alert']"
STATE = "//*[@role='status']"
THREAD = "/articles/news"


def test_the_receipts_form_holds_the_address_that_came_with_the_comment(author: Author) -> None:
    page = author.receipt()
    assert page.field("email") == "ann@example.org"
    assert page.texts("//fieldset[@id='kind']/label") == [
        "What an editor decides on it",
        "That, and replies to it",
        "That, and all other comments on the article",
        "The private address of this page, once",
    ]


@pytest.mark.parametrize("kind", ["decision", "replies", "thread", "receipt"])
@ON_SQLITE
def test_the_one_letter_before_confirming_holds_nothing_that_a_reader_wrote(
    post: Post, author: Author, kind: str
) -> None:
    assert post.ask(author.path, kind=kind).headers["Location"] == f"{author.path}#mail"
    (letter,) = post.letters()
    assert letter["Subject"] == "Please confirm: mail about “About news”"
    assert words(letter).startswith("Someone, we hope you, asked us to mail here ")
    assert "Confirm, or do nothing and we won’t mail it." in words(letter)
    assert not re.search("Ann Reader|sound point|receipts", letter.as_string())


def test_opening_the_link_asks_and_only_the_button_confirms(post: Post, author: Author) -> None:
    post.ask(author.path, kind="replies")
    (letter,) = post.letters()
    path = page_in(letter)
    page = Page(post.client.get(path))
    assert page.text(STATE).startswith("Someone, we hope you, asked us to mail you what stands below.")
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.answer.headers["X-Robots-Tag"]
    assert [one.confirmed_at for one in post.follows()] == [None]
    done = Page(confirm(post.client, letter))
    assert "Confirmed 20 November 2026, 10:00" in done.text("//section[@aria-labelledby='confirmed']")
    assert [bool(one.confirmed_at) for one in post.follows()] == [True]
    assert "Confirmed 20 November 2026, 10:00, and mailed to ann@example.org" in author.receipt().text(
        "//section[@aria-labelledby='mail']"
    )


def test_a_wrong_private_link_leads_nowhere(post: Post, author: Author) -> None:
    post.ask(author.path, kind="replies")
    path = page_in(post.letters()[-1])
    number, _slash, token = path.removeprefix("/follows/").partition("/")
    for wrong in (f"/follows/{number}/{'x' * 22}", f"/follows/{int(number) + 1}/{token}"):
        assert post.client.get(wrong).status_code == 404
        for act in ("confirm", "threads", "end"):
            assert post.client.post(f"{wrong}/{act}", data={"follow": "1", "article": "news"}).status_code == 404
    assert post.client.post(f"/follows/{'x' * 22}/stop").status_code == 404


def test_an_address_gets_one_letter_a_day_however_it_is_written_and_it_confirms_all(
    post: Post, author: Author, news: int
) -> None:
    post.ask(author.path, kind="replies")
    for via, email in [("203.0.113.8", "ANN@example.org"), ("203.0.113.9", "ann@EXAMPLE.org ")]:
        answer = post.ask(THREAD, email, via=via)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/follows/asked?article=news")
    assert len(post.letters("ann@example.org", hours=23)) == len(post.office.letters) == 1
    confirm(post.client, post.office.letters[0])
    assert [bool(one.confirmed_at) for one in post.follows()] == [True, True]


@ON_SQLITE
def test_a_domain_written_in_two_ways_is_one_address(post: Post, news: int) -> None:
    for via, email in [(HOME, "ann@bücher.example"), ("203.0.113.8", "Ann@XN--bcher-kva.example")]:
        assert post.ask(THREAD, email, via=via).status_code == 303
    post.work()
    assert len(post.office.letters) == 1


def test_the_next_letter_may_go_a_day_after_the_first(post: Post, author: Author) -> None:
    post.ask(author.path, kind="replies")
    for hours, letters in [(0, 1), (23, 1), (1, 2)]:
        post.letters(hours=hours)
        post.ask(author.path, kind="replies")
        assert len(post.letters()) == letters
    assert len(post.follows()) == 1


def test_erasing_the_address_does_not_bring_another_letter_on_the_same_day(post: Post, author: Author) -> None:
    post.ask(author.path, kind="replies")
    path = page_in(post.letters()[-1])
    post.client.post(f"{path}/end", data={"erase": "1"})
    assert post.ask(author.path, kind="replies").status_code == 303
    assert len(post.letters()) == 1
    assert post.client.get(path).status_code == 200


def test_one_sender_asks_for_five_things_a_day(post: Post, author: Author) -> None:
    for number in range(5):
        assert post.ask(author.path, f"reader{number}@example.org", kind="replies").status_code == 303
    for path in (author.path, THREAD):
        page = Page(post.ask(path, "reader5@example.org", kind="replies"))
        assert (page.answer.status_code, page.answer.headers["Retry-After"]) == (429, str(24 * 3600))
        assert page.text(PROBLEM) == (
            "That is as much mail as can be asked for in a day. Ask again after 21 November 2026, 10:01."
        )
        assert page.field("email") == "reader5@example.org"
    assert post.ask(THREAD, "reader5@example.org", via="203.0.113.8").status_code == 303
    post.letters(days=1)
    assert len(post.office.letters) == 6
    assert post.ask(author.path, "reader6@example.org", kind="replies").status_code == 303


def test_a_stranger_who_knows_a_confirmed_address_has_it_asked_five_times_a_day_and_no_more(
    post: Post, author: Author
) -> None:
    post.follow(author.path, kind="replies")
    for number in range(8):
        post.factory.article(f"other-{number}")
        assert post.ask(f"/articles/other-{number}", via=f"203.0.113.{number + 20}").status_code == 303
    letters = post.letters()
    assert [letter["Subject"].partition(":")[0] for letter in letters] == ["Please confirm"] * 5
    article = post.factory.article("other-1")
    post.publish(article, "Bought words.")
    assert post.news(minutes=5) == []


def test_who_asks_learns_nothing_of_an_address(post: Post, author: Author) -> None:
    first = post.ask(THREAD, "new@example.org")
    post.follow(author.path, kind="replies")
    second = post.ask(THREAD, "ann@example.org", via="203.0.113.9")
    post.follow(THREAD, "known@example.org")
    third = post.ask(THREAD, "known@example.org", via="203.0.113.10")
    assert {(one.status_code, one.headers["Location"]) for one in (first, second, third)} == {
        (303, "/follows/asked?article=news")
    }
    page = Page(post.client.get("/follows/asked?article=news"))
    assert page.text(STATE).startswith("Nothing is mailed yet")
    assert "Set-Cookie" not in page.answer.headers


def test_asking_again_for_what_is_confirmed_sends_nothing(post: Post, author: Author) -> None:
    post.follow(author.path, kind="replies")
    post.letters(days=2)
    assert post.ask(author.path, kind="replies").status_code == 303
    assert len(post.letters()) == 1


def test_an_address_that_was_not_confirmed_hears_nothing_more_and_is_forgotten(
    post: Post, author: Author, editors: Editors
) -> None:
    post.ask(author.path, kind="thread")
    editors.decide(author, "publish")
    post.publish(1, "Another.", parent_id=author.id)
    assert len(post.letters(minutes=20)) == 1
    post.letters(days=31)
    assert post.follows() == []
    assert post.factory.ask(sa.select(Subscriber)) == []


@ON_SQLITE
def test_what_is_no_address_comes_back(post: Post, author: Author) -> None:
    for email, complaint in [
        ("", "Give an e-mail address."),
        ("nonsense", "That is not an e-mail address we can write to. It looks like name@example.org."),
        ("a@example.org\r\nBcc: b@example.org", "That is not an e-mail address we can write to."),
        ("a@example.org,b@example.org", "That is not an e-mail address we can write to."),
        ("Ann <ann@example.org>", "That is not an e-mail address we can write to."),
        ('"ann reader"@example.org', "That is not an e-mail address we can write to."),
        ("änn@example.org", "That is not an e-mail address we can write to."),
        ("ann@[127.0.0.1]", "That is not an e-mail address we can write to."),
        ("ann@localhost", "That is not an e-mail address we can write to."),
        ("x" * 64 + "@" + "y" * 256, "An e-mail address takes"),
        ("a\u202e@example.org", "That is not an e-mail address we can write to."),
    ]:
        for path in (author.path, THREAD):
            page = Page(post.ask(path, email, kind="replies"))
            assert page.answer.status_code == 422, email
            assert page.error_at("email").startswith(complaint)
    assert post.follows() == []


@ON_SQLITE
def test_odd_addresses_that_mail_can_go_to_are_taken(post: Post, author: Author) -> None:
    odd = {
        "ann+news@example.org": "ann+news@example.org",
        "o'hara=x/y@example.org": "o'hara=x/y@example.org",
        "ann@bücher.example": "ann@xn--bcher-kva.example",
    }
    for email, written in odd.items():
        post.ask(THREAD, email)
        assert len(post.letters(written)) == 1
        assert [envelope.rcpt_tos for envelope in post.office.envelopes][-1] == [written]


@ON_SQLITE
def test_what_is_no_choice_comes_back(post: Post, author: Author) -> None:
    page = Page(post.ask(author.path, kind="everything"))
    assert page.answer.status_code == 422
    assert "Choose what we mail you." in page.text("//fieldset[@id='kind']")


@ON_SQLITE
def test_links_in_letters_lead_to_this_site_whatever_host_was_asked(post: Post, author: Author) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    post.client.post(f"{author.path}/follow", data={"email": "ann@example.org", "kind": "replies"}, headers=headers)
    (letter,) = post.letters()
    assert "evil" not in letter.as_string()
    assert f"{BASE_URL}/follows/" in words(letter)


@ON_SQLITE
def test_a_title_with_line_breaks_begins_no_header(post: Post) -> None:
    post.factory.article("odd", title="News\r\nBcc: eve@example.org")
    post.ask("/articles/odd")
    (letter,) = post.letters()
    assert letter["Bcc"] is None
    assert post.office.envelopes[-1].rcpt_tos == ["ann@example.org"]


@ON_SQLITE
def test_a_post_from_another_site_is_refused(post: Post, author: Author) -> None:
    for path in (author.path, THREAD):
        headers = {"Sec-Fetch-Site": "cross-site"}
        answer = post.client.post(f"{path}/follow", data={"email": "ann@example.org"}, headers=headers)
        assert answer.status_code == 403
    assert post.factory.ask(sa.select(Follow)) == []


def test_an_article_without_comments_or_none_has_nothing_to_follow(post: Post) -> None:
    post.factory.article("off", comments="off")
    for path in ("/articles/off", "/articles/nowhere"):
        assert post.client.get(f"{path}/follow").status_code == 404
        assert post.ask(path).status_code == 404
