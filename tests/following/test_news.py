"""Letters about what others wrote: to whom, when, how many, and what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.core.db import transaction
from app.core.jobs import Job
from app.following import announcing
from app.following.models import Follow
from app.moderation import decisions
from app.site.models import Policy, Site
from tests.conftest import BASE_URL, ON_SQLITE
from tests.following.conftest import Author, Editors, Post
from tests.following.mailbox import words

THREAD = "/articles/news"


def undo(post: Post, comment_id: int) -> None:
    with post.app.app_context(), transaction() as session:
        decisions.undo(session, post.edith, comment_id)


def test_a_reply_is_mailed_a_minute_after_it_was_published(post: Post, author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    confirmation = post.follow(author.path, kind="replies")
    reply = post.publish(1, "I don't *agree* & say so.", parent_id=author.id, author="Bob")
    assert post.news(seconds=59) == []
    (letter,) = post.news(seconds=1)
    assert letter["Subject"] == "Re: About news"
    assert letter["References"].split()[0] == confirmation["References"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = words(letter)
    assert text.startswith("A reply to your comment on “About news”.")
    assert "* Bob\n\nIn reply to Ann Reader\n\n> I don't agree & say so." in text
    assert f"{BASE_URL}/comments/{reply}\n" in text
    assert f"{BASE_URL}/articles/news#comments\n" in text
    assert author.token not in letter.as_string()
    assert len(post.news(hours=1)) == 1


def test_a_reply_to_a_reply_is_below_ones_comment_however_deep_and_what_stands_beside_it_is_not(
    post: Post, author: Author, editors: Editors
) -> None:
    editors.decide(author, "publish")
    post.follow(author.path, kind="replies")
    below = author.id
    for depth in range(4):
        below = post.publish(1, f"Depth {depth}.", parent_id=below, author="Bob")
        assert f"Depth {depth}." in words(post.news(minutes=15)[-1])
    post.publish(1, "Beside it.", author="Bob")
    assert len(post.news(minutes=15)) == 4


def test_letters_about_an_article_form_one_conversation(post: Post, author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    post.follow(author.path, kind="thread")
    first = post.publish(1, "First.", author="Bob")
    (about_first,) = post.news(minutes=15)
    post.publish(1, "An answer.", parent_id=first, author="Cleo")
    _about_first, about_answer = post.news(minutes=15)
    assert about_answer["In-Reply-To"] == about_first["Message-ID"]
    assert about_answer["References"].split() == [about_first["References"], about_first["Message-ID"]]
    others = [letter for letter in post.office.letters if letter is not about_answer]
    assert len({letter["References"] for letter in others}) == 1
    assert len({letter["Message-ID"] for letter in post.office.letters}) == len(post.office.letters)


def test_a_whole_thread_is_followed_from_the_articles_page(post: Post, news: int) -> None:
    post.follow(THREAD)
    post.publish(news, "One.", author="Bob")
    post.publish(post.factory.article("other"), "Elsewhere.")
    (letter,) = post.news(seconds=60)
    assert words(letter).startswith("A new comment on “About news”.")
    assert "Elsewhere" not in words(letter)


def test_what_comes_within_ten_minutes_comes_in_one_letter(post: Post, news: int) -> None:
    post.follow(THREAD)
    for number in range(12):
        post.publish(news, f"Letter {number}.", author=f"Reader {number}")
    (letter,) = post.news(seconds=60)
    assert words(letter).startswith("12 new comments on “About news”.")
    assert "> Letter 9." in words(letter)
    assert "Letter 10." not in words(letter)
    assert "2 more stand under the article." in words(letter)
    for number in range(3):
        post.publish(news, f"Later {number}.")
        assert len(post.news(minutes=2)) == 1
    assert len(post.news(minutes=3)) == 1
    _first, second = post.news(minutes=2)
    assert words(second).startswith("3 new comments")


def test_nobody_is_told_of_what_was_taken_down_or_undone_within_the_minute(
    post: Post, author: Author, editors: Editors
) -> None:
    post.follow(THREAD)
    editors.decide(author, "publish")
    post.letters(seconds=50)
    editors.decide(author, "spam")
    assert post.news(minutes=5) == []


def test_of_two_publications_within_a_minute_the_last_gives_the_time(
    post: Post, author: Author, editors: Editors
) -> None:
    post.follow(THREAD, "bob@example.org")
    editors.decide(author, "publish")
    post.letters(seconds=50)
    editors.undo(author)
    editors.decide(author, "publish")
    assert post.news("bob@example.org", seconds=59) == []
    assert len(post.news("bob@example.org", seconds=1)) == 1


def test_what_is_published_again_is_not_mailed_again(post: Post, news: int) -> None:
    post.follow(THREAD)
    comment = post.publish(news, "Taken down and put back.")
    assert len(post.news(minutes=1)) == 1
    post.factory.decide(post.edith, comment, "reject")
    post.factory.decide(post.edith, comment, "publish")
    assert len(post.news(hours=1)) == 1


def test_what_the_policy_publishes_is_mailed_as_well(post: Post, news: int) -> None:
    with post.app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(policy=Policy.PUBLISH))
    post.follow(THREAD)
    post.factory.comment(news, "At once.")
    assert "> At once." in words(post.news(seconds=60)[0])


def test_nobody_is_mailed_the_own_comment(post: Post, news: int) -> None:
    first, token = post.factory.comment(news, "Mine.", address="home")
    post.follow(f"/receipts/{token}", kind="thread")
    post.factory.decide(post.edith, first, "publish")
    post.publish(news, "Mine by e-mail.", email="Ann@Example.org", author="A. R.")
    post.publish(news, "Mine by name and network.", address="home")
    post.publish(news, "By one who lives with me.", address="home", author="Bob")
    post.publish(news, "By one of that name.", address="elsewhere")
    (letter,) = post.news(seconds=60)
    assert "Mine" not in words(letter)
    assert words(letter).startswith("2 new comments")


def test_an_editor_is_not_mailed_her_own_reply_and_readers_see_that_it_is_an_editors(
    post: Post, author: Author, editors: Editors
) -> None:
    post.follow(THREAD, "edith@example.org")
    post.follow(author.path, kind="replies")
    with post.app.app_context(), transaction() as session:
        decisions.reply(session, post.edith, author.id, "pending.1", text="Thank you.", html="<p>Thank you.</p>")
    (letter,) = post.news(seconds=60)
    assert "* Edith Ward, editor" in words(letter)
    (to_edith,) = post.news("edith@example.org")
    assert "Thank you." not in words(to_edith)


def test_a_comment_that_two_follows_cover_is_mailed_once_by_the_nearer(
    post: Post, author: Author, editors: Editors
) -> None:
    editors.decide(author, "publish")
    post.follow(author.path, kind="replies")
    post.follow(THREAD)
    post.publish(1, "A reply.", parent_id=author.id, author="Bob")
    post.publish(1, "Another comment.", author="Cleo")
    told = sorted(words(letter).partition(" “")[0] for letter in post.news(minutes=1))
    assert told == ["A new comment on", "A reply to your comment on"]


def test_another_choice_for_a_comment_takes_the_place_of_the_first(post: Post, author: Author) -> None:
    post.follow(author.path, kind="thread")
    post.follow(author.path, kind="replies")
    assert [one.kind for one in post.follows()] == ["replies"]


def test_publishing_writes_one_row_however_many_follow(post: Post, news: int) -> None:
    for number in range(3):
        post.follow(THREAD, f"reader{number}@example.org")
    post.work()
    before = post.factory.ask(sa.select(Job.id))
    post.publish(news, "One.")
    new = post.factory.ask(sa.select(Job.kind).where(Job.id.not_in(before)))
    assert new == [announcing.ANNOUNCE]


def test_a_process_killed_while_it_finds_followers_is_followed_by_one_that_tells_each_once(
    post: Post, news: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        post.follow(THREAD, f"reader{number}@example.org")
        post.letters(days=1)
    monkeypatch.setattr(announcing, "STEP", 2)
    comment = post.publish(news, "One.")
    post.clock.advance(seconds=60)
    with post.app.app_context():
        with transaction() as session:
            announced = announcing.announce(session, comment)
        assert announced
        with transaction() as session:
            assert announcing.spread(session, announced)
    # Here it dies: two are found, and its own job is still there.
    post.letters(minutes=30)
    told = [letter["To"] for letter in post.office.letters if letter["Subject"].startswith("Re: ")]
    assert sorted(told) == [f"reader{number}@example.org" for number in range(5)]


def test_a_dead_mail_server_loses_no_letter_delays_no_reader_and_what_is_taken_down_meanwhile_is_left_out(
    post: Post, news: int
) -> None:
    post.follow(THREAD)
    post.follow(THREAD, "bob@example.org")
    for address in ("ann@example.org", "bob@example.org"):
        post.office.answers[address] = "421 closing"
    gone = post.publish(news, "To be taken down.")
    post.publish(news, "To stay.")
    post.letters(seconds=60)
    assert post.client.get(THREAD).status_code == 200
    assert len(post.factory.ask(sa.select(Job).where(Job.kind == "mail"))) == 2
    post.factory.decide(post.edith, gone, "spam")
    post.office.answers.clear()
    for address in ("ann@example.org", "bob@example.org"):
        (letter,) = post.news(address, hours=1)
        assert "To stay." in words(letter)
        assert "To be taken down." not in words(letter)


def test_a_letter_that_waits_does_not_leave_once_all_it_tells_is_gone_or_its_reader_has_stopped(
    post: Post, news: int
) -> None:
    post.follow(THREAD)
    post.follow(THREAD, "bob@example.org")
    post.office.answers |= {"ann@example.org": "450 later", "bob@example.org": "450 later"}
    comment = post.publish(news, "A comment.")
    post.letters(seconds=60)
    with post.app.app_context():
        ann = next(one.stop_path for one in post.follows() if one.subscriber.email == "ann@example.org")
    post.client.post(ann)
    post.factory.decide(post.edith, comment, "reject")
    post.office.answers.clear()
    assert post.news(hours=1) == post.news("bob@example.org") == []
    assert post.factory.ask(sa.select(Job).where(Job.kind == "mail")) == []


@ON_SQLITE
def test_without_a_mail_server_letters_are_files(post: Post, author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    post.follow(author.path, kind="replies")
    post.publish(1, "A reply.", parent_id=author.id, author="Bob")
    post.clock.advance(seconds=60)
    app = author.factory.app
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    files = [file.read_text() for file in (Path(app.instance_path) / "outbox").glob("*.eml")]
    assert sum("Subject: Re: About news" in file for file in files) == 1
    assert len(post.office.letters) == 1


@ON_SQLITE
def test_the_html_of_a_letter_holds_words_and_no_markup_of_readers(post: Post, news: int) -> None:
    post.follow(THREAD)
    post.publish(news, "A [link](https://example.org/) and <script>alert(1)</script>.", author='<img src="x">')
    (letter,) = post.news(seconds=60)
    html = words(letter, "html")
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="https://example.org/"' not in html


def test_with_the_comment_its_follows_go(post: Post, author: Author, editors: Editors) -> None:
    post.follow(author.path, kind="thread")
    editors.decide(author, "reject")
    post.letters(days=400)
    assert post.factory.ask(sa.select(Follow)) == []
