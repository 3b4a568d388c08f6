"""A comment that its author changes within the minutes that the site gives, while it waits or is published."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from app.comments import submitting
from app.comments.models import Comment, CommentVersion, ProposedEdit, Status
from app.core.db import transaction
from app.moderation.models import Finding
from app.site.models import Policy, Site
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.moderation.conftest import Desk
from tests.pages import Page
from tests.receipts.conftest import Author, Editors
from tests.receipts.test_revising import PROBLEM, versions

CASINO = " ".join(f"https://example{number}.org/" for number in range(5))


def set_site(app: Flask, **values: object) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(**values))


def shown(author: Author) -> str:
    """What readers see under the article."""
    return Page(author.client.get("/articles/news")).text("//*[@class='thread']")


def proposed(factory: Factory) -> list[tuple[str, str | None]]:
    edits = factory.ask(sa.select(ProposedEdit).order_by(ProposedEdit.id))
    return [(edit.source, edit.outcome) for edit in edits]


def test_for_fifteen_minutes_a_new_text_takes_the_place_of_one_that_waits(
    author: Author, factory: Factory, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=14, seconds=59)
    page = author.receipt()
    assert "You can change it until 20 November 2026, 10:15." in page.text()
    assert page.field("body").strip() == "A sound point."
    assert author.edit(CASINO).status_code == 303
    comment = author.comment()
    assert (comment.status, comment.source, comment.version) == (Status.PENDING, CASINO, 2)
    assert versions(factory) == ["A sound point."]
    assert "links" in factory.ask(sa.select(Finding.phase)), "it is screened anew"
    assert comment.revised_at is None, "no reader has seen the earlier one"


def test_when_the_time_is_over_the_text_is_given_back(
    author: Author, factory: Factory, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=15)
    assert not author.receipt().find("//textarea[@name='body']")
    page = Page(author.edit("Another point."))
    assert page.answer.status_code == 409
    assert page.text(PROBLEM) == (
        "Your comment could be changed until 20 November 2026, 10:15, so the new text was not taken."
    )
    assert page.text("//textarea[@readonly]") == "Another point."
    assert (author.comment().source, versions(factory)) == ("A sound point.", [])


def test_the_minutes_are_a_setting_and_none_is_never(app: Flask, author: Author, frozen_clock: FrozenClock) -> None:
    set_site(app, edit_minutes=60)
    frozen_clock.advance(minutes=59)
    assert author.edit("Another point.").status_code == 303
    set_site(app, edit_minutes=0)
    page = Page(author.edit("A third point."))
    assert page.answer.status_code == 409
    assert "A comment cannot be changed here once it is sent" in page.text(PROBLEM)


def test_a_new_text_is_not_put_over_one_that_its_author_was_not_shown(author: Author, factory: Factory) -> None:
    seen = author.receipt().field("version")
    assert author.post("edit", body="One.", version=seen).status_code == 303
    late = Page(author.post("edit", body="Two.", version=seen))
    assert (late.answer.status_code, late.field("body").strip()) == (409, "One.")
    assert late.text("//textarea[@readonly]") == "Two."
    assert author.post("edit", body="One.", version=seen).status_code == 303, "a second click is no mistake"
    assert versions(factory) == ["A sound point."]


def test_what_the_machine_took_for_spam_can_be_changed_as_what_waits_can(author: Author, factory: Factory) -> None:
    author.client.post("/articles/news/comments", data={"name": "Bot", "body": "Pills.", "website": "x"})
    (spam,) = factory.ask(sa.select(Comment).where(Comment.status == Status.SPAM))
    with factory.app.app_context(), transaction() as session:
        from_page = Author(factory, author.client, spam.id, submitting.issue_receipt(session, spam.id))
    assert from_page.edit("No pills.").status_code == 303
    assert from_page.status() is Status.PENDING


def test_what_readers_reported_is_read_as_it_was_reported(
    app: Flask, author: Author, editors: Editors, factory: Factory
) -> None:
    set_site(app, reports_to_hold=1, policy=Policy.PUBLISH)
    editors.decide(author, "publish")
    author.client.post(f"/comments/{author.id}/report", data={"reason": "abuse"})
    page = Page(author.edit("Nothing to see."))
    assert page.answer.status_code == 409
    assert "Readers have reported your comment in the meantime" in page.text(PROBLEM)
    assert author.comment().source == "A sound point."


def test_of_a_published_comment_readers_see_the_approved_text_until_an_editor_has_decided(
    author: Author, editors: Editors, factory: Factory, desk: Desk
) -> None:
    editors.decide(author, "publish")
    assert author.edit(f"A sounder point. {CASINO}").status_code == 303
    assert "A sound point." in shown(author)
    page = author.receipt()
    assert "It is with the editor. Readers see the text above until an editor has decided." in page.text()
    assert page.texts("//ins")[0] == "sounder"
    assert page.field("body").startswith("\nA sounder point.") or page.field("body").startswith("A sounder point.")
    assert author.edit("The soundest point.").status_code == 303
    assert proposed(factory) == [("The soundest point.", None)], "one waits, not two"

    row = desk.queue().text(f"//li[@id='row-{author.id}']")
    assert "Its author has sent a new text" in row
    assert desk.new_text(author.id, "publish").status_code == 303
    assert "The soundest point." in shown(author)
    assert "Edited by its author 20 November 2026, 10:00" in shown(author)
    comment = author.comment()
    assert (comment.status, comment.version, versions(factory)) == (Status.PUBLISHED, 2, ["A sound point."])


def test_a_new_text_that_is_refused_leaves_the_approved_one_and_the_author_is_told_why(
    author: Author, editors: Editors, desk: Desk
) -> None:
    editors.decide(author, "publish")
    author.edit("A ruder point.")
    assert desk.new_text(author.id, "reject").status_code == 303
    page = author.receipt()
    assert "An editor refused it on 20 November 2026, 10:00, under house rule 2" in page.text()
    assert "A note." in page.text()
    assert "A sound point." in shown(author)
    assert (author.comment().version, author.status()) == (1, Status.PUBLISHED)
    assert author.edit("A kinder point.").status_code == 303, "within the time, another can be sent"
    assert desk.new_text(author.id, "spam").status_code == 303
    assert "An editor took it for advertising" in author.receipt().text()


def test_going_back_to_the_approved_text_takes_the_new_one_back(
    author: Author, editors: Editors, factory: Factory
) -> None:
    editors.decide(author, "publish")
    author.edit("Another point.")
    assert author.edit("A sound point.").status_code == 303
    assert proposed(factory) == []
    assert "Your new text" not in author.receipt().text()


def test_what_the_policy_publishes_is_shown_at_once_but_not_where_an_editor_has_decided(
    app: Flask, author: Author, editors: Editors, factory: Factory
) -> None:
    set_site(app, policy=Policy.HOLD_SUSPECT)
    other = Author(factory, author.client, *factory.comment(1, "Seen by nobody."))
    assert other.status() is Status.PUBLISHED
    other.edit("Still fine.")
    assert "Still fine." in shown(author)
    assert "Edited by its author" in shown(author)
    assert factory.ask(sa.select(CommentVersion.source)) == ["Seen by nobody."]
    other.edit(CASINO)
    assert "Still fine." in shown(author), "what is suspect waits"
    editors.decide(author, "publish")
    author.edit("Decided on.")
    assert "A sound point." in shown(author)
