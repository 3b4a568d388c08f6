"""Reading what mail servers send back: delivery status notifications (RFC 3464) and complaints (RFC 5965), and bounces
that are written for people where they can be told for certain.

A report may be forged by anyone. It counts only if it holds what nobody but the reader and the servers on the way has
seen: the link that stops the newsletter, from the headers of an issue, or the mark in its envelope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum
from hmac import compare_digest

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.tokens import TOKEN_LENGTH, keyed_hash
from app.core.web import as_id, settings
from app.following.queries import follow_of_token
from app.newsletter import ending
from app.newsletter.free_text import returned
from app.newsletter.models import Subscription

LARGEST = 10_000_000
"""Bytes of a message that are read; a report says what it has to say long before."""
_PARTS = 50
_LINK = re.compile(rf"/follows/([A-Za-z0-9_-]{{{TOKEN_LENGTH}}})/stop")
_MARK_LENGTH = 16
_MARK = re.compile(rf"\+(\d{{1,10}})-([0-9a-f]{{{_MARK_LENGTH}}})@", re.IGNORECASE)
_TO = (
    "To",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "Original-Mail-From",
    "Return-Path",
    "Original-Envelope-Id",
)
_FOR_GOOD = re.compile(r"\s*5\.(1\.(?![789]\b)\d+|2\.1|0\.0)\b")
"""That there is no such mailbox or domain, that it is switched off, or no reason at all (RFC 3463). That it is full,
that a letter was not liked, or that the fault is its sender's or the next server's (5.1.7 to 5.1.9), says nothing of
the address."""
_FAILED = re.compile(r"\s*[45]\.")


class Kind(StrEnum):
    FOR_GOOD = "for good"
    FOR_NOW = "for now"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Report:
    """What a message reports, and all in it that may say of whom."""

    kind: Kind
    tokens: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]


def envelope_sender(subscription: Subscription) -> str:
    """Where an issue is returned that cannot be delivered: BOUNCES_TO with a mark of the subscription, or MAIL_FROM."""
    address = settings().bounces_to
    if not address:
        return settings().mail_from
    local, _at, domain = address.rpartition("@")
    return f"{local}+{subscription.id}-{_mark(subscription.id)}@{domain}"


def take_in(session: Session, raw: bytes) -> Kind | None:
    """Does what a message asks for. None if it reports nothing, or of nobody who is known."""
    report = read_report(raw)
    subscription = _subscription(session, report) if report else None
    if report is None or subscription is None:
        return None
    match report.kind:
        case Kind.FOR_GOOD:
            ending.bounced_for_good(session, subscription)
        case Kind.FOR_NOW:
            ending.bounced_for_now(session, subscription)
        case Kind.COMPLAINT:
            ending.complained(session, subscription)
    return report.kind


def read_report(raw: bytes) -> Report | None:
    """None for whatever is no report of a failure or a complaint."""
    try:
        return _read(raw[:LARGEST])
    except Exception:  # Strangers write what is read here, and the parser promises nothing of what it does with it.
        return None


def _read(raw: bytes) -> Report | None:
    message = message_from_bytes(raw, policy=policy.compat32)
    if message.get_content_type() != "multipart/report":
        bounce = returned(message)
        return _report(_kind_by_codes(bounce.codes), [message, bounce.original]) if bounce else None
    parts = [part for part, _number in zip(message.walk(), range(_PARTS), strict=False)]
    kinds = {kind for part in parts if (kind := _kind(part))}
    return _report(min(kinds, key=list(Kind).index), parts) if kinds else None


def _report(kind: Kind, parts: list[Message]) -> Report:
    text = "\n".join(_words_about_whom(parts))
    return Report(kind, tuple(dict.fromkeys(_LINK.findall(text))), tuple(dict.fromkeys(_MARK.findall(text))))


def _kind(part: Message) -> Kind | None:
    match part.get_content_type():
        case "message/delivery-status":
            blocks = part.get_payload()
            kinds = [_kind_of_failure(block) for block in blocks if isinstance(block, Message)]
            return Kind.FOR_GOOD if Kind.FOR_GOOD in kinds else next(filter(None, kinds), None)
        case "message/feedback-report":
            kind = re.search(r"^feedback-type:\s*(\S+)", _text(part), re.IGNORECASE | re.MULTILINE)
            return Kind.COMPLAINT if kind and kind[1].lower() != "not-spam" else None
    return None


def _kind_of_failure(block: Message) -> Kind | None:
    """A letter that is only delayed is still on its way."""
    status = str(block.get("Status", ""))
    if str(block.get("Action", "")).strip().lower() != "failed" or not _FAILED.match(status):
        return None
    return Kind.FOR_GOOD if _FOR_GOOD.match(status) else Kind.FOR_NOW


def _kind_by_codes(codes: list[str]) -> Kind:
    """Words alone, or codes that do not agree, are no reason to end anything at once."""
    return Kind.FOR_GOOD if codes and all(_FOR_GOOD.match(code) for code in codes) else Kind.FOR_NOW


def _words_about_whom(parts: list[Message]) -> Iterator[str]:
    """Headers alone: an issue's text may quote a link, and be passed on."""
    for part in parts:
        for name in ("List-Unsubscribe", *_TO):
            yield from map(_unfolded, part.get_all(name, []))
        if part.get_content_type() in {"text/rfc822-headers", "message/feedback-report"}:
            inside = _text(part)
            headers = message_from_bytes(inside.encode("utf-8", "replace"), policy=policy.compat32)
            for name in ("List-Unsubscribe", *_TO):
                yield from map(_unfolded, headers.get_all(name, []))


def _unfolded(value: object) -> str:
    return re.sub(r"\s+", "", str(value))


def _text(part: Message) -> str:
    """What a part says; the parser makes a message of one that it takes for one."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(str(inner) for inner in payload)
    return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _subscription(session: Session, report: Report) -> Subscription | None:
    for token in report.tokens:
        follow = follow_of_token(session, token)
        if follow is not None:
            return session.scalar(sa.select(Subscription).where(Subscription.follow_id == follow.id))
    for number, mark in report.marks:
        subscription_id = as_id(number)
        if subscription_id is not None and compare_digest(mark.lower(), _mark(subscription_id)):
            return session.get(Subscription, subscription_id)
    return None


def _mark(subscription_id: int) -> str:
    return keyed_hash("returned", str(subscription_id))[:_MARK_LENGTH]
