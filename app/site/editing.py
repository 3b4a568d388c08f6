"""Changing what editors set for the whole site: its settings, a pause, and the house rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import Identity
from app.audit.recording import record
from app.core import clock
from app.core.revisions import bump
from app.site.models import SITE, HouseRule, Policy, Site


class ChangedMeanwhile(Exception):
    """Another editor has changed the settings since this one was shown them."""


class NoSuchRule(LookupError):
    """It was never there."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the settings page sets, as the columns of Site."""

    policy: Policy
    link_limit: int
    publish_below: float
    spam_above: float
    trusted_from: int
    reports_to_hold: int
    close_after_days: int | None
    edit_minutes: int
    appeal_days: int
    keep_days: int


def settings_of(site: Site) -> Settings:
    return Settings(**{name: getattr(site, name) for name in Settings.__dataclass_fields__})


def seen_as(settings: Settings) -> str:
    """What a form holds to say which settings it showed."""
    return hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode()).hexdigest()[:16]


def change_settings(session: Session, editor: Identity, wanted: Settings, seen: str) -> None:
    """`seen` is what `seen_as` said of the settings that the editor was shown. Raises ChangedMeanwhile."""
    site = _locked(session)
    before = settings_of(site)
    if seen_as(before) != seen:
        raise ChangedMeanwhile
    changes = {name: value for name, value in asdict(wanted).items() if value != getattr(before, name)}
    for name, value in changes.items():
        setattr(site, name, value)
    if changes:
        bump(session, SITE)
        detail = ", ".join(f"{name} {'none' if value is None else value}" for name, value in changes.items())
        record(session, actor=editor.actor, verb="change settings", subject="site", detail=detail)


def pause(session: Session, editor: Identity, reason: str) -> None:
    """No article takes comments until `resume`; readers read the reason. Done again, it gives another reason."""
    site = _locked(session)
    site.paused_at = site.paused_at or clock.now()
    site.paused_reason = reason
    bump(session, SITE)
    record(session, actor=editor.actor, verb="pause comments", subject="site")


def resume(session: Session, editor: Identity) -> None:
    site = _locked(session)
    if site.paused_at is not None:
        site.paused_at = site.paused_reason = None
        bump(session, SITE)
        record(session, actor=editor.actor, verb="resume comments", subject="site")


def add_rule(session: Session, editor: Identity, *, title: str, text: str) -> HouseRule:
    """A rule with the next number."""
    _locked(session)
    rule = HouseRule(number=_next_number(session), title=title, text=text)
    session.add(rule)
    session.flush()
    _changed(session, editor, rule, "add rule")
    return rule


def change_rule(session: Session, editor: Identity, rule_id: int, *, number: int, title: str, text: str) -> HouseRule:
    """A rule that has the number already gets the one that this had. Raises NoSuchRule for a retired one, too.

    Decisions that were made keep the number and title that they named.
    """
    _locked(session)
    rule = _rule(session, rule_id)
    if rule.retired_at is not None:
        raise NoSuchRule(rule_id)
    if rule.number != number:
        query = sa.select(HouseRule).where(HouseRule.number == number, HouseRule.retired_at.is_(None))
        for other in session.scalars(query):
            other.number = rule.number
    rule.number, rule.title, rule.text = number, title, text
    _changed(session, editor, rule, "change rule")
    return rule


def retire_rule(session: Session, editor: Identity, rule_id: int) -> HouseRule:
    """No rejection can name it any more; the others keep their numbers. Raises NoSuchRule."""
    _locked(session)
    rule = _rule(session, rule_id)
    if rule.retired_at is None:
        rule.retired_at = clock.now()
        _changed(session, editor, rule, "retire rule")
    return rule


def restore_rule(session: Session, editor: Identity, rule_id: int) -> HouseRule:
    """Under its old number if that is free, or else the next. Raises NoSuchRule."""
    _locked(session)
    rule = _rule(session, rule_id)
    if rule.retired_at is not None:
        is_taken = sa.select(HouseRule.id).where(HouseRule.number == rule.number, HouseRule.retired_at.is_(None))
        if session.scalar(is_taken.limit(1)) is not None:
            rule.number = _next_number(session)
        rule.retired_at = None
        _changed(session, editor, rule, "restore rule")
    return rule


def _locked(session: Session) -> Site:
    """The site's row, which no other transaction changes until this one ends."""
    return session.scalars(sa.select(Site).where(Site.id == 1).with_for_update()).one()


def _rule(session: Session, rule_id: int) -> HouseRule:
    rule = session.get(HouseRule, rule_id)
    if rule is None:
        raise NoSuchRule(rule_id)
    return rule


def _next_number(session: Session) -> int:
    highest = session.scalar(sa.select(sa.func.max(HouseRule.number)).where(HouseRule.retired_at.is_(None)))
    return (highest or 0) + 1


def _changed(session: Session, editor: Identity, rule: HouseRule, verb: str) -> None:
    bump(session, SITE)
    record(session, actor=editor.actor, verb=verb, subject=f"rule:{rule.id}", detail=f"number {rule.number}")
