"""The phases of screening: each looks at one thing, and says in words what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.moderation.models import Verdict


@dataclass(frozen=True)
class Context:
    """What the phases may look at."""

    text: str
    html: str
    author: str
    trap_filled: bool


@dataclass(frozen=True)
class Result:
    """What a phase found. `marks` are the words of the comment that it went by."""

    verdict: Verdict
    reason: str
    marks: tuple[str, ...] = ()


Phase = Callable[[Context], Result | None]


def trap(context: Context) -> Result | None:
    if not context.trap_filled:
        return None
    return Result(Verdict.SPAM, _("The hidden field, which people leave empty, was filled in."))


PHASES: dict[str, Phase] = {"trap": trap}
"""In the order in which an editor reads what they found. A phase that has nothing to say returns None."""
