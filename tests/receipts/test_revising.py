"""A comment that an editor has returned, and its author's new text."""

from __future__ import annotations

import sqlalchemy as sa

from app.comments.models import CommentVersion, Status
from app.moderation.models import Finding
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.receipts.conftest import Author, Editors

PROBLEM = "//div[@class='summary'][@role='alert']"


def versions(factory: Factory) -> list[str]:
    return factory.ask(sa.select(CommentVersion.source).order_by(CommentVersion.number))


def test_a_returned_comment_comes_with_the_note_and_its_text_to_be_changed(author: Author, editors: Editors) -> None:
    editors.decide(author, "return", note="Leave out the name.")
    page = author.receipt()
    assert "an editor asks you to change it. The editor adds: Leave out the name." in author.told()
    assert page.field("body").strip() == "A sound point."


def test_the_new_text_waits_for_an_editor_who_still_finds_the_earlier_one(
    author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "return")
    frozen_clock.advance(hours=2)
    answer = author.edit("A *sounder* point.")
    assert (answer.status_code, answer.headers["Location"]) == (303, author.path)
    comment = author.comment()
    assert (comment.status, comment.source, comment.version) == (Status.PENDING, "A *sounder* point.", 2)
    assert comment.status_at == comment.created_at
    assert versions(factory) == ["A sound point."]
    page = author.receipt()
    assert author.told() == (
        "Your comment is with the editor. Sent 20 November 2026, 10:00 changed 20 November 2026, 12:00"
    )
    assert page.text("//article//em") == "sounder"
    assert not page.find("//ins"), "the author knows what the author changed"
    assert not page.find("//textarea[@name='body']")


def test_the_new_text_is_screened_in_place_of_the_earlier(author: Author, editors: Editors, factory: Factory) -> None:
    def found() -> list[str]:
        return factory.ask(sa.select(Finding.phase).where(Finding.comment_id == author.id).order_by(Finding.phase))

    editors.decide(author, "return")
    assert "links" not in found()
    author.edit(" ".join(f"https://example{number}.org/" for number in range(5)))
    assert "links" in found()
    editors.decide(author, "return")
    author.edit("No link any more.")
    assert "links" not in found()


def test_the_same_text_sent_twice_is_one_version(author: Author, editors: Editors, factory: Factory) -> None:
    editors.decide(author, "return")
    assert [author.edit("A better point.").status_code for _ in range(2)] == [303, 303]
    assert versions(factory) == ["A sound point."]


def test_the_text_that_came_back_is_not_taken_again(author: Author, editors: Editors, factory: Factory) -> None:
    editors.decide(author, "return")
    page = Page(author.edit("A sound point."))
    assert page.answer.status_code == 422
    assert page.error_at("body") == "That is the text that came back. Change what the editor asks for."
    assert (author.status(), versions(factory)) == (Status.RETURNED, [])


def test_a_text_that_cannot_be_taken_stays_in_the_form(author: Author, editors: Editors) -> None:
    editors.decide(author, "return")
    for text, complaint in [
        ("", "Write a comment first."),
        ("x" * 5_312, "5,312 characters; the limit is 5,000. Cut 312."),
        ("\u200b ", "Write a comment first."),
    ]:
        page = Page(author.edit(text))
        assert page.answer.status_code == 422
        assert page.text("//title").startswith("Error: ")
        assert page.error_at("body") == complaint
        assert page.field("body").strip() == text.strip("\u200b ")
    assert author.status() is Status.RETURNED


def test_after_a_decision_in_the_meantime_the_text_comes_back_to_be_copied(
    author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=15)
    editors.decide(author, "return")
    for verb in ("publish", "reject"):
        editors.decide(author, verb)
        page = Page(author.edit("A better point."))
        assert page.answer.status_code == 409
        assert page.text(PROBLEM) == (
            "An editor has decided on your comment in the meantime, so the new text was not taken."
        )
        assert page.text("//textarea[@readonly]") == "A better point."
        assert author.comment().source == "A sound point."


def test_a_text_with_mistakes_comes_back_even_when_no_form_is_left_for_it(
    author: Author, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=15)
    page = Page(author.edit("x" * 5_001))
    assert page.answer.status_code == 422
    assert page.text("//textarea[@readonly]") == "x" * 5_001


def test_what_an_editor_took_down_is_not_changed_however_new_it_is(author: Author, editors: Editors) -> None:
    for verb in ("reject", "spam"):
        editors.decide(author, verb)
        assert author.edit("Another point.").status_code == 409
    assert author.comment().source == "A sound point."


def test_an_editor_decides_on_the_very_text_that_was_shown(author: Author, editors: Editors, factory: Factory) -> None:
    editors.decide(author, "return")
    author.edit("A better point.")
    browser = factory.logged_in(editors.edith)
    token = Page(browser.get("/admin/account")).find("//input[@name='csrf_token']/@value")[0]
    late = {"csrf_token": token, "decision": "publish", "seen": "pending.1"}
    assert browser.post(f"/admin/comments/{author.id}/decide", data=late).status_code == 409
    assert author.status() is Status.PENDING


def test_a_form_from_another_site_and_a_wrong_address_change_nothing(author: Author, editors: Editors) -> None:
    editors.decide(author, "return")
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert author.client.post(f"{author.path}/edit", data={"body": "Evil."}, headers=headers).status_code == 403
    wrong = f"/receipts/{author.token[::-1]}/edit"
    assert author.client.post(wrong, data={"body": "Evil."}).status_code == 404
    assert author.status() is Status.RETURNED
