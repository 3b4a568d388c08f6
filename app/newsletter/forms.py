"""What an editor fills in who brings subscribers."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, ValidationError

from app.core.forms import PlainText
from app.newsletter.tables import PROOF_LIMIT, as_text


class ImportForm(FlaskForm):
    """A file of addresses, and what proves that all of them asked for the newsletter."""

    file = FileField(_l("The file"))
    proof = PlainText(_l("What proves that they asked for it"), limit=PROOF_LIMIT)

    content = ""
    file_name = ""

    def validate_file(self, field: FileField) -> None:
        given = request.files.get(field.name)
        if given is None or not given.filename:
            raise ValidationError(gettext("Choose a file."))
        self.file_name = as_text(given.filename.encode())[-100:]
        with given.stream:
            self.content = as_text(given.read())
        if not self.content.strip():
            raise ValidationError(gettext("The file is empty."))
