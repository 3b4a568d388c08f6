"""`flask articles`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.articles.content import ArticleContent
from app.articles.files import ArticleFileError, read_article_file
from app.articles.loading import ChangedSince, store
from app.articles.moving import SlugTaken
from app.core.db import transaction

group = AppGroup("articles", help="Articles as files.")


@group.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what an editor has changed since the last load.")
def load(paths: tuple[Path, ...], force: bool) -> None:
    """Load article files, or all in a folder; each file whole or not at all."""
    failed = False
    for path in (file for given in paths for file in article_files(given)):
        try:
            outcome = _load_one(read_article_file(path), force)
        except ArticleFileError as error:
            click.echo(str(error), err=True)
            failed = True
        except SlugTaken as error:
            click.echo(f"{path}: another article has, or had, the slug {error.slug}", err=True)
            failed = True
        except ChangedSince:
            click.echo(f"{path}: an editor has changed this article since; --force overwrites the change", err=True)
            failed = True
        else:
            click.echo(f"{path}: {outcome}")
    if failed:
        raise SystemExit(1)


def article_files(given: Path) -> list[Path]:
    return sorted(given.glob("*.md")) if given.is_dir() else [given]


def _load_one(file: ArticleContent, force: bool) -> str:
    with transaction() as session:
        return store(session, file, force=force)
