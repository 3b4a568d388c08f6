"""`flask articles`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.articles.content import ArticleContent
from app.articles.dumping import DrawingsDiffer, articles_to_dump, dump
from app.articles.files import ArticleFileError, read_article_file
from app.articles.loading import ChangedSince, store
from app.articles.moving import SlugTaken
from app.core.db import db, transaction

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


@group.command("dump")
@click.argument("slugs", nargs=-1)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def dump_articles(slugs: tuple[str, ...], folder: Path) -> None:
    """Write articles, or those of the slugs given, as files into a folder; loaded again, they change nothing."""
    failed = False
    articles = articles_to_dump(db.session(), slugs)
    for slug in sorted(set(slugs) - {article.slug for article in articles}):
        click.echo(f"{slug}: there is no such article", err=True)
        failed = True
    drawings: dict[str, str] = {}
    for article in articles:
        try:
            click.echo(str(dump(db.session(), article, folder, drawings)))
        except DrawingsDiffer:
            click.echo(
                f"{article.slug}: another article has a different drawing of the same name; dump it alone", err=True
            )
            failed = True
        except OSError as error:
            click.echo(f"{article.slug}: {error.filename}: {error.strerror}", err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def article_files(given: Path) -> list[Path]:
    return sorted(given.glob("*.md")) if given.is_dir() else [given]


def _load_one(file: ArticleContent, force: bool) -> str:
    with transaction() as session:
        return store(session, file, force=force)
