"""What an editor fills in about an image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField, ValidationError
from wtforms.validators import DataRequired

from app.core.forms import PostedForm, single_line, too_long
from app.media.cleaning import BYTES_LIMIT, Cleaned, Refused, cleaned
from app.media.folder import staged
from app.media.keeping import Given

ALT_LIMIT = 500
CREDIT_LIMIT = 200
"""Characters."""


class Line(StringField):
    """One line of text, of `limit` characters at most."""

    def __init__(self, label: str, validators: list[Any] | None = None, *, limit: int, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[single_line], **kwargs)
        self.limit = limit

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not validation_stopped and len(self.data or "") > self.limit:
            raise ValidationError(too_long(len(self.data or ""), self.limit))


class Upload(FileField):
    """A file that is a picture. Once it has been validated, `picture` is what was made of it."""

    picture: Cleaned

    def process_formdata(self, valuelist: list[Any]) -> None:
        given = request.files.get(self.name)
        self.data = given if given is not None and given.filename else None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        try:
            self.picture = _picture_of(self.data)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None


class ImageForm(PostedForm):
    file = Upload(_l("Picture"))
    alt = Line(
        _l("What it shows, for those who can’t see it"),
        validators=[DataRequired(_l("Say what the picture shows, for those who can’t see it."))],
        limit=ALT_LIMIT,
    )
    credit = Line(_l("Credit"), limit=CREDIT_LIMIT)

    @contextmanager
    def given(self) -> Iterator[Given]:
        """What was filled in, once it has been validated, with its file on the disk."""
        with staged(self.file.picture.data) as path:
            name = self.file.data.filename or ""
            yield Given(self.file.picture, path, name, self.alt.data or "", self.credit.data or "")


class DescriptionForm(ImageForm):
    """Of an image that is there."""

    file = None  # type: ignore[assignment]


def _picture_of(file: FileStorage | None) -> Cleaned:
    """Raises Refused."""
    if file is None:
        raise Refused(gettext("Choose a picture."))
    return cleaned(file.stream.read(BYTES_LIMIT + 1))
