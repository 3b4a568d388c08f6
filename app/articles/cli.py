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
from app.articles.models import Article, Author, Described, Series
from app.articles.moving import SlugTaken
from app.articles.storing import NoSuchAuthor, NoSuchSeries
from app.core.command_line import work_through
from app.core.db import db, transaction

KINDS: tuple[Kind, ...] = (Author, Series)

group = AppGroup("articles", help="Articles as files.")


@group.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what an editor has changed since the last load.")
def load(paths: tuple[Path, ...], force: bool) -> None:
    """Load article files, or all in a folder; each file whole or not at all."""
    kinds: dict[Path, Kind | None] = {}
    for path, kind in (found for given in paths for found in files_to_load(given)):
        kinds.setdefault(path, kind)

    def load_one(path: Path) -> str:
        return f"{path}: {_load_one(path, kinds[path], force)}"

    if not work_through(kinds, load_one, _not_loaded):
        raise SystemExit(1)


@group.command("dump")
@click.argument("slugs", nargs=-1)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def dump_articles(slugs: tuple[str, ...], folder: Path) -> None:
    """Write articles, or those of the slugs given, as files into a folder; loaded again, they change nothing."""
    session = db.session()
    articles = articles_to_dump(session, slugs)
    unknown = sorted(set(slugs) - {article.slug for article in articles})
    for slug in unknown:
        click.echo(f"{slug}: there is no such article", err=True)
    figures: dict[Path, str] = {}

    def dump_described(one: Described) -> str:
        return str(dump_description(one, folder))

    def dump_one(article: Article) -> str:
        return str(dump(session, article, folder, figures))

    described = work_through(described_to_dump(session, articles if slugs else None), dump_described, _not_dumped)
    if not (work_through(articles, dump_one, _not_dumped) and described) or unknown:
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


def _not_loaded(path: Path, error: Exception) -> str | None:
    said = None
    match error:
        case TextFileError():
            return str(error)
        case SlugTaken():
            said = f"another article has, or had, the slug {error.slug}"
        case NoSuchAuthor():
            said = f"there is no author {error.slug}, nor a file authors/{error.slug}.md"
        case NoSuchSeries():
            said = f"there is no series {error.slug}, nor a file series/{error.slug}.md"
        case ChangedSince():
            said = "an editor has changed this article since; --force overwrites the change"
        case ChangedMeanwhile():
            said = "an editor has changed this since; --force overwrites the change"
    return said and f"{path}: {said}"


def _not_dumped(one: Article | Described, error: Exception) -> str | None:
    match error:
        case FiguresDiffer():
            return f"{one.slug}: another article has a different drawing or image of the same name; dump it alone"
        case OSError():
            return f"{one.slug}: {error.filename}: {error.strerror}"
    return None
