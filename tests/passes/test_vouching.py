"""What a pass does for its holder's next comment: trust, as the policy says, and a name that no other pass takes."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.queries import Identity
from app.comments import status
from app.comments.models import Comment, Status
from app.core.db import transaction
from app.core.revisions import bump
from app.moderation import decisions
from app.moderation.models import Finding
from app.site.models import SITE, Policy, the_site
from tests.comments.sending import receipt_token, send
from tests.conftest import ON_SQLITE, FrozenClock
from tests.factories import Factory
from tests.pages import Page
from tests.passes.conftest import Holder, new_holder

IN_USE = "Another reader signs with that name here. Add an initial."


def set_policy(app: Flask, policy: Policy, trusted_from: int = 2) -> None:
    with app.app_context(), transaction() as session:
        site = the_site(session)
        site.policy, site.trusted_from = policy, trusted_from
        bump(session, SITE)


def status_of(factory: Factory, comment_id: int) -> Status:
    (status,) = factory.ask(sa.select(Comment.status).where(Comment.id == comment_id))
    assert isinstance(status, Status)
    return status


def known(ann: Holder, edith: Identity, comments: int = 2) -> list[int]:
    """Comments of Ann's that an editor has published."""
    ids = [ann.sent(body=f"Letter {number}.") for number in range(comments)]
    for comment_id in ids:
        ann.factory.decide(edith, comment_id, "publish")
    return ids


def test_a_trusted_reader_is_published_at_once_where_the_policy_says_so(
    app: Flask, ann: Holder, factory: Factory, edith: Identity
) -> None:
    known(ann, edith)
    for policy, expected in {
        Policy.HOLD_ALL: Status.PENDING,
        Policy.HOLD_UNKNOWN: Status.PUBLISHED,
        Policy.HOLD_SUSPECT: Status.PUBLISHED,
    }.items():
        set_policy(app, policy)
        assert status_of(factory, ann.sent(body=f"Under {policy}.")) is expected
    set_policy(app, Policy.HOLD_UNKNOWN)
    assert status_of(factory, ann.sent(body="See https://new.example.")) is Status.PENDING, "something is found"
    assert status_of(factory, ann.sent(body="Pills.", website="x")) is Status.SPAM
    assert status_of(factory, ann.sent(body="Without.", **{"pass": "x" * 22})) is Status.PENDING
    set_policy(app, Policy.HOLD_UNKNOWN, trusted_from=0)
    assert status_of(factory, ann.sent(body="Nobody is trusted.")) is Status.PENDING
    set_policy(app, Policy.HOLD_UNKNOWN, trusted_from=3)
    assert status_of(factory, ann.sent(body="One is missing.")) is Status.PENDING


def test_only_what_an_editor_published_counts_and_by_proof_of_a_receipt_too(
    app: Flask, ann: Holder, client: FlaskClient, factory: Factory, edith: Identity
) -> None:
    set_policy(app, Policy.HOLD_UNKNOWN, trusted_from=1)
    comment, receipt = factory.comment(1, "Sent without a pass.")
    set_policy(app, Policy.PUBLISH, trusted_from=1)
    ann.sent(body="Published by the policy.")
    set_policy(app, Policy.HOLD_UNKNOWN, trusted_from=1)
    factory.decide(edith, comment, "publish")
    assert status_of(factory, ann.sent(body="Before.")) is Status.PENDING
    ann.add(receipt)
    assert status_of(factory, ann.sent(body="After.")) is Status.PUBLISHED


