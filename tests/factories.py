"""What tests begin with, made by the project's own verbs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import editing, logging_in, passwords
from app.accounts.models import Editor
from app.accounts.queries import Identity, open_link
from app.articles.describing import Description, Kind, create
from app.articles.files import read_article_file
from app.articles.loading import store
from app.articles.models import Article, Author
from app.comments import submitting
from app.comments.models import Comment
from app.comments.queries import comment_of_receipt
from app.core import clock
from app.core.db import db, transaction
from app.core.markup import comment_html, render_article
from app.moderation import appeals, decisions
from app.moderation.models import Appeal, Decision, Outcome
from app.site.models import HouseRule
from tests.images import encoded

PASSWORD = "correct horse battery"


@cache
def password_hash() -> str:
    """The hash of PASSWORD, made once since it takes 50 ms."""
    return passwords.hash_password(PASSWORD)


class Factory:
    """Makes rows and returns what a test needs of them. Each call is a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.made = 0

    def article(self, slug: str = "an-article", body: str = "Some text.\n", **fields: object) -> int:
        """An article by way of a file, `fields` being front matter. Returns its id."""
        front = {"title": f"About {slug}", "slug": slug, "byline": "Chief Editor", "standfirst": "In short.", **fields}
        lines = "".join(f"{name}: {_yaml(value)}\n" for name, value in front.items() if value is not None)
        path = Path(self.app.instance_path) / f"{slug}.md"
        path.write_text(f"---\n{lines}---\n{body}", encoding="utf-8")
        with self.app.app_context(), transaction() as session:
            store(session, read_article_file(path), force=True)
            return session.scalars(sa.select(Article.id).where(Article.slug == slug)).one()

    def described(self, slug: str, kind: Kind = Author, **said: Any) -> int:
        """An author, or a series, for articles to name. Returns its id."""
        text = said.pop("text", "Writes.\n")
        said = {"name": slug.replace("-", " ").title(), "source": text, "markup": render_article(text, {}), **said}
        with self.app.app_context(), transaction() as session:
            return create(session, kind, Description(slug, **said), actor="command line").id

    def pictured(self, slug: str = "pictured", data: bytes | None = None, **fields: object) -> int:
        """An article that begins with a picture, `gate.png` or what is given. Returns its id."""
        (Path(self.app.instance_path) / "gate.png").write_bytes(data or encoded(kind="PNG"))
        return self.article(
            slug, "::: figure\nimage: gate.png\nalt: A gate\ncredit: Rosa Martin\n\nThe gate.\n:::\n\nText.\n", **fields
        )

    def comment(
        self,
        article_id: int,
        text: str | None = None,
        *,
        author: str = "Ann Reader",
        parent_id: int | None = None,
        address: str | None = None,
        email: str | None = None,
    ) -> tuple[int, str]:
        """A pending comment from an address of its own. Returns its id and its receipt's token."""
        with self.app.app_context(), transaction() as session:
            return self._submit(
                session, article_id, text, author=author, parent_id=parent_id, address=address, email=email
            )

    def published(
        self, article_id: int, text: str | None = None, *, editor: Identity, **kwargs: str | int | None
    ) -> int:
        """A comment that the editor has published. Returns its id."""
        comment_id, _token = self.comment(article_id, text, **kwargs)  # type: ignore[arg-type]
        self.decide(editor, comment_id, "publish")
        return comment_id

    def published_many(self, article_id: int, replies_to: Sequence[int | None], *, editor: Identity) -> list[int]:
        """Published comments, all in one transaction. Each answers the comment of that number among them, if any.

        Returns their ids.
        """
        ids: list[int] = []
        with self.app.app_context(), transaction() as session:
            for number, parent in enumerate(replies_to):
                parent_id = None if parent is None else ids[parent]
                ids.append(self._submit(session, article_id, f"Letter {number}.", parent_id=parent_id)[0])
                decisions.decide(session, editor, ids[-1], "publish", "pending.1")
        return ids

    def ask(self, query: sa.Select[Any]) -> list[Any]:
        """What the database holds now: the query's first column."""
        with self.app.app_context():
            return list(db.session.scalars(query))

    def decide(self, editor: Identity, comment_id: int, verb: str, *, rule: int = 2, note: str = "A note.") -> None:
        """A decision on the comment as it stands; `rule` is the house rule's number."""
        with self.app.app_context(), transaction() as session:
            seen = decisions.seen_as(session.get_one(Comment, comment_id))
            reason = decisions.Reason(self.rule(session, rule), note)
            decisions.decide(session, editor, comment_id, verb, seen, reason=reason)

    def undo(self, editor: Identity, comment_id: int) -> None:
        """Takes the newest decision on the comment back that stands."""
        with self.app.app_context(), transaction() as session:
            decisions.undo(session, editor, self.decision(session, comment_id))

    def answer(self, editor: Identity, comment_id: int, outcome: Outcome, reason: str) -> None:
        """An answer to the appeal on the comment as it stands."""
        with self.app.app_context(), transaction() as session:
            appeal_id = session.scalars(sa.select(Appeal.id).where(Appeal.comment_id == comment_id)).one()
            seen = decisions.seen_as(session.get_one(Comment, comment_id))
            appeals.decide(session, editor, appeal_id, outcome, reason, seen=seen)

    def decision(self, session: Session, comment_id: int) -> int:
        """The id of the newest decision on the comment, of those that stand if any does; 0 where there was none."""
        newest_first = (
            sa.select(Decision.id)
            .where(Decision.comment_id == comment_id)
            .order_by(Decision.undone_at.is_not(None), Decision.id.desc())
        )
        return session.scalar(newest_first.limit(1)) or 0

    def rule(self, session: Session, number: int) -> int:
        """The id of a house rule."""
        return session.scalars(sa.select(HouseRule.id).where(HouseRule.number == number)).one()

    def editor(self, name: str = "Edith Ward", email: str = "edith@example.org") -> Identity:
        """An editor who is not logged in and whose password is PASSWORD."""
        with self.app.app_context(), transaction() as session:
            link = open_link(session, editing.invite(session, email))
            assert link is not None
            editor = editing.accept(session, link, name=name, email=email, password_hash=password_hash())
            return Identity(editor.id, 0, editor.name, editor.email, clock.now())

    def logged_in(self, editor: Identity) -> FlaskClient:
        """A browser in which the editor is logged in."""
        client = self.app.test_client()
        with self.app.app_context(), transaction() as session:
            token = logging_in.start_session(session, session.get_one(Editor, editor.editor_id), "address", "Test")
        with client.session_transaction(path="/admin/") as cookie:
            cookie["token"] = token
        return client

    def _submit(
        self,
        session: Session,
        article_id: int,
        text: str | None = None,
        *,
        author: str = "Ann Reader",
        parent_id: int | None = None,
        address: str | None = None,
        email: str | None = None,
    ) -> tuple[int, str]:
        self.made += 1
        text = text or f"Comment number {self.made}."
        token = submitting.submit(
            session,
            submitting.Submission(
                article_id=article_id,
                parent_id=parent_id,
                author=author,
                email=email,
                text=text,
                html=comment_html(text),
                address_hash=address or f"address {self.made}",
                trap_filled=False,
            ),
        )
        session.flush()
        comment = comment_of_receipt(session, token)
        assert comment is not None
        return comment.id, token


def csrf_token(page: str) -> str:
    """The token in the forms of an editor's page."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def send_form(
    browser: FlaskClient, path: str, fields: Mapping[str, object] | None = None, *, from_page: str = "/admin/account"
) -> TestResponse:
    """Posts to a path of the desk with the token that a page opened before held."""
    token = csrf_token(browser.get(from_page).text)
    return browser.post(path, data={"csrf_token": token, **(fields or {})})


def _yaml(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)
