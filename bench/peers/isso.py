"""Isso from PyPI in an environment of its own, served as its documentation says: gunicorn --preload isso.run."""

import json
import shutil
import sqlite3
import sys
import urllib.parse
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from bench.load import Post
from bench.peers.base import Peer
from bench.processes import NotInstalledError, free_port, run_to_end, start, wait_for_answer
from bench.samples import SampleComment, comments, posted_text

ISSO, GUNICORN = "isso==0.14.0", "gunicorn==27.0.1"
CACHE = Path(__file__).resolve().parents[2] / ".bench"
WORKERS = 2
THREAD = "/article/"
# The limits stay on as they come (2 posts a minute from a network); trusted-proxies lets each post of
# the harness name a network of its own. Isso's first check of its website is refused at once, which it allows.
SETTINGS = """\
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}
[server]
listen = http://127.0.0.1:{port}
trusted-proxies = 127.0.0.1
"""


class Isso(Peer):
    name = "Isso"

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.environment = CACHE / f"isso-{sys.version_info.major}.{sys.version_info.minor}"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page_url(self) -> str:
        """The thread as JSON, with every comment and its rendered text."""
        return f"{self.base_url}/?uri={urllib.parse.quote(THREAD, safe='')}"

    @property
    def post(self) -> Post:
        body = {"author": "Reader", "email": "reader{n}@example.org", "text": posted_text(), "parent": None}
        url = f"{self.base_url}/new?uri={urllib.parse.quote(THREAD, safe='')}"
        return Post(url, "application/json", json.dumps({**body, "title": "Article"}))

    def versions(self) -> dict[str, str]:
        listed = json.loads(run_to_end([self.environment / "bin/pip", "list", "--format", "json"]))
        wanted = ("isso", "gunicorn", "mistune", "bleach")
        return {package["name"]: package["version"] for package in listed if package["name"] in wanted}

    def check(self) -> None:
        if (self.environment / "ready").exists():
            return
        if find_spec("ensurepip") is None:
            raise NotInstalledError("Isso is not installed: this Python makes no environments (Debian: python3-venv)")
        shutil.rmtree(self.environment, ignore_errors=True)
        try:
            run_to_end([sys.executable, "-m", "venv", self.environment])
            run_to_end([self.environment / "bin/pip", "install", "--quiet", ISSO, GUNICORN])
        except RuntimeError as error:
            # pip's own words may name hosts, and the row's reason is written into a page.
            raise NotInstalledError(f"Isso is not installed: pip could not get {ISSO}") from error
        (self.environment / "ready").touch()

    def start(self) -> None:
        settings = self.folder / "isso.cfg"
        settings.write_text(SETTINGS.format(folder=self.folder, port=self.port))
        log = self.folder / "isso.log"
        gunicorn = [f"{self.environment}/bin/python", "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        gunicorn += ["--workers", str(WORKERS), "--preload", "--log-level", "warning", "isso.run"]
        self.processes.append(start(gunicorn, log, cwd=self.folder, env={"ISSO_SETTINGS": str(settings)}))
        wait_for_answer(f"{self.base_url}/config", self.processes[0], log)
        ids: list[int] = []
        for index, comment in enumerate(comments()):
            ids.append(self._send(index, comment, ids))

    def reset(self) -> None:
        with sqlite3.connect(self.folder / "comments.db", timeout=10) as database:
            database.execute("DELETE FROM comments WHERE id > ?", (len(comments()),))

    def _send(self, index: int, comment: SampleComment, ids: list[int]) -> int:
        parent = None if comment.parent is None else ids[comment.parent]
        text = {"author": comment.author, "email": comment.email, "text": comment.markdown, "parent": parent}
        request = urllib.request.Request(
            self.post.url,
            json.dumps({**text, "title": "Article"}).encode(),
            {"Content-Type": "application/json", "X-Forwarded-For": f"130.0.{index}.7"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(json.load(answer)["id"])
