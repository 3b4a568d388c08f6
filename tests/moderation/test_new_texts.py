"""A new text for a published comment at the desk: beside the present one, by the same keys, taken back by an undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app.audit.models import AuditEntry
from app.comments.models import Comment, CommentTally, ProposedEdit, Status
from app.core.db import db, transaction
from app.moderation import digests, marking
from app.moderation.overview import what_waits
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory, csrf_token, send_form
from tests.moderation.conftest import Desk, ids_in
from tests.pages import Page
from tests.reading.test_query_plans import asked, detours

IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def with_new_text(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> Callable[[str], int]:
    """Makes a published comment for which its author has just sent that text."""
    article = factory.article("news")

    def make(text: str) -> int:
        frozen_clock.advance(minutes=1)
        comment, token = factory.comment(article, "A sound point.")
        factory.decide(desk.editor, comment, "publish")
        answer = factory.app.test_client().post(f"/receipts/{token}/edit", data={"body": text})
        assert answer.status_code == 303
        return comment

    return make


def row(comment_id: int) -> str:
    return f"//li[@id='row-{comment_id}']"


def source_of(factory: Factory, comment_id: int) -> str:
    (source,) = factory.ask(sa.select(Comment.source).where(Comment.id == comment_id))
    return str(source)


def test_it_waits_in_its_turn_beside_the_published_text_with_what_was_found_and_the_keys(
    factory: Factory, desk: Desk, with_new_text: Callable[[str], int], frozen_clock: FrozenClock
) -> None:
    first, _token = factory.comment(factory.article("other"), "First.")
    changed = with_new_text("A sound point, at https://example.org/ and https://example.net/a https://example.net/b")
    frozen_clock.advance(minutes=1)
    last, _token = factory.comment(1, "Last.")
    queue = desk.queue()
    assert ids_in(queue) == [first, changed, last]
    assert "A sound point." in queue.texts(f"{row(changed)}//div[@class='words']")
    assert queue.texts(f"{row(changed)}//ins")[0].startswith("point, at https://example.org/")
    assert any("links" in one for one in queue.texts(f"{row(changed)}//*[@class='held']"))
    keyed = {one.get("aria-keyshortcuts"): one for one in queue.find(f"{row(changed)}//*[@aria-keyshortcuts]")}
    for key in ("a", "s"):
        assert keyed[key].getparent().get("action") == f"/admin/comments/{changed}/new-text"
    assert " ".join(keyed["r"].text_content().split()) == "Refuse it"
    assert not queue.find(f"{row(changed)}//input[@name='ids']")
    assert queue.texts("//nav[@class='tabs']/a")[0] == "Pending 3"
    assert "All 2 in this tab:" in queue.text("//form[@class='bulk'][2]")
    assert factory.ask(sa.select(CommentTally.count).where(CommentTally.status == Status.PENDING)) == [2]
    assert ids_in(Page(desk.browser.get("/admin/?tab=pending&text=example.net"))) == [changed]
    assert ids_in(Page(desk.browser.get("/admin/?article=other"))) == [first]
    assert set(ids_in(Page(desk.browser.get("/admin/?order=spam-first")))) == {first, changed, last}


def test_pages_of_the_queue_hold_each_once(
    factory: Factory, desk: Desk, with_new_text: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.moderation.searching.PAGE", 2)
    expected = []
    for number in range(3):
        expected += [with_new_text(f"Another {number}."), factory.comment(1, f"New {number}.")[0]]
    seen: list[int] = []
    following: str | None = "/admin/"
    while following:
        page = Page(desk.browser.get(following))
        seen += ids_in(page)
        following = page.link("//a[@rel='next']")
    assert seen == expected


def test_an_answer_is_for_the_very_texts_that_were_shown(
    factory: Factory, desk: Desk, with_new_text: Callable[[str], int]
) -> None:
    comment = with_new_text("Another point.")
    seen = desk.queue().find(f"{row(comment)}//form[contains(@action, 'new-text')]//input[@name='seen']")[0].value
    with factory.app.app_context(), transaction() as session:
        marking.edit(session, desk.editor, comment, "published.1", text="An editor's.", html="<p>An editor's.</p>")
    late = desk.new_text(comment, "publish", seen=seen)
    assert late.status_code == 409
    assert "Decide on what is here now?" in Page(late).text()
    assert source_of(factory, comment) == "An editor's."
    assert desk.new_text(comment, "publish").status_code == 303
    assert desk.new_text(comment, "publish", seen=seen).status_code == 409
    assert source_of(factory, comment) == "Another point."
    assert desk.new_text(999, "publish", seen=seen).status_code == 404
    assert desk.new_text(comment, "return", seen=seen).status_code == 400


def test_a_refusal_needs_a_rule(factory: Factory, desk: Desk, with_new_text: Callable[[str], int]) -> None:
    comment = with_new_text("Another point.")
    seen = desk.queue().find(f"{row(comment)}//form[contains(@action, 'new-text')]//input[@name='seen']")[0].value
    path = f"/admin/comments/{comment}/new-text"
    page = Page(send_form(desk.browser, path, {"decision": "reject", "seen": seen, "note": "No."}))
    assert page.answer.status_code == 422
    assert page.find(f"//form[@action='{path}']//input[@name='seen'][@value='{seen}']")
    assert source_of(factory, comment) == "A sound point."


def test_both_answers_can_be_undone_and_the_published_text_comes_back(
    factory: Factory, desk: Desk, with_new_text: Callable[[str], int]
) -> None:
    comment = with_new_text("Another point.")
    for verb in ("reject", "publish"):
        token = csrf_token(desk.browser.get("/admin/account").text)
        seen = desk.queue().find(f"{row(comment)}//form[contains(@action, 'new-text')]//input[@name='seen']")[0].value
        data = {"csrf_token": token, "decision": verb, "seen": seen, "rule": 2, "back": "/admin/"}
        line = Page(desk.browser.post(f"/admin/comments/{comment}/new-text", data=data, headers=IN_PLACE))
        undo = line.find(f"{row(comment)}//form/@action")
        assert undo == [f"/admin/comments/{comment}/new-text/undo"], "not of the comment's publication"
        assert ids_in(desk.queue()) == []
        assert send_form(desk.browser, undo[0]).status_code == 303
        assert ids_in(desk.queue()) == [comment]
        assert source_of(factory, comment) == "A sound point."
    (stands,) = factory.ask(sa.select(Comment))
    assert (stands.status, stands.version, stands.revised_at) == (Status.PUBLISHED, 3, None)
    assert send_form(desk.browser, undo[0]).status_code == 409, "there is nothing to take back"
    verbs = factory.ask(sa.select(AuditEntry.verb).where(AuditEntry.verb.like("%edit")).order_by(AuditEntry.id))
    assert verbs == ["reject edit", "undo edit", "publish edit", "undo edit"]


def test_it_sleeps_while_the_comment_is_not_published_and_a_returned_ones_text_replaces_it(
    factory: Factory, desk: Desk, with_new_text: Callable[[str], int]
) -> None:
    comment = with_new_text("Another point.")
    factory.decide(desk.editor, comment, "reject")
    assert ids_in(desk.queue()) == []
    assert desk.queue().texts("//nav[@class='tabs']/a")[0] == "Pending 0"
    desk.undo(comment)
    assert ids_in(desk.queue()) == [comment]
    desk.decide(comment, "spam", seen="published")
    assert ids_in(desk.queue()) == []


def test_dashboard_and_digest_count_it_and_mail_no_link_that_decides_on_it(
    app: Flask, factory: Factory, desk: Desk, with_new_text: Callable[[str], int], frozen_clock: FrozenClock
) -> None:
    comment = with_new_text("Another point.")
    with app.app_context():
        waiting = what_waits(db.session()).pending
        assert (waiting.count, waiting.since) == (1, frozen_clock.time)
        mailed = digests.what_waits(db.session())
        assert (mailed.count, mailed.since) == (1, frozen_clock.time)
        (edit,) = db.session.scalars(sa.select(ProposedEdit))
        assert edit.comment_id == comment
        db.session.rollback()
        with app.test_request_context(), transaction() as session:
            (item,) = digests._items(session, desk.editor)  # type: ignore[arg-type]
        assert (item.words, item.acts) == ("Another point.", {})


@ON_SQLITE
def test_the_queue_with_new_texts_goes_along_indexes(
    app: Flask, desk: Desk, with_new_text: Callable[[str], int]
) -> None:
    with_new_text("Another point.")
    with asked(app) as statements:
        assert desk.browser.get("/admin/").status_code == 200
        assert desk.browser.get("/admin/?after=1700000000000000-1").status_code == 200
    assert detours(app, statements) == []
