"""The phases of screening: each looks at one thing, and says in words what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from app.learning.judging import ENOUGH, Judgement
from app.moderation.models import Verdict
from app.moderation.phrases import KnownPhrase, find
from app.moderation.trusting import REFUSED_WITHIN

REPEATED_WITHIN = timedelta(days=1)
FLOOD_WITHIN = timedelta(minutes=5)
FLOOD_HERE = 15
FLOOD_EVERYWHERE = 50
"""Different addresses whose comments came in within that time, on one article or on the whole site, are a flood. Both
are several times what the busiest minutes of a small paper's letters page bring, and less than a board that was sent
here brings."""
UNSURE = 0.5
"""The filter holds what it gives so much or more where no limit is set."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the phases may look at, all of it read before the first of them is asked."""

    text: str
    """The words that can be seen."""
    author: str
    links: tuple[str, ...] = ()
    """Where the links lead that leave this site."""
    trap_filled: bool = False
    twin: int | None = None
    """The newest other comment with the same words."""
    phrases: tuple[KnownPhrase, ...] = ()
    link_limit: int
    new_hosts: tuple[str, ...] = ()
    """Those of the links' that no published comment links to."""
    senders_here: int = 0
    senders_everywhere: int = 0
    """Addresses that comments came from within FLOOD_WITHIN, on this article and in all, this one's among them."""
    judgement: Judgement | None = None
    """The learning filter's; None where it was not asked."""
    publish_below: float = 0.0
    spam_above: float = 1.0
    published_before: int = 0
    refused_lately: int = 0
    """Comments of its author, by proof of a pass, that editors published, and that they rejected or took for spam."""
    trusted_from: int = 0
    """So many published ones make the author trusted; 0 is nobody."""

    @property
    def is_trusted(self) -> bool:
        """Whether its author has shown proof of enough published comments, and of none that was refused lately."""
        return 0 < self.trusted_from <= self.published_before and not self.refused_lately

    @cached_property
    def phrases_found(self) -> list[tuple[str, Verdict]]:
        """The phrases in the words, the author's name and the links, as they stand there."""
        return [found for text in (self.text, self.author, *self.links) for found in find(self.phrases, text)]


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


def repeated(context: Context) -> Result | None:
    if context.twin is None:
        return None
    return Result(Verdict.HOLD, _("Comment %(id)s of the last 24 hours has the same words.", id=context.twin))


def banned(context: Context) -> Result | None:
    marks = _found(context, Verdict.SPAM)
    if not marks:
        return None
    reason = ngettext("It holds a banned phrase.", "It holds %(num)d banned phrases.", len(marks))
    return Result(Verdict.SPAM, reason, marks)


def suspect(context: Context) -> Result | None:
    marks = _found(context, Verdict.HOLD)
    if not marks:
        return None
    reason = ngettext("It holds a suspect phrase.", "It holds %(num)d suspect phrases.", len(marks))
    return Result(Verdict.HOLD, reason, marks)


def links(context: Context) -> Result | None:
    number = len(context.links)
    if number <= context.link_limit:
        return None
    reason = ngettext(
        "It has one link; the limit is %(limit)s.",
        "It has %(num)d links; the limit is %(limit)s.",
        number,
        limit=context.link_limit,
    )
    return Result(Verdict.HOLD, reason, tuple(dict.fromkeys(context.links)))


def new_host(context: Context) -> Result | None:
    if not context.new_hosts:
        return None
    reason = ngettext(
        "It links to %(hosts)s, to which no published comment links.",
        "It links to %(hosts)s, to none of which a published comment links.",
        len(context.new_hosts),
        hosts=", ".join(context.new_hosts),
    )
    return Result(Verdict.HOLD, reason, context.new_hosts)


def flood(context: Context) -> Result | None:
    minutes = FLOOD_WITHIN // timedelta(minutes=1)
    # Many who come at once say nothing of one who is known.
    verdict = Verdict.PUBLISH if context.is_trusted else Verdict.HOLD
    if context.senders_here >= FLOOD_HERE:
        reason = _(
            "Comments on this article came from %(number)s addresses or more within %(minutes)s minutes.",
            number=FLOOD_HERE,
            minutes=minutes,
        )
        return Result(verdict, reason)
    if context.senders_everywhere >= FLOOD_EVERYWHERE:
        reason = _(
            "Comments came from %(number)s addresses or more within %(minutes)s minutes.",
            number=FLOOD_EVERYWHERE,
            minutes=minutes,
        )
        return Result(verdict, reason)
    return None


def learning_filter(context: Context) -> Result | None:
    """Says what it would do even where it has nothing against: an editor is to see why, and how sure it is."""
    judged = context.judgement
    if judged is None:
        return None
    if judged.probability is None:
        reason = _(
            "The filter is still learning, and abstains: of %(enough)s published comments that it needs it has seen"
            " %(ham)s, of %(enough)s that are spam %(spam)s.",
            enough=ENOUGH,
            ham=judged.ham,
            spam=judged.spam,
        )
        holds = context.publish_below and not context.is_trusted
        return Result(Verdict.HOLD if holds else Verdict.PUBLISH, reason)
    verdict = Verdict.PUBLISH
    if judged.probability > context.spam_above:
        verdict = Verdict.SPAM
    elif judged.probability >= (context.publish_below or UNSURE):
        verdict = Verdict.HOLD
    return Result(verdict, _in_words(judged, judged.probability))


def author(context: Context) -> Result | None:
    """Says of whom there is proof of earlier comments. It speaks against nobody."""
    published, refused = context.published_before, context.refused_lately
    if not published and not refused:
        return None
    if context.is_trusted:
        known = ngettext("Trusted: one earlier comment published.", "Trusted: %(num)d earlier published.", published)
        return Result(Verdict.PUBLISH, known)
    known = ngettext("By proof, one earlier comment published", "By proof, %(num)d earlier published", published)
    if refused:
        days = REFUSED_WITHIN // timedelta(days=1)
        lately = ngettext(
            "one refused within %(days)s days", "%(num)d refused within %(days)s days", refused, days=days
        )
        return Result(Verdict.PUBLISH, f"{known}, {lately}.")
    return Result(Verdict.PUBLISH, f"{known}.")


PHASES: dict[str, Phase] = {
    "trap": trap,
    "repeated": repeated,
    "banned": banned,
    "suspect": suspect,
    "links": links,
    "new host": new_host,
    "flood": flood,
    "filter": learning_filter,
    "author": author,
}
"""In the order in which an editor reads what they found. A phase that has nothing to say returns None."""
AGAINST = [name for name in PHASES if name != "author"]
"""Those that can speak against a comment."""


def _in_words(judged: Judgement, probability: float) -> str:
    parts = [_("The filter takes it for spam with %(share)s.", share=format_percent(probability))]
    for_it = [reason.label for reason in judged.reasons if reason.weight > 0]
    against = [reason.label for reason in judged.reasons if reason.weight < 0]
    if for_it:
        parts.append(_("What weighed most for that: %(things)s.", things=", ".join(for_it)))
    if against:
        parts.append(_("Against it: %(things)s.", things=", ".join(against)))
    return " ".join(parts)


def _found(context: Context, verdict: Verdict) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark for mark, its_verdict in context.phrases_found if its_verdict is verdict))
