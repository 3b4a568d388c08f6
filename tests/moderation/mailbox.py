"""An editor's mailbox: what the jobs process has sent there, and the links in it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from tests.conftest import BASE_URL


def work(app: Flask) -> None:
    """What the jobs process does when it looks once."""
    answer = app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
    assert answer.exit_code == 0, answer.output


def mails(app: Flask, to: str = "edith@example.org") -> list[EmailMessage]:
    """What has been mailed to that address so far, the newest last."""
    files = sorted((Path(app.instance_path) / "outbox").glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [mail for mail in found if mail["To"] == to]


def words(mail: EmailMessage, form: str = "plain") -> str:
    part = mail.get_body((form,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def links_in(mail: EmailMessage, act: str = "publish") -> list[str]:
    """The paths that the mail's links lead to, in their order."""
    return re.findall(rf"^{BASE_URL}(/desk-links/\S+\?act={act})$", words(mail), re.MULTILINE)
