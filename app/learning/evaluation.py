"""How well the filter does on labelled examples that it has not seen, without a database."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path

from app.learning.classifier import margin_of, mcc, train
from app.learning.features import Example, Vector, read, vector

_LABELS = {"spam": True, "ham": False}


class UnusableFile(ValueError):
    """It is no table of labelled texts; the message says why."""


@dataclass(frozen=True)
class Evaluation:
    """`spam_caught` and `ham_blocked` are shares of all spam and of all ham; `seconds` includes the training."""

    accuracy: float
    mcc: float
    spam_caught: float
    ham_blocked: float
    seconds: float


def read_examples(path: Path) -> list[tuple[Example, bool]]:
    """The rows of a CSV file in UTF-8 with columns `text` and `label`, which is spam or ham. Raises UnusableFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if not {"text", "label"} <= set(rows.fieldnames or ()):
                raise UnusableFile("its first line has to name the columns text and label")
            examples = [(Example(row["text"] or ""), _is_spam(row["label"], rows.line_num)) for row in rows]
    except OSError as error:
        raise UnusableFile(error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise UnusableFile("it is not in UTF-8") from None
    except csv.Error as error:
        raise UnusableFile(str(error)) from None
    if len({spam for _, spam in examples}) < 2:
        raise UnusableFile("it has to hold both spam and ham")
    return examples


def evaluate(teaching: list[tuple[Example, bool]], judging: list[tuple[Example, bool]]) -> Evaluation:
    """Learns the one list, judges the other, and counts."""
    began = time.perf_counter()
    corpus: list[tuple[Vector, bool]] = [(vector(read(example)), spam) for example, spam in teaching]
    weights = dict(enumerate(train(corpus, lambda _passes: None)))
    judged = [(margin_of(vector(read(example)), weights) >= 0, spam) for example, spam in judging]
    spam = [called for called, is_spam in judged if is_spam]
    ham = [called for called, is_spam in judged if not is_spam]
    return Evaluation(
        accuracy=sum(called is is_spam for called, is_spam in judged) / len(judged),
        mcc=mcc(judged),
        spam_caught=sum(spam) / len(spam),
        ham_blocked=sum(ham) / len(ham),
        seconds=time.perf_counter() - began,
    )


def _is_spam(label: str | None, line: int) -> bool:
    try:
        return _LABELS[label or ""]
    except KeyError:
        raise UnusableFile(f"line {line}: the label has to be spam or ham, and not {label!r}") from None
