"""What its author can have of a comment, and have erased."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.comments.models import Comment, CommentTally, CommentVersion, ProposedEdit, Status
from app.core.db import transaction
from app.following.models import Follow
from app.moderation.models import Decision, Finding, Outcome
from app.receipts import erasing
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.moderation.conftest import Desk
from tests.pages import Page
from tests.receipts.conftest import Author, Editors
from tests.receipts.test_erasing import everything
from tests.receipts.test_withdrawing import GAP, reply, thread

WORDS = ("sound", "Ann Reader", "ann@example.org", "example.net", "wronged", "tattler")


def live_through(author: Author, editors: Editors, desk: Desk) -> None:
    """Everything that can hang on a comment. It ends published, with a new text waiting."""
    author.post("follow", email="ann@example.org")
    author.edit("A sound point, at https://example.net/a https://example.net/b https://example.net/c")
    editors.decide(author, "reject", rule=3, note="Fewer links.")
    author.appeal("I am wronged.")
    editors.answer(author, Outcome.UPHELD, "So you are.")
    author.client.post(f"/comments/{author.id}/report", data={"reason": "other", "text": "So says a tattler."})
    author.edit("A sounder point.")
    desk.new_text(author.id, "reject")
    author.edit("The soundest point.")


def downloaded(author: Author) -> dict[str, Any]:
    answer = author.client.get(f"{author.path}/download")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="comment-{author.id}.json"'
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_the_download_holds_all_that_hangs_on_the_comment_and_nobody_elses_words(
    author: Author, editors: Editors, desk: Desk
) -> None:
    live_through(author, editors, desk)
    found = downloaded(author)
    assert (found["name"], found["email"], found["status"]) == ("Ann Reader", "ann@example.org", "published")
    assert found["text"].startswith("A sound point, at https://example.net/a")
    assert found["sent_at"] == "2026-11-20T10:00:00+00:00"
    assert [one["text"] for one in found["earlier_texts"]] == ["A sound point."]
    assert [(one["text"], one["outcome"]) for one in found["proposed_texts"]] == [
        ("A sounder point.", "refused"),
        ("The soundest point.", None),
    ]
    assert [(one["to"], one["rule"] and one["rule"]["number"], one["note"]) for one in found["decisions"]] == [
        ("rejected", 3, "Fewer links."),
        ("published", None, None),
    ]
    (appeal,) = found["appeals"]
    assert (appeal["text"], appeal["outcome"], appeal["reason"]) == ("I am wronged.", "upheld", "So you are.")
    assert {one["phase"] for one in found["screening"]} >= {"links"}
    assert [one["reason"] for one in found["reports"]] == ["other"]
    assert [one["email"] for one in found["mail"]] == ["ann@example.org"]
    text = json.dumps(found)
    assert "tattler" not in text, "a report's words are the reporter's"
    assert "Edith" not in text
    assert author.token not in text


def test_erasing_asks_first_and_then_leaves_no_word_and_an_unbroken_record(
    app: Flask, author: Author, editors: Editors, desk: Desk, frozen_clock: FrozenClock
) -> None:
    factory = author.factory
    live_through(author, editors, desk)
    answer = reply(author, editors, "Well said.", author)
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Comment).where(Comment.id == answer.id).values(author="Bo"))
    page = Page(author.client.get(f"{author.path}/erase"))
    assert page.text("//h1") == "Erase your comment?"
    assert author.comment().erased_at is None, "a GET changes nothing"
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])  # the letter leaves
    frozen_clock.advance(minutes=1)
    for _ in range(2):
        assert author.post("erase").status_code == 303
    app.test_cli_runner().invoke(args=["jobs", "run", "--once"])  # the words leave the files of the search, too
    kept = everything(factory)
    assert [word for word in WORDS if word in kept] == []
    assert thread(author) == [GAP, "Well said."]
    for gone in (CommentVersion, ProposedEdit, Follow):
        assert factory.ask(sa.select(gone)) == []
    assert len(factory.ask(sa.select(Decision).where(Decision.comment_id == author.id))) == 2
    assert factory.ask(sa.select(Finding.phase)) != []
    (withdrawn,) = factory.ask(sa.select(CommentTally.count).where(CommentTally.status == Status.WITHDRAWN))
    assert withdrawn == 1
    verified = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output

    receipt = author.receipt()
    assert author.told() == "Your comment was erased on 20 November 2026, 10:01."
    assert not receipt.find("//main//form")
    assert "Your appeal" not in receipt.text()
    assert author.edit("Again.").status_code == 409
    assert author.client.get(f"{author.path}/erase").headers["Location"] == author.path


def test_whatever_its_status_a_comment_is_erased_and_many_at_once(
    app: Flask, author: Author, editors: Editors, factory: Factory
) -> None:
    verbs = ("publish", "reject", "spam", "return", None)
    authors = [Author(factory, author.client, *factory.comment(1)) for _ in verbs]
    for one, verb in zip(authors, verbs, strict=True):
        if verb:
            editors.decide(one, verb)
    authors[4].post("withdraw")
    with app.app_context(), transaction() as session:
        erasing.erase(session, [one.id for one in authors])
    for one in authors:
        comment = one.comment()
        assert (comment.status, comment.source, comment.author) == (Status.WITHDRAWN, "", "")
        assert comment.erased_at is not None
    assert author.comment().source == "A sound point.", "whose id was not given"
    assert thread(author) == []


def test_a_rejected_comment_with_replies_gets_a_gap_when_it_is_erased(author: Author, editors: Editors) -> None:
    editors.decide(author, "publish")
    reply(author, editors, "Well said.", author)
    editors.decide(author, "reject")
    assert thread(author) == ["Well said."]
    author.post("erase")
    assert thread(author) == [GAP, "Well said."]
