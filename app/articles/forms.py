"""What editors write in their own Markdown."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, Regexp

from app.core.forms import PostedForm, trimmed
from app.core.markup import ArticleMarkup, MarkupError, normalise, render_article
from app.core.web import SLUG, SLUG_LIMIT


class SlugForm(PostedForm):
    slug = StringField(
        _l("Address"),
        validators=[
            DataRequired(_l("Give an address.")),
            Length(max=SLUG_LIMIT, message=_l("An address takes %(max)d characters at most.")),
            Regexp(f"^{SLUG}$", message=_l("An address takes lower-case letters, digits and single hyphens.")),
        ],
        filters=[trimmed],
    )


class ArticleText(TextAreaField):
    """Text in editors' Markdown, without figures. Once it has been validated, `markup` is what it became."""

    markup: ArticleMarkup

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([normalise(value) for value in valuelist])

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:
        if validation_stopped or self.errors:
            return
        try:
            self.markup = render_article(self.data or "", {})
        except MarkupError as error:
            if error.line is None:
                raise ValidationError(str(error)) from None
            raise ValidationError(gettext("Line %(line)d: %(problem)s.", line=error.line, problem=str(error))) from None
