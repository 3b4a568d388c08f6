"""The folder that letters are written to as long as there is no mail server."""

from __future__ import annotations

import os
from pathlib import Path

from flask_babel import gettext as _

from app.core.jobs import NoneNow
from app.core.web import settings

FOLDER = "outbox"


def keep(name: str, message: bytes) -> Path:
    """Writes a file that is there whole or not at all, for the owner's eyes only. Raises NoneNow if it cannot."""
    path = settings().instance_path / FOLDER / name
    draft = path.with_name(f".{name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            with open(draft, "wb", opener=_for_the_owner) as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise NoneNow(
            _("The folder %(folder)s cannot be written: %(why)s.", folder=FOLDER, why=error.strerror)
        ) from None
    return path


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
