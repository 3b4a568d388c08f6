"""`flask backup`: all that cannot be made again, in one archive that unpacks into an instance folder."""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app.core.web import settings
from app.media.folder import media_folder


@click.command("backup")
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(path: Path) -> None:
    """Write the database, the pictures and the secret key into the tar archive FILE, while the site runs.

    Unpacked into an empty instance folder it is the site as it was. An earlier FILE stays until the new one is whole.
    """
    config = settings()
    url = make_url(config.database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    try:
        # Only its owner may look into this folder, so nobody else sees what is still being written.
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".backup-") as folder:
            archive = Path(folder) / "archive"
            with archive.open("xb") as file:
                with tarfile.open(fileobj=file, mode="w") as tar:
                    if is_sqlite:
                        tar.add(_copy(str(url.database), Path(folder) / "broadsheet.db"), "broadsheet.db")
                    _add_files(tar, config.instance_path)
                file.flush()
                os.fsync(file.fileno())
            archive.chmod(0o600)
            size = archive.stat().st_size
            archive.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path} could not be written: {error.strerror or error}") from None
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"The database is damaged, and nothing was written: {error}") from None
    click.echo(f"{path}: {size / 1e6:,.1f} MB. It holds readers' words and the secret key.")
    if not is_sqlite:
        click.echo("The database is not in it: pg_dump saves what is PostgreSQL's.")


def _copy(database: str, to: Path) -> Path:
    """The database as it stands at this moment, in a file of its own. Raises DatabaseError if it is not whole."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
        found: str = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    return to


def _add_files(tar: tarfile.TarFile, instance: Path) -> None:
    """After the database, so that no picture is missing that it knows; one may be deleted while it is read."""
    key = instance / "secret_key"
    if key.exists():
        tar.add(key, key.name)
    for file in sorted(media_folder().glob("*/*")):
        try:
            tar.add(file, str(file.relative_to(instance)))
        except FileNotFoundError:
            continue
