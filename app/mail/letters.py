"""A letter, and the message that goes over the wire."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any

from email_validator import EmailNotValidError, validate_email

from app.config import Config
from app.core import clock
from app.core.forms import single_line
from app.core.web import settings


class NoAddress(ValueError):
    """Mail cannot go to what was given as an address."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one person is told. `text` is complete without `html`.

    `key` names this letter to this person, and no other: its Message-ID is made of it, so that one that is sent twice
    is shown once. `references` are the keys of the letters that it continues, the first one first; the last is the one
    that it answers. `stop_url` takes a POST without asking back (RFC 8058). `list_name` is there where it goes to all
    of a list, and `returns_to` where it goes back, if it cannot be delivered, to another one than MAIL_FROM. `about`
    is for those who are asked whether the letter still may leave (`letter_leaving`).
    """

    to: str
    subject: str
    text: str
    key: str
    html: str | None = None
    references: tuple[str, ...] = ()
    stop_url: str | None = None
    list_name: str | None = None
    returns_to: str | None = None
    about: dict[str, Any] = field(default_factory=dict)
    written_at: datetime = field(default_factory=clock.now)

    def as_payload(self) -> dict[str, Any]:
        return {**asdict(self), "written_at": self.written_at.isoformat()}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Letter:
        written_at = datetime.fromisoformat(payload["written_at"])
        return cls(**{**payload, "references": tuple(payload["references"]), "written_at": written_at})

    @property
    def file_name(self) -> str:
        """The same each time it is sent."""
        return f"{self.written_at:%Y%m%dT%H%M%SZ}-{_name(settings(), self.key)}.eml"


class _AsItStands:
    """A header that is not folded: in a long address the standard library would encode what readers of mail do not
    decode there."""

    max_count = 1
    parse = staticmethod(UnstructuredHeader.parse)

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
for _name_of_one in ("list-unsubscribe", "list-id"):
    _headers.map_to_type(_name_of_one, _AsItStands)  # type: ignore[arg-type]

_POLICY = SMTP.clone(cte_type="7bit", header_factory=_headers)
"""ASCII throughout, which each server on the way takes."""


def as_message(letter: Letter) -> EmailMessage:
    """Raises NoAddress. A line break in a name or subject is a space, so that none of them begins a header."""
    config = settings()
    message = EmailMessage(_POLICY)
    message["From"] = Address(_line(config.site_name), addr_spec=config.mail_from)
    message["To"] = Address(addr_spec=ascii_address(letter.to))
    message["Subject"] = _line(letter.subject)
    message["Date"] = letter.written_at
    message["Message-ID"] = _message_id(config, letter.key)
    if letter.references:
        message["In-Reply-To"] = _message_id(config, letter.references[-1])
        message["References"] = " ".join(_message_id(config, key) for key in letter.references)
    message["Auto-Submitted"] = "auto-generated"
    if letter.list_name:
        message["List-Id"] = f"<{letter.list_name}.{_list_host(config)}>"
        # Old, in no standard, and still what keeps many an absence note from answering.
        message["Precedence"] = "bulk"
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{_line(letter.stop_url)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
        message.set_boundary(f"=_{_name(config, letter.key)}")
    return message


def ascii_address(text: str) -> str:
    """The address as it stands on the envelope, the same for each way to write a domain. Raises NoAddress."""
    try:
        address = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise NoAddress(text) from error
    if address.ascii_email is None:
        raise NoAddress(text)
    return address.ascii_email


def _list_host(config: Config) -> str:
    """A name with dots alone, as RFC 2919 wants it."""
    return re.sub(r"[^a-z0-9.-]+", ".", config.mail_domain.lower()).strip(".")


def _message_id(config: Config, key: str) -> str:
    return f"<{_name(config, key)}@{config.mail_domain}>"


def _name(config: Config, key: str) -> str:
    """32 hex digits. Keys stay at home: they may say who follows whom."""
    return hashlib.sha256(f"{config.base_url}\0{key}".encode()).hexdigest()[:32]


def _line(text: str) -> str:
    return single_line(text) or ""
