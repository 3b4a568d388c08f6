"""Sends an issue to many subscribers through a real mail server, and kills the sender in the middle.

`python -m bench.sending [SUBSCRIBERS] [KILLS]`, 10,000 and 5 where they are not given.
"""

import json
import re
import sys
import tempfile
import time
from collections import Counter
from email.parser import BytesHeaderParser
from pathlib import Path

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.accounts import editing
from app.accounts.queries import Identity, open_link
from app.config import Config
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import Job
from app.core.markup import article_html
from app.core.tokens import keyed_hash, token_hash
from app.following.models import Follow, FollowKind, Subscriber
from app.newsletter import composing, scheduling
from app.newsletter.composing import IssueContent
from app.newsletter.models import Issue, IssueState, Source, Status, Subscription
from bench.processes import free_port, start

ROOT = Path(__file__).resolve().parents[1]
TEXT = (
    "Dear reader,\n\nthis is what happened in a week. See [our questions](/faq).\n\n"
    + 20 * "A paragraph of news. "
    + "\n"
)


class PostOffice:
    """Takes every letter, and remembers to whom it went and which it was."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.most_memory = 0
        """Of a sender, in KiB."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        headers = BytesHeaderParser().parsebytes(bytes(envelope.content or b""))  # type: ignore[arg-type]
        self.taken.append((envelope.rcpt_tos[0], str(headers["Message-ID"])))
        return "250 OK"


def main(number: int, kills: int) -> None:
    office = PostOffice()
    server = Controller(office, hostname="127.0.0.1", port=free_port())
    server.start()
    folder = Path(tempfile.mkdtemp(prefix="bench-sending-"))
    environment = {
        "FLASK_APP": "app",
        "INSTANCE_PATH": str(folder),
        "SMTP_URL": f"smtp://127.0.0.1:{server.port}",
        "NEWSLETTER_PER_MINUTE": "100000",
    }
    app = create_app(Config(instance_path=folder))
    with app.app_context():
        upgrade()
        issue_id = _prepare(number)
    began, pauses = time.monotonic(), 0.0
    for round_ in range(kills + 1):
        until = number * (round_ + 1) // (kills + 1) if round_ < kills else None
        pauses += _work(app, issue_id, office, environment, until, folder / "log")
    _report(office, number, kills, time.monotonic() - began - pauses)
    with app.app_context():
        assert db.session.get_one(Issue, issue_id).state is IssueState.SENT
        db.engine.dispose()
    server.stop()


def _prepare(number: int) -> int:
    with transaction() as session:
        link = open_link(session, editing.invite(session, "editor@example.org"))
        assert link is not None
        editor = editing.accept(session, link, name="Ed", email="editor@example.org", password_hash="-")
        identity = Identity(editor.id, 0, editor.name, editor.email, clock.now())
        at = clock.now()
        for count in range(number):
            email = f"reader{count}@example.org"
            email_hash = keyed_hash("followed by", email)
            subscriber = Subscriber(email=email, email_hash=email_hash, created_at=at, confirmed_at=at, letters=0)
            follow = Follow(subscriber=subscriber, kind=FollowKind.NEWSLETTER, created_at=at, confirmed_at=at)
            follow.token_hash = token_hash(follow.token)
            consent = {"asked_on": "/newsletter", "wording": "Yes.", "source": Source.FORM}
            session.add(
                Subscription(
                    follow=follow,
                    email_hash=email_hash,
                    status=Status.CONFIRMED,
                    asked_at=at,
                    confirmed_at=at,
                    soft_bounces=0,
                    **consent,
                )
            )
        words = IssueContent(subject="The week", preheader="", source=TEXT, html=article_html(TEXT), articles=[])
        issue_id = composing.create(session, identity, words).id
        scheduling.send_now(session, identity, issue_id)
        return issue_id


def _work(
    app: Flask, issue_id: int, office: PostOffice, environment: dict[str, str], until: int | None, log: Path
) -> float:
    """Runs the jobs process until so many letters have arrived, then kills it; or to the end.

    Returns the seconds in which nothing was sent, while it started.
    """
    arrived, began = len(office.taken), time.monotonic()
    process = start([sys.executable, "-m", "flask", "jobs", "run"], log, cwd=ROOT, env=environment)
    first = None
    while first is None or (until is not None and len(office.taken) < until):
        if first is None and len(office.taken) > arrived:
            first = time.monotonic() - began
        time.sleep(0.001)
    while until is None and not _is_over(app, issue_id):
        time.sleep(0.1)
    office.most_memory = max(office.most_memory, _most_memory(process.pid))
    process.kill()
    process.wait()
    with app.app_context(), transaction() as session:
        # As if the time had passed after which another process takes over.
        session.execute(sa.update(Job).values(lease_until=None))
    return first or 0.0


def _most_memory(pid: int) -> int:
    """What the process has held in memory at most, in KiB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


def _is_over(app: Flask, issue_id: int) -> bool:
    with app.app_context():
        return db.session.scalar(sa.select(Issue.state).where(Issue.id == issue_id)) is IssueState.SENT


def _report(office: PostOffice, number: int, kills: int, seconds: float) -> None:
    letters = Counter(to for to, _id in office.taken)
    ids = Counter(to for to, _id in set(office.taken))
    report = {
        "subscribers": number,
        "kills": kills,
        "left out": number - len(letters),
        "repeated": len(office.taken) - len(letters),
        "with another Message-ID": sum(1 for count in ids.values() if count > 1),
        "letters a second": round(number / seconds),
        "most memory of a sender in MiB": office.most_memory // 1024,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given + [10_000, 5][len(given) :]))
