"""Mailing an editor the link that lets them in, which no other editor ever sees."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.editing import invite, reset
from app.accounts.models import Editor
from app.core.tokens import token_hash
from app.core.web import absolute
from app.mail.letters import Letter
from app.mail.posting import post
from app.mail.rendering import render_letter


def mail_link(session: Session, editor: Editor, actor: str) -> None:
    """Mails a link for a new password, or, to one who is shut out, for coming back. The one before is void."""
    is_back = editor.disabled_at is not None
    make = invite if is_back else reset
    token = make(session, editor.email, actor)
    text, html = render_letter("accounts/link_letter.html", is_back=is_back, url=absolute(f"/admin/welcome/{token}"))
    subject = _("Your way back to the desk") if is_back else _("A new password for the desk")
    post(session, Letter(to=editor.email, subject=subject, text=text, html=html, key=f"link {token_hash(token)}"))
