"""The reason that a decision needs: what was sent of it, what it wants, and the page that asks for it again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, make_response, render_template, request
from flask_babel import gettext as _

from app.core.forms import too_long
from app.core.markup import normalise
from app.core.web import as_id
from app.moderation import decisions
from app.moderation.admin import answers

NOTE_LIMIT = 1_000
"""Characters in a note or a reason to an author."""


@dataclass(frozen=True)
class ReasonWanting(Exception):
    """What is wrong with the reason, in a sentence."""

    problem: str
    is_about_note: bool


def asked_verb() -> str:
    verb = request.values.get("decision", "")
    return verb if verb in decisions.VERBS else abort(400)


def asked_reason(verb: str) -> decisions.Reason:
    """The rule and the note that were sent with a verb that takes them. Raises ReasonWanting."""
    if verb not in {"reject", "return"}:
        return decisions.NO_REASON
    return decisions.Reason(as_id(request.form.get("rule")) if verb == "reject" else None, asked_words("note"))


def wanting(verb: str, error: decisions.ReasonMissing | ReasonWanting) -> ReasonWanting:
    """What to say of a reason that is not enough."""
    if isinstance(error, ReasonWanting):
        return error
    if verb == "return":
        return ReasonWanting(_("Say what the author is to change."), is_about_note=True)
    return ReasonWanting(_("Choose the house rule. The author is told which."), is_about_note=False)


def as_given(wants: ReasonWanting | None) -> dict[str, object]:
    """What the templates that ask for a reason show: what was sent of it, and what it wants."""
    return {
        "problem": wants.problem if wants else "",
        "is_about_note": wants is not None and wants.is_about_note,
        "rule_id": as_id(request.form.get("rule")),
        "note": request.form.get("note", ""),
    }


def choice_page(
    verb: str, wants: ReasonWanting | None, carried: list[tuple[str, str]], action: str, number: int = 1
) -> Response:
    """The choice that a decision needs, as a page, with all that was sent."""
    desk = answers.the_desk()
    page = render_template(
        "moderation/reason.html",
        verb=verb,
        action=action,
        carried=[*carried, ("back", desk.back)],
        heading=answers.verb_and_number(verb, number),
        back_url=desk.back,
        desk=desk,
        **as_given(wants),
    )
    return make_response(page, 422 if wants else 200)


def asked_words(name: str) -> str:
    """What was typed for an author to read. Raises ReasonWanting if it is too long."""
    words = normalise(request.form.get(name) or "").strip()
    if len(words) > NOTE_LIMIT:
        raise ReasonWanting(too_long(len(words), NOTE_LIMIT), is_about_note=True)
    return words
