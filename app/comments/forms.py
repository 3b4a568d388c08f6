"""What a reader fills in."""

from __future__ import annotations

from functools import cache

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, Form, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import AnyOf, DataRequired, Email, Length, Optional

from app.accounts.models import EMAIL_LIMIT
from app.comments.models import NAME_LIMIT, ReportReason
from app.core.forms import PlainText, PublicForm, choices_of, single_line, too_long, trimmed
from app.core.markup import TextTooLong, comment_html, normalise, plain_text
from app.core.markup_text import has_visible


def readable_name(form: Form, field: Field) -> None:
    if not any(char.isalnum() and has_visible(char) for char in field.data or ""):
        raise ValidationError(gettext("A name needs a letter or a digit."))


class CommentText(TextAreaField):
    """Text in readers' Markdown. Once it has been validated, `html` is what it became."""

    html = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        # PostgreSQL takes no NUL, and nobody is to store a megabyte of what can't be seen.
        super().process_formdata([normalise(value) for value in valuelist])

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:
        if validation_stopped:
            return
        try:
            self.html = comment_html(self.data or "")
        except TextTooLong as error:
            raise ValidationError(too_long(error.length, error.limit)) from None
        if not has_visible(plain_text(self.html)):
            raise ValidationError(gettext("Nothing of this would be visible. Write it in other words."))


class CommentForm(PublicForm):
    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Give a name; it stands under your comment.")),
            Length(max=NAME_LIMIT, message=_l("A name takes %(max)d characters at most.")),
            readable_name,
        ],
        filters=[single_line],
    )
    email = EmailField(
        _l("E-mail"),
        validators=[
            Optional(),
            Length(max=EMAIL_LIMIT, message=_l("An e-mail address takes %(max)d characters at most.")),
            Email(_l("That is not an e-mail address. It looks like name@example.org; you may also leave it out.")),
        ],
        filters=[trimmed],
    )
    body = CommentText(_l("Comment"), validators=[DataRequired(_l("Write a comment first."))])
    parent = HiddenField("")
    pass_token = HiddenField("", name="pass")
    website = StringField(_l("Leave this empty"))


REPORT_LIMIT = 1_000
"""Characters in a report."""

REASONS = {
    ReportReason.UNLAWFUL: _l("It is against the law"),
    ReportReason.ABUSE: _l("It insults or threatens somebody"),
    ReportReason.PRIVATE: _l("It gives away what is private"),
    ReportReason.SPAM: _l("It advertises"),
    ReportReason.OTHER: _l("Something else"),
}
WITH_WORDS = {ReportReason.UNLAWFUL, ReportReason.OTHER}
"""Reasons that say too little by themselves."""


class ReportForm(PublicForm):
    reason = RadioField(
        _l("What is wrong with it?"),
        choices=choices_of(REASONS),
        validate_choice=False,
        validators=[
            DataRequired(_l("Choose what is wrong with it.")),
            AnyOf([reason.value for reason in ReportReason], _l("Choose what is wrong with it.")),
        ],
    )
    text = PlainText(_l("In your words"), limit=REPORT_LIMIT)

    def validate_text(self, field: Field) -> None:
        if not field.data and self.reason.data in WITH_WORDS:
            raise ValidationError(gettext("Say what is wrong: an editor has to find it."))


@cache
def blank_form() -> CommentForm:
    """The form as readers find it, the same one each time; it is not to be filled in."""
    return CommentForm(formdata=None)
