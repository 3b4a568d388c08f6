"""What a feature is called when the filter explains itself."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_SIGNS = {
    "call": _l("a call to subscribe, follow, click or join"),
    "calls": _l("several calls to subscribe, follow, click or join"),
    "invitation": _l("an invitation to look at something"),
    "out": _l("an invitation to check something out"),
    "to me": _l("an invitation to something of the author’s"),
    "my thing": _l("something of the author’s own, such as a page or a product"),
    "likes": _l("asks for likes"),
    "me": _l("the words “me” or “us”"),
    "my": _l("the words “my” or “our”"),
    "trade": _l("the author’s trade"),
    "maker": _l("something that the author makes or sells"),
    "new thing": _l("something new, such as a page or a product"),
    "thing": _l("a page, a video, a product or the like"),
    "things": _l("several pages, videos, products or the like"),
    "plea": _l("a plea or thanks"),
    "pleas": _l("several pleas or thanks"),
    "money": _l("money, prices or prizes"),
    "much money": _l("money, prices or prizes, several times"),
    "body": _l("sex, diets or remedies"),
    "hello": _l("a greeting to everyone"),
    "crowd": _l("a word to everyone"),
    "network": _l("a social network or market"),
    "if you": _l("the words “if you”"),
    "in return": _l("a promise to do the same in return"),
    "plea to act": _l("a plea to do something"),
    "contact": _l("an address, a telephone number or an account"),
    "link": _l("a link"),
    "links": _l("several links"),
    "only a link": _l("little but links"),
    "capitals": _l("capitals throughout"),
    "some capitals": _l("many capitals"),
    "!": _l("an exclamation mark"),
    "!!!": _l("many exclamation marks"),
    "?": _l("a question mark"),
    "arrow": _l("an arrow"),
    "repeats": _l("the same words again and again"),
    "advertising 0": _l("no sign of advertising"),
    "advertising 1": _l("one sign of advertising"),
    "advertising 2": _l("two signs of advertising"),
    "advertising 3": _l("three signs of advertising"),
    "advertising 4": _l("four signs of advertising or more"),
    "length 0": _l("fewer than four words"),
    "length 4": _l("a short text"),
    "length 12": _l("a text of some length"),
    "length 30": _l("a long text"),
    "length 60": _l("a very long text"),
    "name advertises": _l("a name that advertises"),
}
_MARKS = {
    "§link": _l("a link"),
    "§email": _l("an e-mail address"),
    "§phone": _l("a telephone number"),
    "§handle": _l("the name of an account"),
    "§money": _l("a sum of money"),
}


def label(name: str) -> str | None:
    """The feature in words; None for one that says nothing to a person."""
    family, _colon, what = name.partition(":")
    said: str | None
    match family:
        case "s":
            said = str(_SIGNS[what]) if what in _SIGNS else None
        case "d":
            said = _("a link to %(site)s", site=what)
        case "n":
            said = _("the name “%(word)s”", word=what)
        case "w":
            said = _one_word(what)
        case "b":
            said = _two_words(*what.split(" "))
        case _:
            said = _("the letters “%(letters)s”", letters=what.strip("_"))
    return said


def _one_word(word: str) -> str:
    if word.startswith("§number"):
        return str(_("a number"))
    return str(_MARKS[word] if word in _MARKS else _("the word “%(word)s”", word=word))


def _two_words(first: str, second: str) -> str:
    if first == "^" and second == "$":
        return str(_("no words at all"))
    if first == "^":
        return str(_("%(what)s at the beginning", what=_one_word(second)))
    if second == "$":
        return str(_("%(what)s at the end", what=_one_word(first)))
    if first.startswith("§") or second.startswith("§"):
        return str(_("%(first)s before %(second)s", first=_one_word(first), second=_one_word(second)))
    return str(_("the words “%(words)s”", words=f"{first} {second}"))
