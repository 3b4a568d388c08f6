"""`flask filter evaluate`, by way of the real command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.learning.features import Example
from app.learning.retraining import Lesson
from tests.conftest import ON_SQLITE
from tests.learning.conftest import Filter, lessons
from tests.learning.test_judging import statements

pytestmark = ON_SQLITE


def write(path: Path, taught: list[Lesson]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label"])
        rows.writerows((example.text, "spam" if is_spam else "ham") for _, example, is_spam in taught)
    return path


def evaluate(app: Flask, learn: Path, judge: Path) -> Result:
    return app.test_cli_runner().invoke(args=["filter", "evaluate", "--train", str(learn), "--test", str(judge)])


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    return write(tmp_path / "earlier.csv", list(lessons(60)))


def test_it_prints_how_well_the_filter_does(app: Flask, earlier: Path, tmp_path: Path) -> None:
    later = write(tmp_path / "later.csv", list(lessons(40, first=501)))
    printed = json.loads(evaluate(app, earlier, later).stdout)
    assert list(printed) == ["accuracy", "mcc", "spam_caught", "ham_blocked", "seconds"]
    assert printed["seconds"] > 0
    del printed["seconds"]
    assert printed == {"accuracy": 1.0, "mcc": 1.0, "spam_caught": 1.0, "ham_blocked": 0.0}


def test_each_kind_of_mistake_is_counted_as_a_share_of_its_kind(app: Flask, earlier: Path, tmp_path: Path) -> None:
    later = list(lessons(40, first=501))
    turned = {501, 503, 505, 507, 509, 502, 504}
    mislabelled = [(key, example, is_spam is not (key in turned)) for key, example, is_spam in later]
    printed = json.loads(evaluate(app, earlier, write(tmp_path / "later.csv", mislabelled)).stdout)
    assert printed["accuracy"] == pytest.approx(33 / 40, abs=1e-4)
    assert printed["spam_caught"] == pytest.approx(18 / 23, abs=1e-4)
    assert printed["ham_blocked"] == pytest.approx(2 / 17, abs=1e-4)
    assert printed["mcc"] == pytest.approx(0.6568, abs=0.001)


def test_it_judges_as_the_site_does_after_retraining(app: Flask, fresh: Filter, earlier: Path, tmp_path: Path) -> None:
    """Also where the labels are such that it must be wrong on some."""
    later = [(key, example, key % 3 == 0) for key, example, _ in lessons(40, first=501)]
    printed = json.loads(evaluate(app, earlier, write(tmp_path / "later.csv", later)).stdout)
    fresh.retrain((key, Example(example.text), is_spam) for key, example, is_spam in lessons(60))
    right = [(fresh.probability(Example(example.text)) >= 0.5) is is_spam for _, example, is_spam in later]
    assert printed["accuracy"] == pytest.approx(sum(right) / 40)


def test_it_asks_no_database(app: Flask, earlier: Path) -> None:
    with statements(app) as asked:
        assert evaluate(app, earlier, earlier).exit_code == 0
    assert asked == []


def test_it_works_before_there_is_a_database(app_with: Callable[..., Flask], earlier: Path, tmp_path: Path) -> None:
    without = app_with(database_url=f"sqlite:///{tmp_path}/none.db")
    assert evaluate(without, earlier, earlier).exit_code == 0
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "has to name the columns text and label"),
        (b"words,label\nhello,ham\n", "has to name the columns text and label"),
        (b"text,label\nhello,ham\nbuy,Spam\n", "line 3: the label has to be spam or ham, and not 'Spam'"),
        (b"text,label\nhello\n", "line 2: the label has to be spam or ham"),
        (b"text,label\nhello,ham\n", "has to hold both spam and ham"),
        (b"text,label\n\xe9,ham\n", "is not in UTF-8"),
        (b'text,label\n"hello,ham\n', "unexpected end of data"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    app: Flask, earlier: Path, tmp_path: Path, content: bytes, complaint: str
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(content)
    refused = evaluate(app, earlier, broken)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {broken}: ")
    assert complaint in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_opened_is_named_with_the_reason(
    app: Flask, earlier: Path, tmp_path: Path, name: str
) -> None:
    refused = evaluate(app, tmp_path / name, earlier)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert str(tmp_path / name) in refused.stderr


def test_a_file_may_begin_with_a_byte_order_mark_and_hold_lines_within_a_text(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "marked.csv"
    file.write_bytes(b'\xef\xbb\xbftext,label\r\n"two\r\nlines",ham\r\nbuy http://a.example,spam\r\n')
    assert json.loads(evaluate(app, file, file).stdout)["accuracy"] == 1.0
