"""Reading a file of addresses: CSV with a header, from whatever program, or one address a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain, islice
from typing import NamedTuple

from app.accounts.models import EMAIL_LIMIT
from app.core.forms import single_line
from app.following.asking import hash_of
from app.mail.letters import NoAddress
from app.newsletter.exporting import unguarded
from app.newsletter.models import Status

EMAIL_COLUMNS = ("email", "e-mail", "email address", "e-mail address", "email_address")
STATUS_COLUMNS = ("status",)
PROOF_COLUMNS = ("consent", "proof", "consent proof")
PROOF_LIMIT = 1_000

_STANDINGS = {
    **dict.fromkeys(("", "confirmed", "subscribed", "active", "enabled"), Status.CONFIRMED),
    "unsubscribed": Status.UNSUBSCRIBED,
    **dict.fromkeys(("bounced", "cleaned"), Status.BOUNCED),
    **dict.fromkeys(("complained", "spam", "blocklisted"), Status.COMPLAINED),
}
"""What this and other programs write of those who get a newsletter, and of those who don't any more."""


class Flaw(StrEnum):
    """Why a line cannot be taken."""

    NO_ADDRESS = "no address"
    NO_PROOF = "no proof"
    NO_STATUS = "no status"
    REPEATED = "repeated"


class Line(NamedTuple):
    """A line of the file, by its number in it. Without a flaw it says who is to be in which state, and why."""

    number: int
    email: str = ""
    email_hash: str = ""
    status: Status = Status.CONFIRMED
    proof: str = ""
    flaw: Flaw | None = None


class NotATable(ValueError):
    """No column of the file holds addresses."""


def as_text(raw: bytes) -> str:
    """UTF-8, or else what Windows writes. PostgreSQL takes no NUL."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.replace("\0", "")


def lines_of(content: str, proof: str, after: int = 0) -> Iterator[Line]:
    """Each line but the header, empty ones and the first so many; `proof` is that of lines without one of their own.

    Raises NotATable before the first line.
    """
    rows = _Rows(content)
    header = [cell.strip().lower() for cell in rows.header]
    email, status, own = (_place(header, names) for names in (EMAIL_COLUMNS, STATUS_COLUMNS, PROOF_COLUMNS))
    rest: Iterator[Sequence[str]] = iter(rows)
    if email is None:
        if not _is_address(_cell(rows.header, 0)):
            raise NotATable
        email, rest = 0, chain([rows.header], rest)
    filled = (cells for cells in rest if any(cell.strip() for cell in cells))
    for cells in islice(filled, after, None):
        yield _line(rows.number, _cell(cells, email), _cell(cells, status), _cell(cells, own) or proof)


class _Rows:
    """The rows after the first, each with the number of the line on which it ends."""

    def __init__(self, content: str) -> None:
        lines = content.splitlines(keepends=True)
        first = next((line for line in lines if line.strip()), "")
        delimiter = max(",;\t", key=first.count)
        self._reader = csv.reader(lines, delimiter=delimiter)
        self.header: Sequence[str] = next((cells for cells in self if any(cells)), [])

    @property
    def number(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            try:
                yield next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                # A cell that is too long, or cut by a stray line break, holds no address.
                yield ["?"]


def _line(number: int, email: str, status: str, proof: str) -> Line:
    email = unguarded(email.strip())
    proof = (single_line(unguarded(proof)) or "")[:PROOF_LIMIT]
    standing = _STANDINGS.get(status.strip().lower())
    try:
        email_hash = hash_of(email) if len(email) <= EMAIL_LIMIT else None
    except NoAddress:
        email_hash = None
    if email_hash is None:
        return Line(number, flaw=Flaw.NO_ADDRESS)
    if standing is None:
        return Line(number, flaw=Flaw.NO_STATUS)
    if standing is Status.CONFIRMED and not proof:
        return Line(number, flaw=Flaw.NO_PROOF)
    return Line(number, email, email_hash, standing, proof)


def _place(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, name in enumerate(header) if name in names), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _is_address(text: str) -> bool:
    return _line(0, text, "", "-").flaw is None
