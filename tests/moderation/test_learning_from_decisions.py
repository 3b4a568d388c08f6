"""Each decision teaches the filter at once, and each undo takes that back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.queries import Identity
from app.comments.models import Comment, Status
from app.core.db import transaction
from app.learning.judging import ENOUGH
from app.learning.models import FilterState, FilterTrial
from app.moderation import decisions
from app.moderation.models import Finding
from app.site.models import Policy, the_site
from tests.factories import Factory

ADVERT = "Buy cheap pills now, click my link and subscribe to my channel"
LETTER = "The harbour council has not read the report that it paid for"


def learned(factory: Factory) -> tuple[int, int]:
    """How many published comments and how many spam comments the filter has learned from."""
    (state,) = factory.ask(sa.select(FilterState))
    return state.ham, state.spam


def test_published_and_spam_teach_and_rejected_and_returned_do_not(factory: Factory, edith: Identity) -> None:
    article = factory.article()
    said = []
    for verb in ("publish", "spam", "reject", "return"):
        factory.decide(edith, factory.comment(article)[0], verb)
        said.append(learned(factory))
    assert said == [(1, 0), (1, 1), (1, 1), (1, 1)]


def test_a_changed_decision_and_an_undo_teach_what_then_stands(app: Flask, factory: Factory, edith: Identity) -> None:
    comment, _token = factory.comment(factory.article())
    said = []
    for verb in ("publish", "spam", "reject"):
        factory.decide(edith, comment, verb)
        said.append(learned(factory))
    for _ in range(3):
        factory.undo(edith, comment)
        said.append(learned(factory))
    assert said == [(1, 0), (0, 1), (0, 0), (0, 1), (1, 0), (0, 0)]


def test_what_the_policy_or_a_phase_has_done_teaches_nothing(app: Flask, factory: Factory, edith: Identity) -> None:
    factory.article("news")
    with app.app_context(), transaction() as session:
        the_site(session).policy = Policy.PUBLISH
    for body, website in (("A point.", ""), ("Pills.", "x")):
        app.test_client().post("/articles/news/comments", data={"name": "Ann", "body": body, "website": website})
    assert factory.ask(sa.select(Comment.status).order_by(Comment.id)) == [Status.PUBLISHED, Status.SPAM]
    assert learned(factory) == (0, 0)
    factory.decide(edith, 1, "spam")
    factory.undo(edith, 1)
    assert factory.ask(sa.select(Comment.status).where(Comment.id == 1)) == [Status.PUBLISHED]
    assert learned(factory) == (0, 0)


def test_a_fault_of_the_filter_stops_no_decision_and_is_logged_without_words(
    factory: Factory, edith: Identity, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(session: sa.orm.Session, comment: Comment, _status: Status) -> None:
        session.execute(sa.update(FilterState).values(ham=99))
        raise ValueError(comment.source)

    monkeypatch.setattr(decisions, "teach", fail)
    comment, _token = factory.comment(factory.article(), "Secret words.")
    factory.decide(edith, comment, "publish")
    assert factory.ask(sa.select(Comment.status)) == [Status.PUBLISHED]
    assert learned(factory) == (0, 0)
    assert f"the filter could not learn comment {comment}: ValueError" in caplog.text
    assert "Secret" not in caplog.text


def test_what_it_has_learned_it_says_of_the_next_comment(factory: Factory, edith: Identity) -> None:
    article = factory.article()
    for number in range(ENOUGH):
        factory.decide(edith, factory.comment(article, f"{LETTER}, {number}.")[0], "publish")
        before = factory.comment(article, f"{ADVERT}, {number}!")[0]
        factory.decide(edith, before, "spam")
    assert factory.ask(sa.select(Comment.spam_score).where(Comment.id == before)) == [None]
    advert, letter = (factory.comment(article, f"{text}, at last.")[0] for text in (ADVERT, LETTER))
    scores = factory.ask(sa.select(Comment.spam_score).where(Comment.id.in_([advert, letter])).order_by(Comment.id))
    assert scores[0] > 0.5 > scores[1]
    (reason,) = factory.ask(sa.select(Finding.reason).where(Finding.comment_id == advert, Finding.phase == "filter"))
    assert reason.startswith("The filter takes it for spam with ")
    assert "What weighed most for that: " in reason
    assert factory.ask(sa.select(sa.func.count()).select_from(FilterTrial)) == [2 * ENOUGH]
