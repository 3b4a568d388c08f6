"""What the holder of a pass, or of a receipt, pastes."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, StringField, ValidationError
from wtforms.validators import DataRequired

from app.core.forms import PublicForm, trimmed
from app.core.tokens import TOKEN_LENGTH
from app.core.web import SLUG, as_slug

_TOKEN = f"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}"


def token_in(text: str | None, folder: str) -> str:
    """The token in a pasted link to something in that folder, or pasted by itself; '' if there is none."""
    found = re.search(rf"(?:^|/{folder}/)({_TOKEN})(?![A-Za-z0-9_-])", (text or "").strip())
    return found[1] if found else ""


def slug_in(text: str) -> str:
    """The slug in the pasted address of an article, or by itself; '' if there is none."""
    found = re.search(rf"(?:^|/articles/)({SLUG})(?=$|[/?#])", text.strip())
    return as_slug(found[1]) if found else ""


class _Link:
    """Checks that a token stands in what was pasted."""

    def __init__(self, folder: str, message: str) -> None:
        self.folder, self.message = folder, message

    def __call__(self, _form: Form, field: Field) -> None:
        if not token_in(field.data, self.folder):
            raise ValidationError(self.message)


class ReceiptForm(PublicForm):
    receipt = StringField(
        _l("The private link of a receipt"),
        validators=[
            DataRequired(_l("Paste the private link of a receipt.")),
            _Link(
                "receipts", _l("That is no receipt’s link. It stands on the comment’s private page and in its address.")
            ),
        ],
        filters=[trimmed],
    )

    @property
    def token(self) -> str:
        return token_in(self.receipt.data, "receipts")


class PassForm(PublicForm):
    link = StringField(
        _l("The link of your pass"),
        validators=[
            DataRequired(_l("Paste the link of your pass.")),
            _Link("passes", _l("That is no pass’s link. It stands on the pass’s own page and in its address.")),
        ],
        filters=[trimmed],
    )

    @property
    def token(self) -> str:
        return token_in(self.link.data, "passes")
