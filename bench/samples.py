"""The text that all servers are given alike: an article and its thread of 50 comments, the same at every run."""

import random
from dataclasses import dataclass

COMMENTS = 50
ARTICLE_WORDS = 900
WORDS = (  # noqa: SIM905
    "the council harbour ferry budget vote report winter school bridge plan cost paper letter answer question "
    "reader editor street river market library station winter union office public record minister figures "
    "because although after before whether each every some many few said asked wrote found closed opened "
    "will would should could was were has had been not only also still again against within about"
).split()


@dataclass(frozen=True)
class SampleComment:
    author: str
    email: str
    markdown: str
    parent: int | None
    """The index of the comment that this one answers."""


def article_paragraphs() -> list[str]:
    """The article's text, about 5,000 characters in twelve paragraphs."""
    dice = random.Random(20261120)
    return [_sentences(dice, ARTICLE_WORDS // 12) for _ in range(12)]


def comments() -> list[SampleComment]:
    """Fifty comments of about 250 characters: every fifth holds a link, every third answers an earlier one."""
    dice = random.Random(50)
    made: list[SampleComment] = []
    for index in range(COMMENTS):
        text = _sentences(dice, 24) + "\n\n" + _emphasized(_sentences(dice, 18))
        if index % 5 == 0:
            text += f" See [the record](https://example.org/records/{index})."
        openers = [place for place, comment in enumerate(made) if comment.parent is None]
        parent = dice.choice(openers) if index % 3 == 2 else None
        made.append(SampleComment(f"Reader {index + 1}", f"reader{index + 1}@example.org", text, parent))
    return made


def posted_text() -> str:
    """The comment that the POST rows send; `{n}` makes each one's text its own."""
    return _sentences(random.Random(7), 40) + " Letter number {n}, with *stress* on one word."


def _sentences(dice: random.Random, words: int) -> str:
    text: list[str] = []
    while words > 0:
        length = min(words, dice.randint(8, 16))
        text.append(" ".join(dice.choice(WORDS) for _ in range(length)).capitalize() + ".")
        words -= length
    return " ".join(text)


def _emphasized(sentence: str) -> str:
    first, _, rest = sentence.partition(" ")
    return f"*{first}* {rest}"
