"""Answers that stand in a row's place, as a script asks for them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.accounts.models import Editor
from app.comments.editing import replace_text
from app.comments.models import Comment, Status
from app.comments.submitting import forget_addresses
from app.core.db import transaction
from app.core.markup import comment_html
from app.moderation.models import Finding, Verdict
from tests.conftest import FrozenClock
from tests.factories import Factory, csrf_token, send_form
from tests.moderation.conftest import Desk, ids_in
from tests.pages import Page

IN_PLACE = {"HX-Request": "true"}


def send(desk: Desk, path: str, **fields: Any) -> Page:
    token = csrf_token(desk.browser.get("/admin/account").text)
    data = {"csrf_token": token, "back": "/admin/?tab=pending", **fields}
    return Page(desk.browser.post(path, data=data, headers=IN_PLACE))


def get(desk: Desk, path: str) -> Page:
    return Page(desk.browser.get(path, headers=IN_PLACE))


def is_fragment(answer: TestResponse) -> bool:
    return "<html" not in answer.text


def test_a_decided_row_becomes_one_line_with_an_undo_the_counts_and_a_sentence(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    comment, _token = factory.comment(article, "A long text.", author="Cy")
    factory.comment(article)
    page = send(desk, f"/admin/comments/{comment}/decide", decision="publish", seen="pending.1")
    assert page.answer.status_code == 200
    assert is_fragment(page.answer)
    assert page.text(f"//li[@id='row-{comment}']/p") == "Cy Published."
    assert "A long text." not in page.answer.text
    assert page.text("//*[@hx-swap-oob='innerHTML:#said']") == "Published."
    assert page.texts("//nav[@id='tabs']/a")[:4] == ["Pending 1", "Reported 0", "Appeals 0", "Published 1"]
    assert page.texts("//nav[@id='tabs']/a[@aria-current]") == ["Pending 1"]


def test_an_undo_brings_the_whole_row_back(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article(), "A long text.")
    factory.decide(desk.editor, comment, "publish")
    page = send(desk, "/admin/undo", ids=1)
    assert is_fragment(page.answer)
    assert ids_in(page) == [comment]
    assert "A long text." in page.text(f"//li[@id='row-{comment}']")
    assert page.find(f"//li[@id='row-{comment}']//button[@value='publish']")
    assert desk.status_of(comment) is Status.PENDING


def test_in_place_no_notice_waits_for_the_next_page(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    send(desk, f"/admin/comments/{comment}/decide", decision="spam", seen="pending.1")
    send(desk, "/admin/undo", ids=1)
    assert not desk.queue().find("//div[contains(@class, 'notice')]")


def test_a_conflict_in_place_says_who_and_offers_to_change_it(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    comment, _token = factory.comment(factory.article())
    rosa = factory.editor("Rosa Martin", "rosa@example.org")
    frozen_clock.advance(minutes=30)
    factory.decide(rosa, comment, "publish")
    page = send(desk, f"/admin/comments/{comment}/decide", decision="spam", seen="pending.1")
    assert page.answer.status_code == 409
    assert is_fragment(page.answer)
    words = "Rosa Martin published this on 20 November 2026, 10:30. Change that decision?"
    assert page.text("//*[contains(@class, 'warning')]") == words
    assert page.text("//*[@hx-swap-oob='innerHTML:#said']") == words
    assert {one.get("value") for one in page.find("//input[@name='seen']")} == {"published.1"}
    assert desk.status_of(comment) is Status.PUBLISHED


def test_a_text_that_has_changed_is_shown_before_it_is_decided_on(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article(), "The first words.")
    with factory.app.app_context(), transaction() as session:
        row = session.get_one(Comment, comment)
        replace_text(session, row, text="Other words.", html=comment_html("Other words."))
    page = send(desk, f"/admin/comments/{comment}/decide", decision="publish", seen="pending.1")
    assert page.answer.status_code == 409
    assert page.text("//*[contains(@class, 'warning')]") == "It has another text by now. Decide on this one?"
    assert "Other words." in page.text(f"//li[@id='row-{comment}']")
    assert desk.status_of(comment) is Status.PENDING


def test_without_a_rule_the_answer_is_a_page_not_a_row(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article())
    page = send(desk, f"/admin/comments/{comment}/decide", decision="reject", seen="pending.1")
    assert page.answer.status_code == 422
    assert page.is_designed


def test_the_next_rows_come_alone_and_lead_back_to_the_page_that_has_the_first(factory: Factory, desk: Desk) -> None:
    article = factory.article()
    ids = [factory.comment(article)[0] for _ in range(60)]
    following = desk.queue().link("//a[@rel='next']")
    assert following is not None
    page = get(desk, following)
    assert is_fragment(page.answer)
    assert ids_in(page) == ids[50:]
    assert {one.get("value") for one in page.find("//input[@name='back']")} == {"/admin/?tab=pending"}
    assert not page.find("//nav")


def test_more_on_a_comment_holds_its_findings_decisions_versions_and_reports(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    comment, _token = factory.comment(factory.article(), "The first words.")
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(Finding))
        marks = ["first words"]
        session.add(
            Finding(comment_id=comment, phase="suspect", verdict=Verdict.HOLD, reason="Why it is held.", marks=marks)
        )
    factory.decide(desk.editor, comment, "spam")
    frozen_clock.advance(minutes=1)
    desk.undo(comment)
    with factory.app.app_context(), transaction() as session:
        row = session.get_one(Comment, comment)
        replace_text(session, row, text="Other words.", html=comment_html("Other words."))
    page = get(desk, f"/admin/comments/{comment}")
    assert is_fragment(page.answer)
    words = page.text("//div[@class='dossier']")
    for part in (
        "Suspect phrases, would hold",
        "Why it is held.",
        "Edith Ward put this with the spam on 20 November 2026, 10:00. It was undone on 20 November 2026, 10:01.",
        "Version 1",
        "The first words.",
    ):
        assert part in words


def test_a_comment_has_a_page_of_its_own_where_it_can_be_decided_on(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article(), "A sound point.", author="Cy")
    page = Page(desk.browser.get(f"/admin/comments/{comment}"))
    assert page.text("//h1") == "A comment by Cy"
    assert "A sound point." in page.text()
    assert page.texts("//*[@class='dossier']//dt") == ["Learning filter, nothing against it"]
    answer = send_form(
        desk.browser,
        f"/admin/comments/{comment}/decide",
        {"decision": "publish", "seen": "pending.1", "back": page.find("//input[@name='back']")[0].get("value")},
    )
    assert answer.headers["Location"] == f"/admin/comments/{comment}"
    again = Page(desk.browser.get(answer.headers["Location"]))
    assert "1 comment published." in again.text("//*[@role='status']")
    assert desk.browser.get("/admin/comments/999").status_code == 404


def test_the_words_that_hold_a_comment_are_marked_until_an_editor_has_decided(factory: Factory, desk: Desk) -> None:
    comment, _token = factory.comment(factory.article(), "Buy **cheap** pills.")
    with factory.app.app_context(), transaction() as session:
        session.execute(sa.delete(Finding))
        for phase, verdict, word in (("suspect", Verdict.HOLD, "cheap"), ("filter", Verdict.PUBLISH, "pills")):
            session.add(Finding(comment_id=comment, phase=phase, verdict=verdict, reason="Because.", marks=[word]))
    queue = desk.queue()
    assert queue.texts("//*[@class='words']//mark") == ["cheap"]
    assert queue.texts("//*[@class='held']") == ["Because."]
    desk.decide(comment, "publish")
    published = desk.queue("published")
    assert not published.find("//*[@class='words']//mark")
    assert not published.find("//*[@class='held']")


def test_a_time_of_today_is_a_time_and_another_has_its_day(
    factory: Factory, desk: Desk, frozen_clock: FrozenClock
) -> None:
    factory.comment(factory.article())
    frozen_clock.advance(hours=13)
    assert "Waits since 10:00" in desk.queue().text("//*[@class='facts']")
    frozen_clock.advance(hours=2)
    assert "Waits since 20 November 2026, 10:00" in desk.queue().text("//*[@class='facts']")


def test_an_erased_comment_is_not_decided_on(factory: Factory, desk: Desk, frozen_clock: FrozenClock) -> None:
    comment, _token = factory.comment(factory.article())
    factory.decide(desk.editor, comment, "spam")
    with factory.app.app_context(), transaction() as session:
        forget_addresses(session)
        session.get_one(Comment, comment).erased_at = frozen_clock.time
    row = f"//li[@id='row-{comment}']"
    queue = desk.queue("spam")
    assert "The text was erased on 20 November 2026, 10:00." in queue.text(row)
    assert not queue.find(f"{row}//*[@name='decision']")
    assert not queue.find(f"{row}//*[@name='ids']")


def test_keys_are_named_on_the_page_unless_the_editor_has_switched_them_off(factory: Factory, desk: Desk) -> None:
    factory.comment(factory.article())
    other = Desk(factory, factory.editor("Rosa Martin", "rosa@example.org"))
    assert [one.get("aria-keyshortcuts") for one in desk.queue().find("//*[@aria-keyshortcuts]")][:3] == ["a", "r", "1"]
    answer = send_form(desk.browser, "/admin/shortcuts", {"shortcuts": "off", "back": "/admin/?tab=spam"})
    assert answer.headers["Location"] == "/admin/?tab=spam"
    assert not desk.queue().find("//*[@aria-keyshortcuts] | //*[@data-keys]")
    assert other.queue().find("//*[@aria-keyshortcuts]")
    assert factory.ask(sa.select(Editor.shortcuts).order_by(Editor.id)) == [False, True]
    send_form(desk.browser, "/admin/shortcuts", {"shortcuts": "on"})
    assert desk.queue().find("//*[@data-keys]")
