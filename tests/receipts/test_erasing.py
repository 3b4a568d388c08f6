"""The words of what was not published go when their time is over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask

from app.comments.models import Comment, CommentTally, CommentVersion, Status
from app.core.db import db, transaction
from app.following.models import Follow
from app.moderation import decisions
from app.moderation.models import Appeal, Decision, Finding, Outcome
from app.receipts import erasing
from app.site.models import Site
from tests.conftest import FrozenClock
from tests.factories import Factory
from tests.receipts.conftest import Author, Editors, work

WORDS = ("sound", "Ann Reader", "ann@example.org", "example.net", "wronged", "reporter", "hidden field")


def everything(factory: Factory) -> str:
    """All that the database holds, as text."""
    with factory.app.app_context():
        tables = sa.inspect(db.engine).get_table_names()
        return "".join(repr(db.session.execute(sa.text(f'SELECT * FROM "{table}"')).all()) for table in tables)


def erased(factory: Factory) -> Sequence[int]:
    return factory.ask(sa.select(Comment.id).where(Comment.erased_at.is_not(None)).order_by(Comment.id))


def test_the_words_go_sixty_days_after_the_decision_and_the_decision_stays(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "reject", rule=3)
    frozen_clock.advance(days=60, seconds=-1)
    work(app)
    assert erased(factory) == []
    frozen_clock.advance(hours=1, seconds=1)
    work(app)
    assert erased(factory) == [author.id]
    (decision,) = factory.ask(sa.select(Decision))
    assert (decision.to_status, decision.rule_number, decision.note) == (Status.REJECTED, 3, "A note.")
    assert factory.ask(sa.select(CommentTally.count).where(CommentTally.status == Status.REJECTED)) == [1]


def test_nothing_is_left_of_what_readers_wrote_or_of_who_they_were(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    author.post("follow", email="ann@example.org", kind="thread")
    editors.decide(author, "return", note="Change it.")
    author.edit("A sound point, at https://example.net/a https://example.net/b https://example.net/c")
    editors.decide(author, "publish")
    author.client.post(f"/comments/{author.id}/report", data={"reason": "other", "text": "So says a reporter."})
    editors.decide(author, "reject")
    author.appeal("I am wronged.")
    work(app)
    editors.answer(author, Outcome.DISMISSED)
    assert all(word in everything(factory) for word in WORDS[:-1])
    frozen_clock.advance(days=60)
    work(app)
    assert erased(factory) == [author.id]
    kept = everything(factory)
    assert [word for word in WORDS if word in kept] == []
    (comment,) = factory.ask(sa.select(Comment))
    assert (comment.address_hash, comment.fingerprint, comment.text_hash) == (None, None, None)
    assert factory.ask(sa.select(CommentVersion)) == []
    assert factory.ask(sa.select(Follow)) == []
    assert factory.ask(sa.select(Finding.phase)) != []


def test_a_receipt_says_when_the_text_went_and_by_which_rule(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "reject")
    author.appeal("Read it again.")
    editors.answer(author, Outcome.DISMISSED, "We have.")
    frozen_clock.advance(days=60)
    work(app)
    page = author.receipt()
    assert page.text("//p[@class='erased']") == (
        "The text was erased on 19 January 2027, 10:00, as our rule says: what is not published is kept for 60 days."
    )
    assert "under house rule 2" in author.told()
    assert "The reason: We have." in page.text()
    assert not page.find("//article")


def test_what_waits_or_is_published_keeps_its_words(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    others = [Author(factory, author.client, *factory.comment(1)) for _ in range(2)]
    editors.decide(others[0], "publish")
    editors.decide(others[1], "return")
    frozen_clock.advance(days=400)
    work(app)
    assert erased(factory) == []


def test_spam_goes_too_whoever_took_it_for_that(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "spam")
    author.client.post("/articles/news/comments", data={"name": "Bot", "body": "Pills.", "website": "x"})
    frozen_clock.advance(days=60)
    work(app)
    assert len(erased(factory)) == 2


def test_an_appeal_that_waits_keeps_the_words_until_it_is_answered(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "reject")
    author.appeal()
    frozen_clock.advance(days=90)
    work(app)
    assert erased(factory) == []
    editors.answer(author, Outcome.DISMISSED)
    frozen_clock.advance(hours=1)
    work(app)
    assert erased(factory) == [author.id]
    assert factory.ask(sa.select(Appeal.text)) == [""]


def test_the_days_are_a_setting_and_never_fewer_than_those_for_an_appeal(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Site).values(keep_days=10, appeal_days=20))
    editors.decide(author, "reject")
    frozen_clock.advance(days=19)
    work(app)
    assert erased(factory) == []
    frozen_clock.advance(days=1)
    work(app)
    assert erased(factory) == [author.id]


def test_what_has_no_words_any_more_is_neither_published_nor_brought_back(
    app: Flask, author: Author, editors: Editors, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "reject")
    frozen_clock.advance(days=60)
    work(app)
    for verb in ("publish", "spam", "return"):
        with pytest.raises(decisions.Overtaken):
            editors.decide(author, verb)
    with pytest.raises(decisions.Overtaken):
        editors.undo(author)
    assert author.appeal().status_code == 409


def test_more_than_one_steps_worth_is_erased_in_one_go(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    with app.app_context(), transaction() as session:
        values = {name: getattr(author.comment(), name) for name in Comment.__mapper__.columns.keys()}  # noqa: SIM118
        del values["id"]
        values |= {"status": Status.REJECTED, "status_at": frozen_clock()}
        session.execute(sa.insert(Comment), [values] * (erasing.STEP + 1))
    frozen_clock.advance(days=60)
    work(app)
    assert len(erased(factory)) == erasing.STEP + 1


def test_a_decision_that_comes_between_finding_and_erasing_counts(
    app: Flask, author: Author, editors: Editors, factory: Factory, frozen_clock: FrozenClock
) -> None:
    editors.decide(author, "reject")
    frozen_clock.advance(days=60)
    with app.app_context():
        found = erasing.due(db.session())
        db.session.rollback()
    assert found == [author.id]
    editors.decide(author, "publish")
    with app.app_context(), transaction() as session:
        erasing.erase_due(session, found)
    assert author.comment().source == "A sound point."
