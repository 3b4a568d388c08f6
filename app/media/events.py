"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from blinker import Signal
from sqlalchemy.orm import Session

from app.media.models import Image


@dataclass(frozen=True)
class VariantsMade:
    """An image has smaller and lighter files from now on, once the session's transaction commits."""

    session: Session
    image: Image


@dataclass(frozen=True)
class ImageLeaving:
    """An editor wants to take out an image, in the session's transaction. Receivers answer with a list of Uses."""

    session: Session
    image: Image


class Use(NamedTuple):
    """What shows an image: its title, and where an editor changes it."""

    title: str
    url: str


image_leaving = Signal("image leaving; sends an ImageLeaving and asks for what shows it")
variants_made = Signal("variants made; sends a VariantsMade")
