"""`python bench/markup.py`: what the costliest 5,000 characters that a reader can send cost to turn into HTML."""

import argparse
import itertools
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.core.markup import COMMENT_LIMIT, comment_html

GOAL = 150
"""Milliseconds of CPU."""

# What each is aimed at: one rule's worst case, or one sanitizer's.
REPEATED = {
    "open parentheses": "(",
    "open brackets": "[",
    "brackets and emphasis": "[_",
    "nested brackets, emphasis": "[[***🏴'[a](",
    "images": "![[[",
    "links without an end": "[a](",
    "links in angle brackets": "[a](<",
    "links": "[a](http://b)",
    "empty links": "[](http://a.a)",
    "crossed emphasis": "*a_",
    "short emphasis": "*a* ",
    "short strong, short em": "**a** *b*",
    "quotes on one line": "> ",
    "a quote a line": "> a\n",
    "an item a line": "- a\n",
    "list markers on one line": "- ",
    "a line each": "a\n",
    "fences": "```\n",
    "less-than signs": "<",
    "ampersands": "&",
    "entities": "&amp;",
    "quotation marks in code": '`"`',
    "backslashes": "\\*",
    "bare links": "http://a.a ",
    "bare links, one run": "http://a.a/",
    "addresses that are none": "/🏴**http://|",
    "addresses that are none, 2": "a'%http://a//",
    "autolinks, images": ":<http://![",
    "schemes without a name": "://",
    "mail addresses": "a@b.c ",
    "definitions": "[a]: http://b\n",
    "marks": "a\u0301\u0316",
    "joiners": "\u200d",
}

WHOLE = {
    "nested emphasis": "*" * 2499 + "a" + "*" * 2500,
    "nested brackets": "[" * 2500 + "]" * 2500,
    "backticks of every length": " ".join("`" * length for length in range(1, 100)),
    "deeper quotes each line": "".join(">" * depth + " a\n" for depth in range(98)),
    "deeper items each line": "".join("  " * depth + "- a\n" for depth in range(68)),
    "brackets, then links": "[" * 2500 + "[a](http://b)" * 190,
}

PIECES = (
    *("(", "[", "]", "![", "](", "*", "_", "**", "a", " ", "`", "```", "<", ">", "&", '"', "'", "\\", "\n", "\n\n"),
    *("- ", "1. ", "> ", "http://", "https://a.a/", "<http://", "://", "@", "~~~", "    ", "#", "|", "é", "🏴", "א"),
    *("[a](", "[a]: http://b\n", "%", "\xa0", "="),
)


def cases(random_ones: int) -> dict[str, str]:
    texts = {name: piece * (COMMENT_LIMIT // len(piece)) for name, piece in REPEATED.items()} | WHOLE
    dice = random.Random(5000)
    for pieces in itertools.islice(iter(lambda: dice.choices(PIECES, k=dice.randint(2, 6)), None), random_ones):
        piece = "".join(pieces)
        texts[repr(piece)] = piece * (COMMENT_LIMIT // len(piece))
    return {name: text[:COMMENT_LIMIT] for name, text in texts.items()}


def milliseconds(text: str, rounds: int) -> float:
    """The median over the rounds, in CPU time, which other work on the machine changes little."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        comment_html(text)
        times.append(time.process_time() - began)
    return statistics.median(times) * 1000


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each text is turned into HTML (5)")
    parser.add_argument("--random", type=int, default=150, help="how many texts of random pieces to add (150)")
    parser.add_argument("--show", type=int, default=25, help="how many of the slowest to print (25)")
    options = parser.parse_args(arguments)
    texts = cases(options.random)
    comment_html("http://warm.example *up*")
    costs = {name: milliseconds(text, options.rounds) for name, text in texts.items()}
    print(f"{len(texts)} texts of {COMMENT_LIMIT:,} characters or a few less, median of {options.rounds}, CPU time\n")
    print("| text | ms |\n| --- | ---: |")
    for name in sorted(costs, key=lambda name: costs[name], reverse=True)[: options.show]:
        print(f"| {name} | {costs[name]:.0f} |")
    worst = max(costs.values())
    print(f"\nThe worst costs {worst:.0f} ms; the goal is {GOAL}: {'met' if worst < GOAL else 'missed'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
