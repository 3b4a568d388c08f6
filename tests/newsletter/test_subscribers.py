"""Subscribers at the desk: listed, counted, taken in from files and given out."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.accounts.queries import Identity
from app.audit.models import AuditEntry
from app.core.db import db
from app.newsletter import importing
from app.newsletter.exporting import guarded, unguarded
from app.newsletter.models import Import
from tests.conftest import ON_SQLITE
from tests.factories import csrf_token, send_form
from tests.following.conftest import Post
from tests.following.mailbox import page_in
from tests.newsletter.readers import ask, statuses, stop_url, subscribe, subscriptions
from tests.newsletter.returned import bounce
from tests.pages import Page

LIST = "/admin/newsletter/subscribers"
NEW = "/admin/newsletter/imports/new"
FAIR = "Signed the list at the fair."


@pytest.fixture
def desk(post: Post, edith: Identity) -> FlaskClient:
    return post.factory.logged_in(edith)


def upload(desk: FlaskClient, content: str | bytes, proof: str = FAIR, name: str = "readers.csv") -> Page:
    """Sends a file and returns the page that says what would become of it."""
    raw = content.encode() if isinstance(content, str) else content
    fields = {"file": FileStorage(io.BytesIO(raw), name), "proof": proof}
    # By itself the test client writes what is long to a file, and leaves it open.
    boundary, body = encode_multipart({"csrf_token": csrf_token(desk.get(NEW).text), **fields})
    answer = desk.post(NEW, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')
    return Page(desk.get(answer.headers["Location"]) if answer.status_code == 303 else answer)


def take(post: Post, desk: FlaskClient) -> Page:
    number = post.factory.ask(sa.select(sa.func.max(Import.id)))[0]
    send_form(desk, f"/admin/newsletter/imports/{number}/take")
    post.work()
    return Page(desk.get(f"/admin/newsletter/imports/{number}"))


def addresses(post: Post) -> list[tuple[str | None, str]]:
    return [(one.email, one.status.value) for one in subscriptions(post)]


def table(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_file_is_read_first_and_taken_in_when_its_editor_says_so(post: Post, desk: FlaskClient) -> None:
    subscribe(post, "known@example.org")
    post.client.post(stop_url(post, subscribe(post, "left@example.org", "203.0.113.8")))
    ask(post, "asked@example.org", "203.0.113.9")
    letters = len(post.letters("asked@example.org"))
    page = upload(
        desk,
        "Name,Email,Consent\n"
        "Known,KNOWN@example.org,\n"
        "Left,left@example.org,\n"
        "Asked,asked@example.org,\n"
        "New,new@example.org,By telephone\n"
        '"A name\nin two lines",two@bücher.example,\n'
        "\n"
        "Odd,no address,\n"
        "Again,New@example.org,\n",
    )
    assert page.text("//*[@role='status']") == "3 readers would be subscribed. Nobody is yet."
    assert page.texts("//main//div[@class='page-main']/ul/li") == [
        "1 is subscribed already.",
        "1 has left, bounced or complained, here or by the file’s own word, and is not brought back.",
        "2 lines cannot be taken.",
    ]
    assert page.texts("//section[@aria-labelledby='problems']//li") == [
        "Line 9: no address that mail can go to",
        "Line 10: the same address as on an earlier line",
    ]
    assert statuses(post) == ["confirmed", "unsubscribed", "pending"]
    done = take(post, desk)
    assert done.text("//*[@role='status']") == "Done: 3 readers are subscribed."
    assert addresses(post) == [
        ("known@example.org", "confirmed"),
        ("left@example.org", "unsubscribed"),
        ("asked@example.org", "confirmed"),
        ("new@example.org", "confirmed"),
        ("two@bücher.example", "confirmed"),
    ]
    taken = subscriptions(post)[2:]
    assert [(one.source, one.asked_on, one.wording) for one in taken] == [
        ("import", "readers.csv", FAIR),
        ("import", "readers.csv", "By telephone"),
        ("import", "readers.csv", FAIR),
    ]
    assert len(post.letters("asked@example.org")) == letters
    assert post.factory.ask(sa.select(Import.content)) == [""]
    take(post, desk)
    assert len(addresses(post)) == 5


def test_whoever_came_in_a_file_has_a_page_and_leaves_like_all_others(post: Post, desk: FlaskClient) -> None:
    upload(desk, "ann@example.org\nben@example.org\n")
    take(post, desk)
    post.client.post(stop_url(post, subscriptions(post)[0]))
    with post.app.app_context():
        follow = subscriptions(post)[1].follow
        assert follow is not None
        page = follow.subscriber.path
    assert "The newsletter" in Page(post.client.get(page)).text("//section[@aria-labelledby='confirmed']")
    post.client.post(f"{page}/end", data={"erase": "1"})
    upload(desk, "ann@example.org\nben@example.org\n")
    assert addresses(post) == [("ann@example.org", "unsubscribed"), (None, "unsubscribed")]
    post.letters(days=31)
    page_again = upload(post.factory.logged_in(post.edith), "ann@example.org\nben@example.org\n")
    assert page_again.text("//*[@role='status']") == "Nobody would be subscribed."


@ON_SQLITE
def test_without_proof_nobody_is_taken(post: Post, desk: FlaskClient) -> None:
    page = upload(desk, "email;consent\nann@example.org;\nben@example.org;By post\n", proof=" ")
    assert page.text("//*[@role='status']").startswith("1 reader would be subscribed.")
    assert page.texts("//section[@aria-labelledby='problems']//li") == [
        "Line 2: nothing proves that this reader asked for it"
    ]


@ON_SQLITE
def test_a_file_s_own_word_on_who_has_left_is_kept(post: Post, desk: FlaskClient) -> None:
    upload(desk, "email\tstatus\nann@example.org\tcleaned\nben@example.org\tUnsubscribed\ncleo@example.org\tsnoozed\n")
    page = Page(desk.get("/admin/newsletter/imports/1"))
    assert "2 have left, bounced or complained" in page.text()
    assert page.texts("//section[@aria-labelledby='problems']//li") == ["Line 4: a status that means nothing here"]
    upload(desk, "email,status\nann@example.org,cleaned\nben@example.org,Unsubscribed\ndora@example.org,active\n")
    take(post, desk)
    assert sorted(statuses(post)) == ["bounced", "confirmed", "unsubscribed"]
    upload(desk, "ann@example.org\nben@example.org\n")
    assert "Nobody would be subscribed." in Page(desk.get("/admin/newsletter/imports/3")).text()


@ON_SQLITE
def test_what_is_no_file_of_addresses_is_refused_in_words(post: Post, desk: FlaskClient) -> None:
    assert Page(send_form(desk, NEW, {"proof": FAIR})).error_at("file") == "Choose a file."
    assert upload(desk, " \n").error_at("file") == "The file is empty."
    assert upload(desk, "ann@example.org", proof="x" * 1001).error_at("proof").startswith("1,001 characters")
    hostile = ["\0x", "a" * 300_000, '"' * 9, "name,mail\nAnn,ann@example.org\n", "\x89PNG\r\n\x1a\n", "email"]
    for content in hostile:
        page = upload(desk, content)
        assert page.answer.status_code == 200
        assert "would be subscribed" not in page.text().replace("Nobody would be subscribed", "")
    long = upload(desk, "email,consent\n" + '"' + "x" * 200_000 + '",\nann@example.org,By post\n"ben@example.org')
    post.work()
    assert Page(desk.get(long.answer.request.path)).text("//*[@role='status']").startswith("2 readers would be")
    page = upload(desk, "email\nann@example.org\n" + "\n" * 1_500_000)
    assert page.answer.status_code == 200, "a file may be larger than a form"
    latin = upload(desk, "email,consent\nann@example.org,Für immer".encode("cp1252"))
    assert latin.text("//*[@role='status']").startswith("1 reader would be")


@ON_SQLITE
def test_a_long_file_is_worked_off_in_steps_between_which_other_jobs_have_their_turn(
    post: Post, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "READ_AT_ONCE", 1_000)
    monkeypatch.setattr(importing, "CHUNK", 50)
    monkeypatch.setattr(importing, "CHUNKS_OF_A_JOB", 4)
    page = upload(desk, "email\n" + "".join(f"reader-{n}@example.org\n" for n in range(450)))
    assert page.text("//*[@role='status']").startswith("The file is being read. Nobody is subscribed yet.")
    post.work()
    path = page.answer.request.path
    send_form(desk, f"{path}/take")
    with post.app.app_context():
        importing.take_some(1)
    half_way = Page(desk.get(path))
    assert half_way.text("//*[@role='status']").startswith("200 of 450 are subscribed; the rest follows.")
    # The job is still there, as after a process that was killed before it noted that it was done.
    post.work()
    assert Page(desk.get(path)).text("//*[@role='status']") == "Done: 450 readers are subscribed."
    assert len(set(addresses(post))) == 450


@ON_SQLITE
def test_a_file_that_nobody_takes_in_is_deleted(post: Post, desk: FlaskClient) -> None:
    upload(desk, "ann@example.org\n")
    send_form(desk, "/admin/newsletter/imports/1/discard")
    assert desk.get("/admin/newsletter/imports/1").status_code == 404
    upload(desk, "ann@example.org\n")
    post.letters(days=1, hours=1)
    assert post.factory.ask(sa.select(Import)) == []
    assert send_form(desk, "/admin/newsletter/imports/1/take").status_code == 303


def test_what_is_given_out_can_be_taken_in_elsewhere(post: Post, desk: FlaskClient) -> None:
    subscribe(post, "=ann@example.org")
    post.client.post(stop_url(post, subscribe(post, "ben@example.org", "203.0.113.8")))
    answer = send_form(desk, f"{LIST}/export")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/csv", "no-store")
    ann, ben = table(answer)
    assert (ann["email"], ann["status"], ann["asked_on"]) == ("'=ann@example.org", "confirmed", "/newsletter")
    assert (ann["confirmed_at"], ann["consent"][:14]) == ("2026-11-20T10:00:00+00:00", "Our newsletter")
    assert (ben["email"], ben["status"]) == ("ben@example.org", "unsubscribed")
    assert [one["email"] for one in table(send_form(desk, f"{LIST}/export", {"status": "unsubscribed"}))] == [
        "ben@example.org"
    ]
    for table_name in ("newsletter_subscriptions", "follows", "subscribers"):
        with post.app.app_context(), db.engine.begin() as connection:
            connection.execution_options(writes=True).execute(sa.text(f"DELETE FROM {table_name}"))
    upload(desk, answer.data, proof="")
    take(post, desk)
    assert addresses(post) == [("=ann@example.org", "confirmed"), (None, "unsubscribed")]


@ON_SQLITE
def test_no_cell_is_a_formula_and_each_is_what_it_was(post: Post) -> None:
    for value in ("=1+1", "+49 30", "-x", "@x", "\tx", "'=x", "''", "plain", "", "'"):
        assert guarded(value)[:1] not in tuple("=+-@\t")
        assert unguarded(guarded(value)) == value


@ON_SQLITE
def test_a_large_list_is_paged_searched_and_told_apart_by_status(post: Post, desk: FlaskClient) -> None:
    upload(desk, "".join(f"reader-{n}@example.org\n" for n in range(120)) + "100%_sure@example.org\n")
    take(post, desk)
    post.app.test_cli_runner().invoke(
        args=["newsletter", "bounces", "-"], input=bounce("5.1.1", stop_url(post, subscriptions(post)[0]))
    )
    page = Page(desk.get(LIST))
    assert page.texts("//nav[@class='tabs']/a")[:2] == ["All 121", "Subscribed 120"]
    seen = []
    while True:
        seen += page.texts("//p[@class='listed-title']")
        older = page.link("//a[@rel='next']")
        if older is None:
            break
        page = Page(desk.get(older))
    assert (len(seen), len(set(seen)), seen[-1]) == (121, 121, "reader-0@example.org")
    bounced = Page(desk.get(f"{LIST}?status=bounced"))
    assert bounced.texts("//p[@class='listed-title']") == ["reader-0@example.org"]
    assert Page(desk.get(f"{LIST}?words=READER-77")).texts("//p[@class='listed-title']") == ["reader-77@example.org"]
    assert Page(desk.get(f"{LIST}?words=0%25_")).texts("//p[@class='listed-title']") == ["100%_sure@example.org"]
    assert "No subscriber is like that." in Page(desk.get(f"{LIST}?words=%00%F0%9F%92%A9")).text()
    for odd in ("status=odd", "before=odd", "before=0"):
        assert desk.get(f"{LIST}?{odd}").status_code == 404


def test_the_months_say_how_many_joined_and_left(post: Post, desk: FlaskClient) -> None:
    subscribe(post)
    subscribe(post, "ben@example.org", "203.0.113.8")
    ask(post, "pending@example.org", "203.0.113.9")
    post.clock.advance(days=12)
    post.client.post(stop_url(post, subscriptions(post)[0]))
    desk = post.factory.logged_in(post.edith)
    page = Page(desk.get(LIST))
    assert page.texts("//table//tr")[1:4] == ["December 2026 0 1 1", "November 2026 2 0 2", "October 2026 0 0 0"]
    assert "1 address gets the newsletter." in page.text()


def test_an_editor_lets_a_reader_go_and_the_record_holds_numbers_only(post: Post, desk: FlaskClient) -> None:
    subscribe(post)
    link = page_in(post.office.letters[0])
    path = f"{LIST}/{subscriptions(post)[0].id}"
    page = Page(desk.get(path))
    assert "Our newsletter by e-mail." in page.text("//section[@aria-labelledby='consent']")
    send_form(desk, f"{path}/end")
    assert addresses(post) == [("ann@example.org", "unsubscribed")]
    send_form(desk, f"{path}/end", {"erase": "1"})
    assert addresses(post) == [(None, "unsubscribed")]
    assert post.client.get(link).status_code == 200
    assert "A forgotten address" in Page(desk.get(path)).text()
    assert send_form(desk, f"{path}/end", {"erase": "1"}).status_code == 404
    upload(desk, "ann@example.org\ncleo@example.org\n")
    take(post, desk)
    send_form(desk, f"{LIST}/export")
    entries = post.factory.ask(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert [(one.verb, one.subject) for one in entries if one.actor == post.edith.actor][-4:] == [
        ("unsubscribe", f"subscription:{path.rpartition('/')[2]}"),
        ("erase subscriber", f"subscription:{path.rpartition('/')[2]}"),
        ("import subscribers", "import:1"),
        ("export subscribers", "newsletter"),
    ]
    assert not any("example.org" in f"{one.subject} {one.detail}" for one in entries)
