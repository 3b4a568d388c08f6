"""A comment that its author takes back, asked on a second page, and the gap that it leaves above what others wrote."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app.articles.correcting import correct
from app.articles.crediting import credit
from app.audit.models import AuditEntry
from app.comments.models import Comment, CommentTally, Report, ReportOutcome, Status
from app.core.db import db, transaction
from app.core.markup import render_article
from app.following.models import Follow
from app.moderation import decisions
from app.moderation.models import Appeal, Outcome
from app.moderation.statistics import months
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory
from tests.moderation.conftest import Desk, ids_in
from tests.pages import Page
from tests.reading.test_query_plans import asked, detours
from tests.receipts.conftest import STATE, Author, Editors, work

THREAD = "//*[@class='thread']/article"
GAP = "Withdrawn by its author."


def thread(author: Author) -> list[str]:
    """The comments under the article, a gap as what it says."""
    page = Page(author.client.get("/articles/news"))
    return [
        " ".join(one.text_content().split()) for one in page.find(f"{THREAD}//*[@class='words' or @class='slip gap']")
    ]


def reply(author: Author, editors: Editors, text: str, parent: Author) -> Author:
    """A reply that an editor has published."""
    made = Author(author.factory, author.client, *author.factory.comment(1, text, parent_id=parent.id))
    editors.decide(made, "publish")
    return made


def tallies(factory: Factory) -> dict[Status, int]:
    return {row.status: row.count for row in factory.ask(sa.select(CommentTally)) if row.count}


def test_it_is_asked_on_a_second_page_and_done_once(author: Author, editors: Editors, factory: Factory) -> None:
    editors.decide(author, "publish")
    page = Page(author.client.get(f"{author.path}/withdraw"))
    assert page.text("//h1") == "Withdraw your comment?"
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert author.status() is Status.PUBLISHED, "a GET changes nothing"
    for _ in range(2):
        answer = author.post("withdraw")
        assert (answer.status_code, answer.headers["Location"]) == (303, author.path)
    assert author.told() == "You withdrew your comment on 20 November 2026, 10:00. Sent 20 November 2026, 10:00"
    assert tallies(factory) == {Status.WITHDRAWN: 1}
    entries = factory.ask(sa.select(AuditEntry).where(AuditEntry.actor == "reader"))
    assert [(one.verb, one.subject) for one in entries] == [("withdraw", f"comment:{author.id}")]
    assert author.client.get(f"{author.path}/withdraw").headers["Location"] == author.path
    assert author.edit("Another point.").status_code == 409


def test_without_replies_it_vanishes_and_with_some_it_leaves_a_gap(
    author: Author, editors: Editors, factory: Factory
) -> None:
    editors.decide(author, "publish")
    middle = reply(author, editors, "A reply.", author)
    last = reply(author, editors, "An answer.", middle)
    assert thread(author) == ["A sound point.", "A reply.", "An answer."]
    author.post("withdraw")
    assert thread(author) == [GAP, "A reply.", "An answer."]
    middle.post("withdraw")
    assert thread(author) == [GAP, GAP, "An answer."]
    page = Page(author.client.get("/articles/news"))
    assert page.texts("//article//a[@class='reply']") == ["Reply to Ann Reader"], "a gap takes no replies"
    assert "A sound point." not in page.answer.text
    assert author.client.get(f"/comments/{author.id}").status_code == 404
    assert author.client.get(f"/comments/{author.id}/reply").status_code == 404
    last.post("withdraw")
    assert thread(author) == []
    assert factory.ask(sa.select(Comment.id).where(Comment.in_thread)) == []


def test_a_gap_comes_and_goes_with_the_replies_that_editors_publish_and_take_down(
    author: Author, editors: Editors, factory: Factory
) -> None:
    editors.decide(author, "publish")
    waiting = Author(factory, author.client, *factory.comment(1, "A late reply.", parent_id=author.id))
    author.post("withdraw")
    assert thread(author) == []
    editors.decide(waiting, "publish")
    assert thread(author) == [GAP, "A late reply."]
    editors.decide(waiting, "reject")
    assert thread(author) == []
    editors.undo(waiting)
    assert thread(author) == [GAP, "A late reply."]


def test_editors_can_decide_on_it_no_more_and_are_told_so(author: Author, desk: Desk) -> None:
    author.factory.decide(desk.editor, author.id, "publish")
    author.post("withdraw")
    answer = desk.decide(author.id, "reject", seen="published")
    assert answer.status_code == 409
    assert "Its author has withdrawn it in the meantime. There is nothing to decide." in Page(answer).text()
    queue = desk.queue("withdrawn")
    assert ids_in(queue) == [author.id]
    assert "Its author withdrew it on 20 November 2026, 10:00." in queue.text(f"//li[@id='row-{author.id}']")
    assert not queue.find(f"//li[@id='row-{author.id}']//*[@name='decision' or @name='ids']")
    with pytest.raises(decisions.Overtaken):
        author.factory.undo(desk.editor, author.id)


def test_reports_appeals_and_mail_end_with_it_and_the_report_counts_no_answer(
    app: Flask, author: Author, editors: Editors, factory: Factory
) -> None:
    author.post("follow", email="ann@example.org")
    editors.decide(author, "publish")
    report = author.client.post(f"/comments/{author.id}/report", data={"reason": "abuse"}).headers["Location"]
    appealed = Author(factory, author.client, *factory.comment(1))
    editors.decide(appealed, "reject")
    appealed.appeal()
    for one in (author, appealed):
        one.post("withdraw")
    assert factory.ask(sa.select(Report.outcome)) == [ReportOutcome.WITHDRAWN]
    assert factory.ask(sa.select(Appeal.outcome)) == [Outcome.WITHDRAWN]
    assert factory.ask(sa.select(Follow)) == []
    assert Page(author.client.get(report)).text(STATE).startswith("Its author withdrew the comment on")
    with app.app_context():
        (month,) = months(db.session())
    counted = (month.reports, month.reports_kept, month.reports_removed, month.appeals, month.appeals_dismissed)
    assert counted == (1, 0, 0, 1, 0)
    assert (month.flow.received, month.flow.published, month.flow.rejected) == (2, 1, 1)


def test_what_an_article_owes_to_it_is_credited_to_a_reader_without_a_link(
    app: Flask, author: Author, editors: Editors
) -> None:
    editors.decide(author, "publish")
    with app.app_context(), transaction() as session:
        markup = render_article("Nine.", {})
        actor = editors.edith.actor
        correct(session, 1, actor=actor, text="Nine.", markup=markup, found_in_id=author.id)
        credit(session, author.id, "Ann Reader")
    before = Page(author.client.get("/corrections")).text()
    assert "Ann Reader" in before
    author.post("withdraw")
    page = Page(author.client.get("/corrections"))
    assert "Ann Reader" not in page.text()
    assert not page.find(f"//a[contains(@href, '/comments/{author.id}')]")


def test_its_words_go_when_those_of_what_was_rejected_go(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "publish")
    answer = reply(author, editors, "A reply.", author)
    author.post("withdraw")
    frozen_clock.advance(days=60)
    work(app)
    assert author.told() == "Your comment was erased on 19 January 2027, 10:00."
    assert thread(author) == [GAP, "A reply."]
    assert answer.status() is Status.PUBLISHED


@ON_SQLITE
def test_a_thread_with_gaps_is_one_index_range(app: Flask, author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    reply(author, editors, "A reply.", author)
    with asked(app) as statements:
        author.post("withdraw")
        author.client.get("/articles/news")
    assert detours(app, statements) == []
