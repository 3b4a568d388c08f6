"""The queue."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.comments import reporting
from app.comments.models import ReportReason
from app.core.db import transaction
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.moderation.conftest import Desk, ids_in
from tests.pages import Page

TABS = ("pending", "published", "rejected", "spam")


def counts_of(queue: Page) -> list[str]:
    return queue.texts("//nav[@class='tabs']/a")


def pages_of(desk: Desk, tab: str = "pending") -> list[list[int]]:
    """The comments on each page of a tab, by following its links."""
    pages = [desk.queue(tab)]
    while following := pages[-1].link("//a[@rel='next']"):
        pages.append(Page(desk.browser.get(following)))
    return [ids_in(page) for page in pages]


def test_what_waits_stands_oldest_first(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    article = factory.article()
    ids = []
    for _ in range(3):
        ids.append(factory.comment(article)[0])
        frozen_clock.advance(minutes=1)
    assert ids_in(desk.queue()) == ids


def test_what_is_undone_takes_its_old_place(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    article = factory.article()
    ids = []
    for _ in range(3):
        ids.append(factory.comment(article)[0])
        frozen_clock.advance(minutes=1)
    desk.decide(ids[0], "publish")
    assert ids_in(desk.undo(ids[0])) == ids


def test_what_readers_report_waits_since_they_did(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    comment = factory.published(factory.article(), editor=desk.editor)
    frozen_clock.advance(minutes=90)
    for number in range(3):
        with factory.app.app_context(), transaction() as session:
            reason = ReportReason.ABUSE
            reporting.report(session, comment, reason=reason, text="", address_hash=f"address {number}")
    assert "Waits since 11:30" in desk.queue().text("//li[@class='queue-row']")


def test_what_was_decided_stands_newest_first(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(3)]
    for comment in (ids[1], ids[0], ids[2]):
        factory.decide(desk.editor, comment, "reject")
        frozen_clock.advance(minutes=1)
    assert ids_in(desk.queue("rejected")) == [ids[2], ids[0], ids[1]]


def test_each_tab_holds_its_own_and_says_how_many(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(7)]
    for comment, verb in zip(ids, ["publish", "reject", "reject", "spam", "spam", "spam"], strict=False):
        factory.decide(desk.editor, comment, verb)
    for tab in TABS:
        queue = desk.queue(tab)
        assert counts_of(queue) == [
            "Pending 1",
            "Reported 0",
            "Appeals 0",
            "Published 1",
            "Rejected 2",
            "Spam 3",
            "Returned 0",
            "Withdrawn 0",
        ]
        assert queue.texts("//nav[@class='tabs']/a[@aria-current]")[0].lower().startswith(tab)
    assert [sorted(ids_in(desk.queue(tab))) for tab in TABS] == [[ids[6]], [ids[0]], ids[1:3], ids[3:6]]


def test_one_hundred_and_twenty_that_wait_are_all_shown_once_by_following_the_links(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    article = factory.article()
    ids = []
    for number in range(120):
        ids.append(factory.comment(article)[0])
        if number % 7 == 0:  # otherwise they come at the same moment, and their ids tell them apart
            frozen_clock.advance(microseconds=1)
    pages = pages_of(desk)
    assert [comment for page in pages for comment in page] == ids
    assert [len(page) for page in pages] == [50, 50, 20]


def test_deciding_the_first_page_hides_none_of_the_next(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(60)]
    following = desk.queue().link("//a[@rel='next']")
    desk.decide_all(ids[:50], "publish")
    assert following is not None
    assert ids_in(Page(desk.browser.get(following))) == ids[50:]


def test_decided_comments_are_paged_too(factory: Factory, desk: Desk) -> None:
    ids = factory.published_many(factory.article(), [None] * 120, editor=desk.editor)
    assert [comment for page in pages_of(desk, "published") for comment in page] == ids[::-1]


def test_a_row_shows_what_an_editor_needs_to_decide(factory: Factory, desk: Desk) -> None:
    article = factory.article("news", title="Nine new bridges")
    parent = factory.published(article, "Bridges are cheap.", editor=desk.editor, author="Bo")
    comment, _token = factory.comment(article, "They are *not*.", author="Cy", parent_id=parent, email="cy@example.org")
    row = f"//li[@id='row-{comment}']"
    queue = desk.queue()
    assert queue.text(f"{row}//*[@class='who']") == "Cy"
    assert queue.text(f"{row}//a[@href='/articles/news']") == "Nine new bridges"
    assert queue.texts(f"{row}//*[@class='words']") == ["Bridges are cheap.", "They are not."]
    assert "cy@example.org" in queue.text(row)
    assert "In reply to Bo" in queue.text(row)


def test_a_row_says_what_became_of_other_comments_from_the_same_address(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    earlier = [factory.comment(article, address="home")[0] for _ in range(4)]
    for comment, verb in zip(earlier, ["publish", "reject", "spam", "spam"], strict=True):
        factory.decide(desk.editor, comment, verb)
    newest, _token = factory.comment(article, address="home")
    factory.comment(article, address="elsewhere")
    rows = desk.queue().texts("//*[@class='facts']")
    assert "From this address, in 30 days: 1 published, 1 rejected, 2 spam" in rows[0]
    assert "From this address" not in rows[1]
    assert newest in ids_in(desk.queue())


def test_what_the_machine_held_says_why(client: FlaskClient, factory: Factory, desk: Desk) -> None:
    factory.article("news")
    client.post("/articles/news/comments", data={"name": "Bot", "body": "Pills.", "website": "x"})
    assert "The hidden field, which people leave empty, was filled in." in desk.queue("spam").text()


def test_a_decided_row_says_who_decided_and_when(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    comment, _token = factory.comment(factory.article())
    frozen_clock.advance(minutes=5)
    for verb, tab, words in (
        ("publish", "published", "Edith Ward published this on 20 November 2026, 10:05."),
        ("reject", "rejected", "Edith Ward rejected this on 20 November 2026, 10:05."),
        ("spam", "spam", "Edith Ward put this with the spam on 20 November 2026, 10:05."),
    ):
        factory.decide(desk.editor, comment, verb)
        assert desk.queue(tab).text("//*[@class='decision']") == words


def test_an_empty_queue_says_so_and_when_the_last_decision_was(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    assert "Nothing waits. What readers send comes here. Until then: Write an article" in desk.queue().text()
    comment, _token = factory.comment(factory.article())
    frozen_clock.advance(hours=1, minutes=30)
    desk.decide(comment, "publish")
    assert "Nothing waits. The last decision was on 20 November 2026, 11:30. View site" in desk.queue().text()


def test_there_is_no_other_tab(desk: Desk) -> None:
    for tab in ("all", "PENDING", "0", "pending'", "\x00"):
        assert desk.browser.get("/admin/", query_string={"tab": tab}).status_code == 404, tab


def test_a_broken_cursor_is_no_page(desk: Desk) -> None:
    for cursor in ("x", "1", "1-", "-1", "1-x", "1-0", f"{'9' * 40}-1", f"1-{'9' * 40}", "１-1", "1-1-1"):
        assert desk.browser.get("/admin/", query_string={"after": cursor}).status_code == 404, cursor


def test_the_farthest_cursor_that_can_be_read_is_an_empty_page(desk: Desk) -> None:
    for cursor in (f"{'9' * 17}-1", f"0-{2**31 - 1}"):
        assert desk.browser.get("/admin/", query_string={"after": cursor}).status_code == 200
