"""The `flask` commands of all features."""

from __future__ import annotations

from flask import Flask

from app.accounts.cli import group as editors
from app.articles.cli import group as articles
from app.audit.cli import group as audit
from app.backup import backup
from app.mail.cli import group as mail
from app.moderation.cli import group as learning_filter
from app.newsletter.cli import group as newsletter
from app.pages.cli import group as pages
from app.serving import jobs, serve


def init_app(app: Flask) -> None:
    for command in (editors, articles, audit, backup, learning_filter, mail, newsletter, pages, jobs, serve):
        app.cli.add_command(command)
