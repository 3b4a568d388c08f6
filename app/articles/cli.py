"""`flask articles`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.articles.describing import ChangedMeanwhile, Kind
from app.articles.describing import store as store_description
from app.articles.dumping import articles_to_dump, described_to_dump, dump, dump_description
from app.articles.files import read_article_file, read_description_file
from app.articles.front_matter import FiguresDiffer, TextFileError
from app.articles.history import COMMAND_LINE
from app.articles.loading import ChangedSince, store
from app.articles.models import Author, Series
from app.articles.moving import SlugTaken
from app.articles.storing import NoSuchAuthor, NoSuchSeries
from app.core.db import db, transaction

KINDS: tuple[Kind, ...] = (Author, Series)

group = AppGroup("articles", help="Articles as files.")


@group.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what an editor has changed since the last load.")
def load(paths: tuple[Path, ...], force: bool) -> None:
    """Load article files, or all in a folder; each file whole or not at all."""
    failed = False
    seen: set[Path] = set()
    for path, kind in (found for given in paths for found in files_to_load(given)):
        if path in seen:
            continue
        seen.add(path)
        try:
            outcome = _load_one(path, kind, force)
        except TextFileError as error:
            click.echo(str(error), err=True)
            failed = True
        except SlugTaken as error:
            click.echo(f"{path}: another article has, or had, the slug {error.slug}", err=True)
            failed = True
        except NoSuchAuthor as error:
            click.echo(f"{path}: there is no author {error.slug}, nor a file authors/{error.slug}.md", err=True)
            failed = True
        except NoSuchSeries as error:
            click.echo(f"{path}: there is no series {error.slug}, nor a file series/{error.slug}.md", err=True)
            failed = True
        except ChangedSince:
            click.echo(f"{path}: an editor has changed this article since; --force overwrites the change", err=True)
            failed = True
        except ChangedMeanwhile:
            click.echo(f"{path}: an editor has changed this since; --force overwrites the change", err=True)
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
    figures: dict[Path, str] = {}
    for one in described_to_dump(db.session(), articles if slugs else None):
        try:
            click.echo(str(dump_description(one, folder)))
        except OSError as error:
            click.echo(f"{one.slug}: {error.filename}: {error.strerror}", err=True)
            failed = True
    for article in articles:
        try:
            click.echo(str(dump(db.session(), article, folder, figures)))
        except FiguresDiffer:
            click.echo(
                f"{article.slug}: another article has a different drawing or image of the same name; dump it alone",
                err=True,
            )
            failed = True
        except OSError as error:
            click.echo(f"{article.slug}: {error.filename}: {error.strerror}", err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def files_to_load(given: Path) -> list[tuple[Path, Kind | None]]:
    """A folder's files, or one, after those of the authors and series beside them. Of an article there is no Kind."""
    for kind in KINDS:
        if given.parent.name == kind.__tablename__ and not given.is_dir():
            return [(given, kind)]
    folder = given if given.is_dir() else given.parent
    described = [(path, kind) for kind in KINDS for path in sorted((folder / kind.__tablename__).glob("*.md"))]
    if given.is_dir():
        return [*described, *((path, None) for path in sorted(given.glob("*.md")))]
    return [*described, (given, None)]


def _load_one(path: Path, kind: Kind | None, force: bool) -> str:
    """Raises what reading and storing the file raise."""
    if kind is not None:
        description = read_description_file(path, kind)
        with transaction() as session:
            return store_description(session, kind, description, actor=COMMAND_LINE, force=force)
    file = read_article_file(path)
    with transaction() as session:
        return store(session, file, force=force)
