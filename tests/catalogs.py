"""What there is to translate, and a language in which every translated text stands between brackets."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.config import ROOT

OPEN, CLOSE = "⟦", "⟧"


@cache
def template() -> bytes:
    """What `make messages` writes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "messages.pot"
        mapping = ["-F", str(ROOT / "pyproject.toml"), "-k", "_l"]
        command = ["pybabel", "-q", "extract", *mapping, "-o", str(path), str(ROOT)]
        CommandLineInterface().run(command)  # type: ignore[no-untyped-call]
        return path.read_bytes()


def extracted() -> set[str | tuple[str, ...]]:
    """Each text that is marked; of one with a plural, both."""
    messages = read_po(BytesIO(template()))
    return {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages if message.id}


def write_bracketed(folder: Path, locale: str) -> None:
    """Writes a catalog for the locale, in which every text is the English one between brackets."""
    catalog = Catalog(locale=locale)
    for message in read_po(BytesIO(template())):
        if isinstance(message.id, tuple):
            plurals = [*message.id, *message.id[-1:] * catalog.num_plurals][: catalog.num_plurals]
            catalog.add(message.id, tuple(f"{OPEN}{text}{CLOSE}" for text in plurals), flags=message.flags)
        elif message.id:
            catalog.add(message.id, f"{OPEN}{message.id}{CLOSE}", flags=message.flags)
    path = folder / locale / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
