"""The nginx configuration in deploy/, tried with an nginx of its own in front of a served site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from app.comments.models import Comment
from app.config import ROOT
from app.media.models import Image
from tests.conftest import leave_out
from tests.factories import Factory
from tests.serving.site import PATIENCE, ServedSite, free_port, wait_until

MAIN = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{shipped}
}}
"""
A_SECOND = 1.5
"""With what the machine may add to it."""


class Front:
    """nginx in front of a site."""

    def __init__(self, folder: Path, site: ServedSite) -> None:
        self.folder, self.site, self.port = folder, site, free_port()

    @contextmanager
    def running(self, nginx: str) -> Iterator[None]:
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, shipped=self._shipped()))
        command = [nginx, "-e", f"{self.folder}/error.log", "-p", f"{self.folder}", "-c", f"{self.folder}/nginx.conf"]
        process = subprocess.Popen(command)
        try:
            wait_until(self._answers, "nginx does not answer")
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def ask(self, path: str, source: str = "127.0.0.1", **headers: str) -> tuple[HTTPResponse, bytes]:
        return self._send("GET", path, source, None, {name.replace("_", "-"): value for name, value in headers.items()})

    def text(self, path: str) -> str:
        return self.ask(path)[1].decode()

    def post(self, path: str, fields: dict[str, str], source: str, **headers: str) -> HTTPResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given["Content-Type"] = "application/x-www-form-urlencoded"
        return self._send("POST", path, source, urlencode(fields), given)[0]

    def log(self) -> list[str]:
        """The access log, whole only when nginx has ended."""
        return (self.folder / "broadsheet.log").read_text().splitlines()

    def _send(
        self, method: str, path: str, source: str, body: str | None, headers: dict[str, str]
    ) -> tuple[HTTPResponse, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=(source, 0))) as link:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer, answer.read()

    def _shipped(self) -> str:
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for shipped, here in {
            "127.0.0.1:8000": f"127.0.0.1:{self.site.port}",
            "listen 80": f"listen 127.0.0.1:{self.port}",
            "/var/cache/nginx/broadsheet": f"{self.folder}/cache",
            "/var/log/nginx": f"{self.folder}",
            "/srv/broadsheet/instance": f"{self.site.instance}",
        }.items():
            assert shipped in text
            text = text.replace(shipped, here)
        return text

    def _answers(self) -> bool:
        try:
            return self.ask("/robots.txt")[0].status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def nginx() -> str:
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        leave_out("Tests behind nginx", "nginx-light")
    assert path is not None
    return path


@pytest.fixture(scope="module")
def site(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    with ServedSite(tmp_path_factory.mktemp("site") / "instance", TRUSTED_PROXIES="1") as site:
        yield site


@pytest.fixture(scope="module")
def factory(site: ServedSite) -> Iterator[Factory]:
    with site.factory() as factory:
        yield factory


@pytest.fixture
def front(site: ServedSite, nginx: str, tmp_path: Path) -> Iterator[Front]:
    front = Front(tmp_path, site)
    with front.running(nginx):
        yield front


def seconds_until(happened: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not happened() and time.monotonic() - began < PATIENCE:
        time.sleep(0.05)
    return time.monotonic() - began


def test_a_readers_page_is_sent_from_the_cache_and_the_log_names_nobody(
    site: ServedSite, factory: Factory, nginx: str, tmp_path: Path
) -> None:
    factory.article("kept")
    front = Front(tmp_path, site)
    with front.running(nginx):
        for _ in range(5):
            assert front.ask("/articles/kept", source="127.0.0.7")[0].status == 200
    (*_, last) = lines = [line for line in front.log() if "/articles/kept" in line]
    assert len(lines) == 5
    assert sum(" HIT " in line for line in lines) >= 3, last
    assert "127.0.0.7" not in "\n".join(front.log())


def test_what_is_published_or_taken_down_shows_within_a_second(front: Front, factory: Factory) -> None:
    editor, article = factory.editor(), factory.article("news")
    comment, _token = factory.comment(article, "A sound point.")

    def is_shown() -> bool:
        return "A sound point." in front.text("/articles/news")

    assert not is_shown()
    factory.decide(editor, comment, "publish")
    assert seconds_until(is_shown) < A_SECOND
    factory.decide(editor, comment, "reject")
    assert seconds_until(lambda: not is_shown()) < A_SECOND


def test_a_receipt_and_the_desk_are_never_kept_and_a_receipts_secret_is_never_logged(
    site: ServedSite, factory: Factory, nginx: str, tmp_path: Path
) -> None:
    _comment, token = factory.comment(factory.article("private"))
    front = Front(tmp_path, site)
    with front.running(nginx):
        for path in (f"/receipts/{token}", "/admin/login"):
            for _ in range(3):
                answer, _body = front.ask(path)
                assert answer.status == 200
                assert answer.headers["Cache-Control"] == "no-store"
        for folder in ("admin/welcome", "desk-links", "drafts", "follows/1", "passes", "reports"):
            front.ask(f"/{folder}/{token}")
    log = "\n".join(front.log())
    assert len(re.findall(r'"/receipts/\.\.\."', log)) == 3
    assert '"/passes/..."' in log
    assert " HIT " not in log
    assert token not in log
    cache = [file.read_bytes() for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert not any(token.encode() in text for text in cache)


def test_the_site_learns_the_clients_own_address_whatever_the_client_says(front: Front, factory: Factory) -> None:
    article = factory.article("letters")
    for number, source in enumerate(["127.0.0.2", "127.0.0.2", "127.0.0.3"]):
        fields = {"name": "Ann Reader", "body": f"Letter {number}."}
        answer = front.post("/articles/letters/comments", fields, source, X_Forwarded_For=f"203.0.113.{number}")
        assert answer.status == 303
    query = sa.select(Comment.address_hash).where(Comment.article_id == article).order_by(Comment.id)
    first, second, other = factory.ask(query)
    assert first == second != other


def test_another_host_poisons_no_page(front: Front, factory: Factory) -> None:
    factory.article("hosts")
    poisoned, body = front.ask("/articles/hosts", Host="evil.example")
    assert poisoned.status == 200
    assert b"evil.example" not in body
    assert front.ask("/articles/hosts")[1] == body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)],
)
def test_each_client_gets_an_encoding_that_it_takes(
    front: Front, factory: Factory, accepted: str, encoding: str | None
) -> None:
    factory.article("encodings")
    front.ask("/articles/encodings", Accept_Encoding="br")
    for _ in range(2):
        answer, _body = front.ask("/articles/encodings", Accept_Encoding=accepted)
        assert answer.headers["Content-Encoding"] == encoding


def test_pictures_come_from_the_disk_and_what_is_not_there_is_answered_by_the_site(
    site: ServedSite, factory: Factory, nginx: str, tmp_path: Path
) -> None:
    factory.pictured("with-a-picture")
    (image_hash,) = factory.ask(sa.select(Image.hash))
    front = Front(tmp_path, site)
    with front.running(nginx):
        answer, body = front.ask(f"/media/{image_hash}/original.png")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
        assert body == (site.instance / "media" / image_hash / "original.png").read_bytes()
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        missing, page = front.ask(f"/media/{'0' * 32}/original.png")
        assert (missing.status, b"There is no page here" in page) == (404, True)
        assert b"secret_key" not in front.ask("/media/../secret_key")[1]
    (logged,) = [line for line in front.log() if image_hash in line]
    assert re.search(r" 200 \d+ - ", logged), "nginx asked the site for it"
