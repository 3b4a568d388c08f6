"""The site that is measured: its data made by the project's own verbs, served as `flask serve` serves it."""

import os
import sqlite3
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import editing
from app.accounts.queries import Identity, open_link
from app.articles.content import ArticleContent
from app.articles.files import read_article_file
from app.articles.loading import store
from app.articles.models import Article
from app.comments import submitting
from app.comments.models import Comment
from app.comments.queries import comment_of_receipt
from app.config import Config
from app.core import clock
from app.core.db import db, transaction
from app.core.markup import comment_html
from app.moderation import decisions
from app.sample.loading import load_samples
from bench.load import Post
from bench.processes import free_port, start, stop, wait_for_answer
from bench.samples import SampleComment, article_paragraphs, comments, posted_text

ROOT = Path(__file__).resolve().parents[1]
SLUG = "article"
FRONT_MATTER = """\
---
title: The ferry, the bridge and the winter budget
slug: {slug}
byline: A Reporter
standfirst: commit-0.
tags: [harbour, budget]
---
"""


_COLUMNS = ", ".join(column.name for column in Comment.__table__.columns if column.name != "id")
_ANOTHER_LETTER = f"INSERT INTO comments ({_COLUMNS}) SELECT {_COLUMNS} FROM comments WHERE id = ?"


class Broadsheet:
    """A site with an article and its thread of 50 comments.

    It serves while it is entered, and may be entered again. Without `page_cache` each page is made afresh, and where it
    is `bare`, all of it.
    """

    def __init__(self, data_dir: Path, workers: int = 2, *, page_cache: bool = True, bare: bool = False) -> None:
        self.data_dir = data_dir
        self._command = ["flask", "serve"] if page_cache else ["bench.uncached", *(["bare"] if bare else [])]
        port = free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        self.environment = {
            "FLASK_APP": "app",
            "INSTANCE_PATH": str(data_dir),
            "PORT": str(port),
            "WORKERS": str(workers),
            "TRUSTED_PROXIES": "1",
        }
        self.database = data_dir / "broadsheet.db"
        self.article_path = f"/articles/{SLUG}"
        if not self.database.exists():
            with application(data_dir):
                upgrade()
                _prepare(article_file(data_dir))

    @property
    def pids(self) -> list[int]:
        return [self._process.pid]

    @property
    def comment_post(self) -> Post:
        fields = {"name": "A Reader", "email": "reader{n}@example.org", "body": posted_text(), "parent": ""}
        body = urllib.parse.urlencode({**fields, "website": ""}, safe="{}")
        return Post(f"{self.base_url}{self.article_path}/comments", "application/x-www-form-urlencoded", body)

    def __enter__(self) -> Self:
        log = self.data_dir / "serve.log"
        self._process: subprocess.Popen[bytes] = start(
            [sys.executable, "-m", *self._command], log, cwd=ROOT, env=self.environment
        )
        try:
            wait_for_answer(self.base_url + self.article_path, self._process, log)
        except BaseException:
            stop(self._process)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop(self._process)


class Editor:
    """Commits to a prepared site from this process."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._file = article_file(data_dir)

    def __enter__(self) -> Self:
        self._application = application(self.data_dir)
        self._application.__enter__()
        with transaction() as session:
            letter = _submission(_article_id(session), "A letter.", "A Reader", None, f"{os.getpid()}")
            token = submitting.submit(session, letter)
            session.flush()
            written = comment_of_receipt(session, token)
            self._letter_id = written.id if written else 0
        self._plain = sqlite3.connect(self.data_dir / "broadsheet.db", isolation_level=None)
        self._plain.execute("PRAGMA synchronous = FULL")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._plain.close()
        self._application.__exit__(kind, error, trace)

    def unrelated(self, _number: int) -> None:
        """A comment comes in and waits, which no reader's page shows.

        One INSERT past all layers, so that the committing program takes as little of the cores as it can.
        """
        self._plain.execute(_ANOTHER_LETTER, (self._letter_id,))

    def article(self, number: int) -> None:
        """The article's standfirst becomes `commit-NUMBER.`, which its page shows in several places."""
        with transaction() as session:
            store(session, replace(self._file, standfirst=f"commit-{number}."), force=True)


@contextmanager
def application(data_dir: Path) -> Iterator[Flask]:
    """The application on a site's data, in whose context the block runs."""
    app = create_app(Config(instance_path=data_dir))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def article_file(data_dir: Path) -> ArticleContent:
    """The sample article as an editor's file says it."""
    path = data_dir / "article.md"
    path.write_text(FRONT_MATTER.format(slug=SLUG) + "\n\n".join(article_paragraphs()) + "\n", encoding="utf-8")
    return read_article_file(path)


def make_editor(session: Session) -> Identity:
    """The editor who publishes what is measured; nobody logs in as this one."""
    link = open_link(session, editing.invite(session, "editor@example.org"))
    if link is None:
        raise RuntimeError("the editor's invitation is not to be found")
    editor = editing.accept(session, link, name="Edith Ward", email="editor@example.org", password_hash="!")
    return Identity(editor.id, 0, editor.name, editor.email, clock.now())


def _prepare(file: ArticleContent) -> None:
    with transaction() as session:
        load_samples(session)
        store(session, file)
        editor, article_id, ids = make_editor(session), _article_id(session), list[int]()
        for number, comment in enumerate(comments()):
            ids.append(_publish(session, editor, article_id, ids, number, comment))


def _publish(
    session: Session, editor: Identity, article_id: int, ids: list[int], number: int, comment: SampleComment
) -> int:
    parent = None if comment.parent is None else ids[comment.parent]
    submission = _submission(article_id, comment.markdown, comment.author, parent, f"sample {number}")
    token = submitting.submit(session, replace(submission, email=comment.email))
    session.flush()
    written = comment_of_receipt(session, token)
    if written is None:
        raise RuntimeError(f"comment {number} was not written")
    decisions.decide(session, editor, written.id, "publish", "pending.1")
    return written.id


def _submission(article_id: int, text: str, author: str, parent_id: int | None, address: str) -> submitting.Submission:
    return submitting.Submission(
        article_id=article_id,
        parent_id=parent_id,
        author=author,
        email=None,
        text=text,
        html=comment_html(text),
        address_hash=address,
        trap_filled=False,
    )


def _article_id(session: Session) -> int:
    return session.scalars(sa.select(Article.id).where(Article.slug == SLUG)).one()
