"""A mail server, and a site that posts its letters to it."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from flask import Flask

from app.config import Config
from app.core import clock
from app.core.db import transaction
from app.core.jobs import Job, enqueue
from app.mail.letters import Letter
from app.mail.posting import post
from tests.conftest import leave_out
from tests.factories import Factory

USER, PASSWORD = "broadsheet", "p@ss/w:rd"
CREDENTIALS = "broadsheet:p%40ss%2Fw%3Ard"


class PostOffice:
    """A mail server on a free port. `answers` are what it says instead of yes to RCPT or DATA, by address or `DATA`.

    What stands in `answers_once` it says to the next MAIL from that address alone.
    """

    def __init__(self, **options: Any) -> None:
        self.letters: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, str] = {}
        self.answers_once: dict[str, str] = {}
        self.connections = 0
        self._tls = options.pop("tls", None)
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> PostOffice:
        self._thread.start()
        listening = self._loop.create_server(self._greet, "127.0.0.1", 0, ssl=self._tls)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _greet(self) -> SMTP:
        self.connections += 1
        return SMTP(self, loop=self._loop, hostname="mail.test", authenticator=self._authenticate, **self._options)

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=self.logins[-1] == (USER.encode(), PASSWORD.encode()), handled=False)

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers_once:
            return self.answers_once.pop(address)
        if address not in self.answers:
            envelope.mail_from = address
        return self.answers.get(address, "250 OK")

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get(address, "250 OK")

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" not in self.answers:
            self.envelopes.append(envelope)
            self.encrypted.append(session.ssl is not None)
            self.letters.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]
        return self.answers.get("DATA", "250 OK")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@dataclass(frozen=True)
class Certificate:
    """Of the name localhost, signed by itself."""

    path: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    if shutil.which("openssl") is None:
        leave_out("Tests of encrypted mail", "openssl")
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return Certificate(path)


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, which this machine trusts for now."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    return certificate


class Paper:
    """A site, the letters that it posts, and its jobs process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.factory = Factory(app)

    def post(self, *letters: Letter, **later: float) -> None:
        with self.app.app_context(), transaction() as session:
            for one in letters:
                post(session, one, clock.now() + timedelta(**later))

    def ask_for_another_job(self, kind: str) -> None:
        with self.app.app_context(), transaction() as session:
            enqueue(session, kind, {})

    def work(self) -> None:
        """What the jobs process does when it looks once."""
        answer = self.app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
        assert answer.exit_code == 0, answer.output

    def jobs(self, kind: str = "mail") -> list[Job]:
        return self.factory.ask(sa.select(Job).where(Job.kind == kind).order_by(Job.id))

    @property
    def config(self) -> Config:
        config: Config = self.app.config["BROADSHEET"]
        return config

    @property
    def outbox(self) -> Path:
        return Path(self.app.instance_path) / "outbox"


@pytest.fixture
def paper_of(app_with: Callable[..., Flask]) -> Callable[..., Paper]:
    """Makes a site whose mail server is at a port, or at an address."""

    def make(port: int | None = None, url: str | None = None, **settings: object) -> Paper:
        return Paper(app_with(smtp_url=url or (f"smtp://127.0.0.1:{port}" if port else ""), **settings))

    return make


@pytest.fixture
def paper(paper_of: Callable[..., Paper], office: PostOffice) -> Paper:
    """A site that posts its letters to the office."""
    return paper_of(office.port)


def letter(key: str = "a letter", **fields: Any) -> Letter:
    return Letter(
        **{"to": "ann@example.org", "subject": "Your comment is published", "text": "Words.\n", "key": key, **fields}
    )


def words_of(message: Message) -> str:
    """What a part says, whatever ends its lines."""
    return str(message.get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]
