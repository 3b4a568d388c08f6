"""What pages and a reply cost on a large site, against a hundredth of it: in one process, in turn, each made afresh."""

import io
import random
import sys
import time
import urllib.parse
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask import Flask

from app.accounts import logging_in
from app.accounts.models import Editor
from app.articles.models import Article
from app.comments.models import ID_WIDTH, Comment, Status
from app.config import Config
from app.core.db import db, transaction
from bench.broadsheet import SLUG, Broadsheet
from bench.figures.site import data_folder
from bench.growth import Size, grow
from bench.harness import Reading, Settings
from bench.samples import posted_text
from bench.uncached import create_bare_app

LARGE = Size(articles=10_000, comments=1_000_000, on_one=100_000)
SMALL = Size(articles=100, comments=10_000, on_one=1_000)
TIMES = 100
"""Each page at each size, in one round."""


class GrownSite:
    """A site in this process, asked without HTTP: what is measured is what it does, not how it is reached."""

    def __init__(self, folder: Path, size: Size) -> None:
        Broadsheet(folder)
        grow(folder, size)
        # With kept pieces a small thread would be at an advantage that has nothing to do with its size.
        self.app = create_bare_app(Config(instance_path=folder, trusted_proxies=1))
        self.dice = random.Random(1)
        self.posts = 0
        with self.app.app_context():
            article = db.session.scalars(sa.select(Article.id).where(Article.slug == SLUG)).one()
            published = sa.select(Comment.id, Comment.path).where(Comment.status == Status.PUBLISHED)
            self.ids = db.session.scalars(published.where(Comment.id % 97 == 0)).all()
            mine = published.where(Comment.article_id == article).order_by(Comment.path)
            thread = db.session.execute(mine).all()
            self.middle = [row.path[:ID_WIDTH] for row in thread[len(thread) // 4 : -len(thread) // 4]]
            self.parents = [row.id for row in thread]
            db.session.remove()
            with transaction() as session:
                token = logging_in.start_session(session, session.scalars(sa.select(Editor)).one(), "address", "bench")
        self.cookie = _signed(self.app, {"token": token})

    def actions(self) -> dict[str, Callable[[], float]]:
        """By name, each to be called for the CPU time of one request, in seconds."""
        return {
            "first page of comments": lambda: self._get(f"/articles/{SLUG}"),
            "a page from the middle": lambda: self._get(f"/articles/{SLUG}", f"from={self.dice.choice(self.middle)}"),
            "newest comments first": lambda: self._get(f"/articles/{SLUG}", "order=newest"),
            "permalink of any comment": lambda: self._get(f"/comments/{self.dice.choice(self.ids)}", expected="302"),
            "the page a permalink leads to": lambda: self._get(
                f"/articles/{SLUG}", f"comment={self.dice.choice(self.parents)}"
            ),
            "the queue's first page": lambda: self._get("/admin/"),
            "front page": lambda: self._get("/"),
            "searching for a common word": lambda: self._get("/search", "q=ferry"),
            "searching for a comment": lambda: self._get("/search", f"q=letter+number+{self.dice.choice(self.ids)}"),
            "searching for a phrase that nobody wrote": lambda: self._get("/search", "q=%22vote+bridge%22"),
            "a reply's insertion": self._reply,
        }

    def _get(self, path: str, query: str = "", expected: str = "200") -> float:
        return self._ask({"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}, b"", expected)

    def _reply(self) -> float:
        self.posts += 1
        text = posted_text().replace("{n}", str(self.posts))
        fields = {"name": "A Reader", "body": text, "parent": str(self.dice.choice(self.parents))}
        address = f"131.{self.posts // 256}.{self.posts % 256}.7"
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/articles/{SLUG}/comments", "HTTP_X_FORWARDED_FOR": address}
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        return self._ask(environ, urllib.parse.urlencode(fields).encode(), "303")

    def _ask(self, given: dict[str, str], body: bytes, expected: str) -> float:
        environ = {
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_COOKIE": self.cookie,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            **given,
        }
        said: list[str] = []
        began = time.process_time()
        answer = self.app.wsgi_app(environ, lambda status, _headers, _error=None: said.append(status) or bytes)  # type: ignore[func-returns-value]
        b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        spent = time.process_time() - began
        if not said[0].startswith(expected):
            raise RuntimeError(f"{given['PATH_INFO']} answered {said[0]} on the grown site")
        return spent


def growth_of(name: str) -> Callable[[Settings], Reading]:
    def measure(settings: Settings) -> Reading:
        rounds = _costs(settings)
        large, small = ([median(one[size][name]) for one in rounds] for size in ("large", "small"))
        detail = f"{1000 * median(large):.3g} ms CPU on the large site, {1000 * median(small):.3g} ms on the small one"
        return Reading([mine / other for mine, other in zip(large, small, strict=True)], detail)

    return measure


def cost_of(name: str) -> Callable[[Settings], Reading]:
    """On the large site alone, in milliseconds."""

    def measure(settings: Settings) -> Reading:
        rounds = _costs(settings)
        large, small = ([1000 * median(one[size][name]) for one in rounds] for size in ("large", "small"))
        return Reading(large, f"{median(small):.3g} ms on a hundredth of it")

    return measure


@cache
def _costs(settings: Settings) -> list[dict[str, dict[str, list[float]]]]:
    """Per round, size and action, the seconds of each request. One round before warms up."""
    with ExitStack() as stack:
        sites = {
            "large": GrownSite(stack.enter_context(data_folder()), LARGE),
            "small": GrownSite(stack.enter_context(data_folder()), SMALL),
        }
        return [_round(sites) for _ in range(settings.rounds + 1)][1:]


def _round(sites: dict[str, GrownSite]) -> dict[str, dict[str, list[float]]]:
    actions = {size: site.actions() for size, site in sites.items()}
    seen = {size: {name: list[float]() for name in made} for size, made in actions.items()}
    for name in actions["large"]:
        for _ in range(TIMES):
            for size, made in actions.items():
                seen[size][name].append(made[name]())
    return seen


def _signed(app: Flask, content: dict[str, str]) -> str:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(content)}"
