"""A picture that is sent along with the text in which it is to be shown."""

from __future__ import annotations

from flask import request
from wtforms import Field

from app.core.db import db, transaction
from app.core.markup import normalise
from app.media import keeping
from app.media.forms import ImageForm
from app.media.models import figure_lines


class PictureForm(ImageForm):
    """A part of the form of the text."""

    added = ""
    """The name of the image that was taken in."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(prefix="picture-", **kwargs)


def empty_picture() -> PictureForm:
    return PictureForm(formdata=None)


def take_in(picture: PictureForm, text: Field, actor: str) -> bool:
    """Takes in the picture, if one was sent, and puts the lines that show it at the end of the text.

    False if the form is to come back for it: the picture is refused, which its fields then say, or nothing but to add
    it was asked for. Other buttons send a file as well, since one that was chosen can't be shown again in its field.
    """
    is_asked = request.form.get("do") == "picture"
    if not is_asked and picture.file.data is None:
        return True
    if not picture.validate():
        return False
    db.session.rollback()  # What was read to show the form; the transaction reads anew.
    with picture.given() as given, transaction() as session:
        image, _is_new = keeping.add(session, actor, given)
        picture.added, lines = image.name, figure_lines(image.name, given.alt, given.credit)
    text.data = f"{normalise(text.data or '').rstrip()}\n\n{lines}".lstrip()
    picture.process()
    return not is_asked
