"""What editors write in their own Markdown."""

from __future__ import annotations

from flask_babel import gettext
from wtforms import TextAreaField, ValidationError
from wtforms.form import BaseForm

from app.core.markup import ArticleMarkup, MarkupError, normalise, render_article


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
