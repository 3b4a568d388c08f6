"""What editors write of an author and of a series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from app.articles.content import Problem, body_of, checked_email, checked_link, checked_slug
from app.articles.describing import NAME_LIMIT, Description, Kind, digest
from app.articles.forms import ArticleText, proposed_slug
from app.articles.models import Author, Described
from app.core.forms import PostedForm, single_line, trimmed

LINK_LIMIT = 2_000
"""Characters in an address on the web."""


class DescriptionForm(PostedForm):
    """Of a series; of an author it has more fields."""

    seen = HiddenField("")
    """The digest of what the editor began with."""
    name = StringField(
        _l("Name"), validators=[DataRequired(_l("Give the name.")), Length(max=NAME_LIMIT)], filters=[single_line]
    )
    slug = StringField(_l("Address"), filters=[trimmed])
    text = ArticleText(_l("What it is about"))

    def validate_slug(self, field: StringField) -> None:
        """Left empty, it is made of the name."""
        field.data = field.data or proposed_slug(self.name.data or "")
        _check(checked_slug, field)

    def description(self) -> Description:
        """What was filled in, once it is validated."""
        source = body_of(self.text.data or "") if (self.text.data or "").strip() else ""
        return Description(self.slug.data or "", self.name.data or "", source, self.text.markup)


class AuthorForm(DescriptionForm):
    text = ArticleText(_l("Who it is"))
    link = StringField(_l("Address on the web"), validators=[Length(max=LINK_LIMIT)], filters=[single_line])
    email = StringField(_l("E-mail, for readers"), validators=[Length(max=LINK_LIMIT)], filters=[single_line])

    def description(self) -> Description:
        return replace(super().description(), link=self.link.data or None, email=self.email.data or None)

    def validate_link(self, field: StringField) -> None:
        if field.data:
            _check(checked_link, field)

    def validate_email(self, field: StringField) -> None:
        if field.data:
            _check(checked_email, field)


def form_of(kind: Kind) -> DescriptionForm:
    """The form as it was sent, or empty."""
    return AuthorForm() if kind is Author else DescriptionForm()


def filled_form(one: Described) -> DescriptionForm:
    """The form as it shows what is said."""
    data = {"seen": digest(one), "name": one.name, "slug": one.slug, "text": one.source}
    if isinstance(one, Author):
        return AuthorForm(formdata=None, data={**data, "link": one.link, "email": one.email})
    return DescriptionForm(formdata=None, data=data)


def _check(check: Callable[[str], str], field: StringField) -> None:
    try:
        check(field.data or "")
    except Problem as problem:
        words = str(problem)
        raise ValidationError(f"{words[:1].upper()}{words[1:]}.") from None
