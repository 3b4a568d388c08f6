"""Reading bounces that are written for people alone, of which two forms can be told from all other mail for certain.

qmail's begin with four words that its author has set aside for this (https://cr.yp.to/proto/qsbmf.txt), and are sent
once it has given up. Exim names those to whom it could not deliver in a header, which none of its warnings has.
"""

from __future__ import annotations

import re
from email import message_from_string, policy
from email.message import Message
from typing import NamedTuple

_QMAIL = "Hi. This is the"
_EXIM = "X-Failed-Recipients"
_COPY = re.compile(r"^---.*\bcopy of (?:the|your) message\b.*$", re.MULTILINE)
"""The line above the letter that came back: "--- Below this line is a copy of the message.", and Exim's in full or of
the headers alone."""
_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
"""One of RFC 3463, and no part of an IP address."""


class Returned(NamedTuple):
    codes: list[str]
    """All that stand in what is said of the failure."""
    original: Message
    """The letter that came back, or its beginning."""


def returned(message: Message) -> Returned | None:
    """What a bounce in words says. None for whatever is none for certain, an answer by a program above all."""
    if message.get_content_type() != "text/plain":
        return None
    text = bytes(message.get_payload(decode=True) or b"").decode("utf-8", "replace").replace("\r\n", "\n").lstrip()
    if not text.startswith(_QMAIL) and _EXIM not in message:
        return None
    said, *rest = _COPY.split(text, maxsplit=1)
    if not rest:
        return None
    return Returned(_CODE.findall(said), message_from_string(rest[0].lstrip(), policy=policy.compat32))
