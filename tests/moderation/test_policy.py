"""What becomes of a comment that comes in, as the policy says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments import status
from app.comments.editing import replace_text
from app.comments.models import Comment, Status
from app.core.db import transaction
from app.core.markup import comment_html
from app.core.revisions import bump
from app.moderation import screening
from app.moderation.models import Verdict
from app.moderation.phases import Result
from app.moderation.screening import destination, verdict_of
from app.site.models import SITE, Policy, the_site
from tests.comments.sending import receipt_of, send
from tests.conftest import ON_SQLITE
from tests.factories import Factory
from tests.pages import Page


def set_policy(app: Flask, policy: Policy) -> None:
    with app.app_context(), transaction() as session:
        the_site(session).policy = policy
        bump(session, SITE)


@ON_SQLITE
@pytest.mark.parametrize(
    ("policy", "verdict", "to"),
    [
        (Policy.HOLD_ALL, Verdict.PUBLISH, Status.PENDING),
        (Policy.HOLD_ALL, Verdict.HOLD, Status.PENDING),
        (Policy.HOLD_ALL, Verdict.SPAM, Status.SPAM),
        (Policy.HOLD_UNKNOWN, Verdict.PUBLISH, Status.PENDING),
        (Policy.HOLD_UNKNOWN, Verdict.HOLD, Status.PENDING),
        (Policy.HOLD_UNKNOWN, Verdict.SPAM, Status.SPAM),
        (Policy.HOLD_SUSPECT, Verdict.PUBLISH, Status.PUBLISHED),
        (Policy.HOLD_SUSPECT, Verdict.HOLD, Status.PENDING),
        (Policy.HOLD_SUSPECT, Verdict.SPAM, Status.SPAM),
        (Policy.PUBLISH, Verdict.PUBLISH, Status.PUBLISHED),
        (Policy.PUBLISH, Verdict.HOLD, Status.PUBLISHED),
        (Policy.PUBLISH, Verdict.SPAM, Status.SPAM),
    ],
)
def test_policy_and_verdict_say_where_a_comment_goes(policy: Policy, verdict: Verdict, to: Status, app: Flask) -> None:
    assert destination(policy, verdict) is to
    assert destination(policy, verdict, has_failed=True) is (to if to is Status.SPAM else Status.PENDING)


@pytest.mark.parametrize(
    ("policy", "verdict", "to"),
    [
        (Policy.HOLD_ALL, Verdict.PUBLISH, Status.PENDING),
        (Policy.HOLD_UNKNOWN, Verdict.PUBLISH, Status.PUBLISHED),
        (Policy.HOLD_UNKNOWN, Verdict.HOLD, Status.PENDING),
        (Policy.HOLD_UNKNOWN, Verdict.SPAM, Status.SPAM),
        (Policy.HOLD_SUSPECT, Verdict.HOLD, Status.PENDING),
        (Policy.PUBLISH, Verdict.SPAM, Status.SPAM),
    ],
)
def test_trust_goes_so_far_as_the_policy_says(policy: Policy, verdict: Verdict, to: Status) -> None:
    assert destination(policy, verdict, is_trusted=True) is to
    assert destination(policy, verdict, is_trusted=True, has_failed=True) is not Status.PUBLISHED


def test_the_strictest_verdict_counts_and_of_nothing_found_it_is_to_publish() -> None:
    results = [Result(verdict, "") for verdict in (Verdict.PUBLISH, Verdict.SPAM, Verdict.HOLD)]
    assert verdict_of({str(number): result for number, result in enumerate(results)}) is Verdict.SPAM
    assert verdict_of({}) is Verdict.PUBLISH


@pytest.mark.parametrize(
    ("policy", "plain", "suspect"),
    [
        (Policy.HOLD_ALL, Status.PENDING, Status.PENDING),
        (Policy.HOLD_UNKNOWN, Status.PENDING, Status.PENDING),
        (Policy.HOLD_SUSPECT, Status.PUBLISHED, Status.PENDING),
        (Policy.PUBLISH, Status.PUBLISHED, Status.PUBLISHED),
    ],
)
def test_each_policy_by_http(
    client: FlaskClient, factory: Factory, policy: Policy, plain: Status, suspect: Status
) -> None:
    factory.article("news")
    set_policy(factory.app, policy)
    send(client, body="A sound point.")
    send(client, body="See https://new.example.")
    send(client, body="Pills.", website="x")
    assert factory.ask(sa.select(Comment.status).order_by(Comment.id)) == [plain, suspect, Status.SPAM]


def test_what_the_policy_published_is_on_the_page_at_once_and_the_receipt_says_so(
    app: Flask, client: FlaskClient, factory: Factory
) -> None:
    factory.article("news")
    assert "A sound point." not in client.get("/articles/news").text
    set_policy(app, Policy.HOLD_SUSPECT)
    answer = send(client)
    page = Page(client.get("/articles/news"))
    assert "A sound point." in page.text("//*[@class='thread']")
    assert "1 comment" in page.text("//article/header")
    assert "Published 20 November 2026, 10:00" in receipt_of(client, answer).text("//*[@role='status']")
    assert factory.ask(sa.select(Comment.decided_at)) == [None]


def test_the_form_says_what_the_policy_is(app: Flask, client: FlaskClient, factory: Factory) -> None:
    factory.article("news")
    said = {}
    for policy in Policy:
        set_policy(app, policy)
        said[policy] = Page(client.get("/articles/news")).text("//form[@id='comment-form']/p[@class='hint']")
    assert "An editor reads every comment before it appears." in said[Policy.HOLD_ALL]
    assert "but for those of readers whose earlier ones we know" in said[Policy.HOLD_UNKNOWN]
    assert "every comment" not in said[Policy.HOLD_SUSPECT]
    assert "Comments appear at once" in said[Policy.PUBLISH]
    assert "Comments appear at once" not in said[Policy.HOLD_SUSPECT]


def test_an_editor_can_take_back_what_the_policy_published(
    app: Flask, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    factory.article("news")
    set_policy(app, Policy.PUBLISH)
    send(client)
    factory.decide(edith, 1, "reject")
    assert "A sound point." not in client.get("/articles/news").text
    factory.undo(edith, 1)
    assert factory.ask(sa.select(Comment.status)) == [Status.PUBLISHED]
    assert factory.ask(sa.select(Comment.decided_at)) == [None]


def test_what_an_editor_sent_back_comes_to_an_editor_again_whatever_the_policy(
    app: Flask, factory: Factory, edith: Identity
) -> None:
    set_policy(app, Policy.PUBLISH)
    article = factory.article("news")
    returned, _token = factory.comment(article, "A rude point.")
    untouched, _token = factory.comment(article, "A dull point.")
    factory.decide(edith, returned, "return")
    with app.test_request_context(), transaction() as session:
        for comment in (session.get_one(Comment, returned), session.get_one(Comment, untouched)):
            if comment.status is not Status.PENDING:
                status.change(session, comment, Status.PENDING, by_person=False)
            text = f"A better point, {comment.id}."
            replace_text(session, comment, text=text, html=comment_html(text))
            screening.screen(session, comment)
    assert factory.ask(sa.select(Comment.status).order_by(Comment.id)) == [Status.PENDING, Status.PUBLISHED]
