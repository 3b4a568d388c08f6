"""Where a comment can go from where it stands."""

from __future__ import annotations

from itertools import product

import pytest
import sqlalchemy as sa

from app.comments import status
from app.comments.models import Comment, Status
from app.comments.status import TRANSITIONS, IllegalTransition
from app.core.db import transaction
from app.receipts.withdrawing import withdraw
from tests.factories import Factory
from tests.moderation.conftest import Desk, ids_in

PENDING, PUBLISHED, REJECTED, SPAM = Status.PENDING, Status.PUBLISHED, Status.REJECTED, Status.SPAM
RETURNED, WITHDRAWN = Status.RETURNED, Status.WITHDRAWN

LEGAL = {
    (PENDING, PENDING): False,  # it waits already
    (PENDING, PUBLISHED): True,  # an editor publishes it
    (PENDING, REJECTED): True,  # an editor rejects it
    (PENDING, SPAM): True,  # an editor or the machine holds it for advertising
    (PENDING, RETURNED): True,  # an editor asks its author for an edit
    (PUBLISHED, PENDING): True,  # undo, or readers report it
    (PUBLISHED, PUBLISHED): False,  # two editors agree; the second is told so
    (PUBLISHED, REJECTED): True,  # an editor takes it down
    (PUBLISHED, SPAM): True,  # an editor finds out late
    (REJECTED, PENDING): True,  # undo, and nothing else
    (REJECTED, PUBLISHED): True,  # an editor thinks better of it
    (REJECTED, REJECTED): False,
    (REJECTED, SPAM): True,
    (SPAM, PENDING): True,  # undo, and nothing else
    (SPAM, PUBLISHED): True,  # the machine, or an editor, was wrong
    (SPAM, REJECTED): True,
    (SPAM, SPAM): False,
    (PUBLISHED, RETURNED): True,
    (REJECTED, RETURNED): True,
    (SPAM, RETURNED): True,
    (RETURNED, PENDING): True,  # its author has edited it, or undo
    (RETURNED, PUBLISHED): True,  # an editor would rather have it as it was
    (RETURNED, REJECTED): True,
    (RETURNED, SPAM): True,
    (RETURNED, RETURNED): False,
    (PENDING, WITHDRAWN): True,  # its author takes it back, here and below
    (PUBLISHED, WITHDRAWN): True,
    (REJECTED, WITHDRAWN): True,
    (SPAM, WITHDRAWN): True,
    (RETURNED, WITHDRAWN): True,
    (WITHDRAWN, PENDING): False,  # for good, here and below
    (WITHDRAWN, PUBLISHED): False,
    (WITHDRAWN, REJECTED): False,
    (WITHDRAWN, SPAM): False,
    (WITHDRAWN, RETURNED): False,
    (WITHDRAWN, WITHDRAWN): False,
}

VERBS = {"publish": PUBLISHED, "reject": REJECTED, "spam": SPAM, "return": RETURNED}


def test_the_table_of_moves_is_this_one() -> None:
    assert {(here, there): there in TRANSITIONS[here] for here in Status for there in Status} == LEGAL


def put(factory: Factory, where: Status, verb_by: Desk) -> int:
    """A new comment that an editor has brought there, or its author."""
    comment, _token = factory.comment(factory.article())
    for verb, to in VERBS.items():
        if to is where:
            factory.decide(verb_by.editor, comment, verb)
    if where is WITHDRAWN:
        with factory.app.app_context(), transaction() as session:
            withdraw(session, session.get_one(Comment, comment))
    return comment


def test_no_comment_moves_to_where_it_stands(factory: Factory, desk: Desk) -> None:
    for here, there in (pair for pair, is_legal in LEGAL.items() if not is_legal):
        comment_id = put(factory, here, desk)
        with factory.app.app_context(), pytest.raises(IllegalTransition), transaction() as session:
            status.change(session, session.get_one(Comment, comment_id), there, by_person=True)
        assert desk.status_of(comment_id) is here


def test_the_desk_shows_the_moves_that_can_be_made_and_each_can(factory: Factory, desk: Desk) -> None:
    for here, verb in product(Status, VERBS):
        possible = {one for one, to in VERBS.items() if LEGAL[here, to]}
        comment_id = put(factory, here, desk)
        row = f"//li[@id='row-{comment_id}']"
        offered = desk.queue(here).find(f"{row}//form[contains(@action, '/decide')]//*[@name='decision']")
        assert {one.get("value") for one in offered} == possible
        answer = desk.decide(comment_id, verb, seen=here)
        assert answer.status_code == (303 if verb in possible else 409)
        assert desk.status_of(comment_id) is (VERBS[verb] if verb in possible else here)


def test_an_undo_leads_back_to_each_status_from_each_other(factory: Factory, desk: Desk) -> None:
    for here in Status:
        for verb, there in VERBS.items():
            if not LEGAL[here, there]:
                continue
            comment_id = put(factory, here, desk)
            factory.decide(desk.editor, comment_id, verb)
            desk.undo(comment_id)
            assert desk.status_of(comment_id) is here, (here, there)
            assert comment_id in ids_in(desk.queue(here))


def test_what_is_no_decision_changes_nothing(factory: Factory, desk: Desk) -> None:
    comment_id, _token = factory.comment(factory.article())
    for verb in ("", "pending", "PUBLISH", "undo", "delete", "publish "):
        assert desk.decide(comment_id, verb).status_code == 400, verb
    assert desk.status_of(comment_id) is PENDING


def test_a_decision_on_no_comment_is_no_page(factory: Factory, desk: Desk) -> None:
    assert desk.decide(999, "publish").status_code == 404
    assert factory.ask(sa.select(sa.func.count()).select_from(Comment)) == [0]
