"""An editor at the desk."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.queries import Identity
from app.comments.models import Comment, Status
from app.core.db import db
from tests.factories import Factory, send_form
from tests.pages import Page


class Desk:
    """An editor's browser, and what is done in it."""

    def __init__(self, factory: Factory, editor: Identity) -> None:
        self.factory = factory
        self.editor = editor
        self.browser: FlaskClient = factory.logged_in(editor)

    def queue(self, tab: str = "pending") -> Page:
        answer = self.browser.get("/admin/", query_string={"tab": tab})
        assert answer.status_code == 200
        return Page(answer)

    def decide(self, comment_id: int, verb: str, seen: str = "pending") -> TestResponse:
        """Presses a comment's button on a page that showed its first version as `seen`, with a rule chosen."""
        fields = {"decision": verb, "seen": f"{seen}.1", "rule": 2, "note": "A note."}
        return send_form(self.browser, f"/admin/comments/{comment_id}/decide", fields)

    def new_text(self, comment_id: int, verb: str, seen: str | None = None) -> TestResponse:
        """Answers a published comment's new text; without `seen`, as the queue shows both texts now."""
        path = f"/admin/comments/{comment_id}/new-text"
        if seen is None:
            form = f"//li[@id='row-{comment_id}']//form[@action='{path}']//input[@name='seen']"
            seen = self.queue().find(form)[0].get("value")
        fields = {"decision": verb, "seen": seen, "rule": 2, "note": "A note."}
        return send_form(self.browser, path, fields)

    def decide_all(self, ids: list[int], verb: str, seen: str = "pending") -> Page:
        """Ticks comments, presses a button below them, and looks at the queue that comes."""
        ticked = {"ids": [str(one) for one in ids], "decision": verb, "rule": 2, "note": "A note."}
        ticked |= {f"seen-{one}": f"{seen}.1" for one in ids}
        return self._then_queue(send_form(self.browser, "/admin/decide", ticked))

    def undo(self, *ids: int) -> Page:
        """Takes the last decisions on these comments back."""
        with self.factory.app.app_context():
            decisions = [self.factory.decision(db.session(), one) for one in ids]
        return self._then_queue(self.press_undo(*decisions))

    def press_undo(self, *decisions: int) -> TestResponse:
        """Presses an undo that a page offered of these decisions."""
        return send_form(self.browser, "/admin/undo", {"ids": [str(one) for one in decisions]})

    def status_of(self, comment_id: int) -> Status:
        (status,) = self.factory.ask(sa.select(Comment.status).where(Comment.id == comment_id))
        assert isinstance(status, Status)
        return status

    def _then_queue(self, answer: TestResponse) -> Page:
        assert answer.status_code == 303
        return Page(self.browser.get(answer.headers["Location"]))


@pytest.fixture
def desk(factory: Factory) -> Desk:
    """The desk of Edith Ward."""
    return Desk(factory, factory.editor())


def ids_in(queue: Page) -> list[int]:
    """The comments in a queue, from top to bottom."""
    return [int(row.get("id").removeprefix("row-")) for row in queue.find("//li[@class='queue-row']")]


def notice_of(queue: Page) -> str:
    return queue.text("//div[contains(@class, 'notice')]/p")
