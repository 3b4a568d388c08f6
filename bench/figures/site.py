"""A Broadsheet that a figure measures, in a temporary folder, and the plain requests that check its answers."""

import gzip
import http.client
import shutil
import tempfile
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.broadsheet import Broadsheet
from bench.load import Post
from bench.peers.nginx import Nginx

GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Site:
    """A running Broadsheet, with the same face as the peers."""

    name = "Broadsheet"

    def __init__(self, app: Broadsheet, data_dir: Path) -> None:
        self.app, self.data_dir = app, data_dir

    @property
    def page_url(self) -> str:
        return self.app.base_url + self.app.article_path

    @property
    def post(self) -> Post:
        return self.app.comment_post

    def pids(self) -> list[int]:
        return list(self.app.pids)

    def versions(self) -> dict[str, str]:
        return {}

    def reset(self) -> None:
        """Nothing: Broadsheet keeps what was posted, and its posts have to cost the same all the while."""


@contextmanager
def data_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench-site-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def site(*, page_cache: bool = True, bare: bool = False) -> Iterator[Site]:
    """A fresh Broadsheet with two workers, its data made and gone again with the block."""
    with data_folder() as folder, Broadsheet(folder, page_cache=page_cache, bare=bare) as app:
        yield Site(app, folder)


@contextmanager
def site_and_nginx() -> Iterator[tuple[Site, Nginx]]:
    """Broadsheet, and nginx with the very bytes of its article in both forms."""
    with site() as ours:
        answer = ask(ours.page_url, GZIP)
        if answer.status != 200 or answer.headers.get("content-encoding") != "gzip":
            raise RuntimeError(f"the article answered {answer.status} without gzip")
        with Nginx(gzip.decompress(answer.body), answer.body) as anchor:
            if ask(anchor.page_url, GZIP).body != answer.body:
                raise RuntimeError("nginx does not send the same bytes")
            yield ours, anchor


def ask(url: str, headers: Mapping[str, str]) -> Answer:
    """One GET, followed nowhere; header names come back in lower case."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(
            "GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", headers=dict(headers)
        )
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()
