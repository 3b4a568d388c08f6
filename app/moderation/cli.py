"""`flask filter`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.core.db import db
from app.learning.evaluation import Evaluation, UnusableFile, read_examples
from app.learning.evaluation import evaluate as evaluated
from app.learning.features import Example
from app.learning.retraining import AlreadyRetraining
from app.learning.retraining import retrain as retrain_filter
from app.moderation import teaching

group = AppGroup("filter", help="The filter that learns from decisions.")

_FILE = click.Path(path_type=Path)


@group.command("evaluate")
@click.option("--train", "teaching_file", required=True, type=_FILE, help="What to learn: a CSV file, text,label.")
@click.option("--test", "judging_file", required=True, type=_FILE, help="What to judge then: a file of the same kind.")
def evaluate(teaching_file: Path, judging_file: Path) -> None:
    """Learn from one file of labelled texts, judge another, and print what came of it as JSON."""
    outcome = evaluated(_examples(teaching_file), _examples(judging_file))
    click.echo(json.dumps(_rounded(outcome), indent=2))


@group.command("retrain")
def retrain() -> None:
    """Learn all decisions anew, which makes every undo exact. The site goes on meanwhile."""
    expected = teaching.expected_examples(db.session())
    db.session.rollback()
    with click.progressbar(length=1, label=_("Learning")) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        try:
            learned = retrain_filter(teaching.examples, expected, show)
        except AlreadyRetraining:
            raise click.ClickException(_("Another process is retraining the filter.")) from None
    click.echo(_("Learned %(number)s decisions.", number=learned))


def _examples(path: Path) -> list[tuple[Example, bool]]:
    try:
        return read_examples(path)
    except UnusableFile as error:
        raise click.ClickException(f"{path}: {error}") from None


def _rounded(outcome: Evaluation) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(outcome).items()}
