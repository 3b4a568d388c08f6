"""`flask mail`."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.core.jobs import Setback
from app.core.tokens import new_token
from app.core.web import settings
from app.mail.letters import Letter
from app.mail.posting import deliver
from app.mail.rendering import render_letter

group = AppGroup("mail", help="E-mails that the site sends.")


@group.command("test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send an e-mail to ADDRESS now, and say what became of it."""
    text, html = render_letter("mail/test_letter.html")
    subject = _("A test e-mail from %(name)s", name=settings().site_name)
    letter = Letter(to=address, subject=subject, text=text, html=html, key=f"test {new_token()}")
    try:
        file = deliver(letter)
    except Setback as setback:
        raise click.ClickException(f"Not sent to {address}. {setback}") from None
    server = settings().mail_server
    if file is not None:
        click.echo(f"SMTP_URL names no mail server, so the e-mail was written to {file}")
    elif server is not None:
        click.echo(f"{server.host} took the e-mail to {address} from {settings().mail_from}.")