def test_a_rejection_ends_the_trust_for_thirty_days_and_no_other_pass_sheds_it(
    app: Flask, ann: Holder, factory: Factory, edith: Identity, frozen_clock: FrozenClock
) -> None:
    receipts = []
    for number in range(2):
        receipts.append(receipt_token(ann.send(body=f"Letter {number}.")))
        factory.decide(edith, number + 1, "publish")
    set_policy(app, Policy.HOLD_UNKNOWN)
    rude = ann.sent(body="A rude point.")
    assert status_of(factory, rude) is Status.PUBLISHED
    factory.decide(edith, rude, "reject")
    assert status_of(factory, ann.sent(body="After it.")) is Status.PENDING
    with app.app_context(), transaction() as session:
        # As its author would by taking it back, wherever that leads.
        status.change(session, session.get_one(Comment, rude), Status.PENDING, by_person=False)
    assert status_of(factory, ann.sent(body="After taking it back.")) is Status.PENDING
    ann.client.post(f"{ann.path}/delete")
    ben = new_holder(factory)
    for receipt in receipts:
        assert ben.add(receipt).status_code == 303
    assert status_of(factory, ben.sent(body="With a new pass.")) is Status.PENDING
    frozen_clock.advance(days=30, minutes=1)
    assert status_of(factory, ben.sent(body="A month later.")) is Status.PUBLISHED


def test_what_the_policy_or_a_machine_did_ends_no_trust_and_an_undo_gives_it_back(
    app: Flask, ann: Holder, factory: Factory, edith: Identity
) -> None:
    known(ann, edith)
    set_policy(app, Policy.HOLD_UNKNOWN)
    ann.sent(body="A trap.", website="x")
    rejected = ann.sent(body="Rejected by mistake.")
    factory.decide(edith, rejected, "reject")
    assert status_of(factory, ann.sent(body="Held.")) is Status.PENDING
    with app.app_context(), transaction() as session:
        decision = decisions.last_decision(session, rejected)
        assert decision is not None
        decisions.undo(session, edith, decision.id)
    assert status_of(factory, ann.sent(body="Not held.")) is Status.PUBLISHED


def test_the_editor_reads_who_is_known_beside_what_was_found(
    app: Flask, ann: Holder, factory: Factory, edith: Identity
) -> None:
    known(ann, edith)
    set_policy(app, Policy.HOLD_SUSPECT)
    suspect = ann.sent(body="See https://new.example.")
    page = Page(factory.logged_in(edith).get("/admin/"))
    assert page.text(f"//*[@id='row-{suspect}']//*[@class='vouched']") == "Trusted: 2 earlier published."
    factory.decide(edith, suspect, "reject")
    after = ann.sent(body="See https://other.example.")
    said = "By proof, 2 earlier published, one refused within 30 days."
    assert factory.ask(sa.select(Finding.reason).where(Finding.comment_id == after, Finding.phase == "author")) == [
        said
    ]


def test_a_name_that_another_pass_signs_with_in_the_thread_needs_an_initial(
    ann: Holder, factory: Factory, edith: Identity
) -> None:
    first = ann.sent(name="Ann Reader")
    ben = new_holder(factory)
    for name in ("Ann Reader", "ANN  READER", "Аnn Rеаdеr"):
        page = Page(ben.send(name=name, body="My own words."))
        assert (page.answer.status_code, page.error_at("name")) == (422, IN_USE), name
        assert (page.field("body").strip(), page.field("pass")) == ("My own words.", ben.token)
    assert ben.send(name="Ann B. Reader").status_code == 303
    assert ann.send(name="Ann Reader", body="Her own again.").status_code == 303
    factory.article("other")
    assert ben.send("other", name="Ann Reader").status_code == 303, "another thread"
    assert send(ben.client, name="Ann Reader").status_code == 303, "without a pass nothing is refused"
    for comment_id in (first, first + 2):
        factory.decide(edith, comment_id, "reject")
    assert ben.send(name="Ann Reader", body="Now it is free.").status_code == 303


def test_a_name_signed_without_a_pass_is_free_to_every_pass(ann: Holder, factory: Factory) -> None:
    factory.comment(1, author="Ann Reader")
    assert ann.send(name="Ann Reader").status_code == 303


@ON_SQLITE
def test_a_name_is_looked_up_by_its_index_and_only_for_a_pass(app: Flask, ann: Holder, factory: Factory) -> None:
    query = "SELECT id FROM comments WHERE article_id = 1 AND signed_as = 'x' AND pass_id != 2"
    with app.app_context(), transaction() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    assert [row[3] for row in plan] == [
        "SEARCH comments USING INDEX ix_comments_names_of_passes (article_id=? AND signed_as=?)"
    ]
