"""Images are taken in, described and taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.recording import record
from app.core import clock
from app.core.db import one_at_a_time
from app.core.jobs import enqueue
from app.media.cleaning import Cleaned
from app.media.events import ImageLeaving, Use, image_leaving
from app.media.folder import folder_of, place, remove
from app.media.models import Image

MAKE_VARIANTS = "make variants of an image"
FORGET_FILES = "forget files of an image"

NAME_LIMIT = 80
"""Characters of a name that is made of a file's."""


class NoSuchImage(LookupError):
    pass


class IsShown(Exception):
    """Something shows the image, so it can't be taken out."""


@dataclass(frozen=True)
class Given:
    """A picture to be taken in. Its bytes are staged at `path`; `name` is what the file was called."""

    picture: Cleaned
    path: Path
    name: str
    alt: str
    credit: str = ""


def add(session: Session, actor: str, given: Given) -> tuple[Image, bool]:
    """The image, and whether it is new. One that is there already stays as it is described."""
    picture = given.picture
    one_at_a_time(session, f"image {picture.hash}")
    target = folder_of(picture.hash) / f"original.{picture.extension}"
    if not target.exists():
        place(given.path, target)
    image = session.scalar(sa.select(Image).where(Image.hash == picture.hash))
    if image is not None:
        return image, False
    one_at_a_time(session, "names of images")
    image = Image(
        hash=picture.hash,
        name=_free_name(session, given.name, picture.extension),
        alt=given.alt,
        credit=given.credit,
        extension=picture.extension,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.data),
        uploaded_at=clock.now(),
        widths=[],
    )
    session.add(image)
    session.flush()
    enqueue(session, MAKE_VARIANTS, {"image_id": image.id}, key=f"variants of image {image.id}")
    record(session, actor=actor, verb="add image", subject=f"image:{image.id}")
    return image, True


def describe(session: Session, actor: str, image_id: int, *, alt: str, credit: str) -> Image:
    """What articles show from now on that name the image anew. Raises NoSuchImage."""
    image = _locked(session, image_id)
    if (image.alt, image.credit) != (alt, credit):
        image.alt, image.credit = alt, credit
        record(session, actor=actor, verb="describe image", subject=f"image:{image_id}")
    return image


def delete(session: Session, actor: str, image_id: int) -> Image:
    """Takes out an image that nothing shows; its files go once this is committed. Raises NoSuchImage, IsShown."""
    image = _locked(session, image_id)
    if uses_of(session, image):
        raise IsShown(image_id)
    session.delete(image)
    enqueue(session, FORGET_FILES, {"hash": image.hash}, key=f"files {image.hash}")
    record(session, actor=actor, verb="delete image", subject=f"image:{image_id}")
    return image


def uses_of(session: Session, image: Image) -> list[Use]:
    return [use for _receiver, uses in image_leaving.send(ImageLeaving(session, image)) for use in uses]


def forget_files(session: Session, image_hash: str) -> None:
    """Removes the files of an image that is not there, or no longer."""
    one_at_a_time(session, f"image {image_hash}")
    if session.scalar(sa.select(Image.id).where(Image.hash == image_hash)) is None:
        remove(image_hash)


def _locked(session: Session, image_id: int) -> Image:
    image = session.scalar(sa.select(Image).where(Image.id == image_id).with_for_update())
    if image is None:
        raise NoSuchImage(image_id)
    return image


def _free_name(session: Session, given: str, extension: str) -> str:
    """A name of the same words that no other image has."""
    stem = proposed_stem(given)
    taken = set(session.scalars(sa.select(Image.name).where(Image.name.startswith(stem, autoescape=True))))
    return next(name for name in _names(stem, extension, len(taken) + 1) if name not in taken)


def _names(stem: str, extension: str, number: int) -> Iterable[str]:
    yield f"{stem}.{extension}"
    yield from (f"{stem}-{count}.{extension}" for count in range(2, number + 2))


def proposed_stem(given: str) -> str:
    """Lower-case letters, digits and hyphens out of a file's name."""
    plain = unicodedata.normalize("NFKD", PurePosixPath(given.replace("\\", "/")).stem).lower()
    words = re.findall("[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return "-".join(words)[:NAME_LIMIT].strip("-") or "image"
