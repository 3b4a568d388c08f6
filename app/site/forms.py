"""What editors fill in about the whole site."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, Field, Form, HiddenField, IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import TextInput

from app.core.forms import PlainText, PostedForm, choices_of, single_line
from app.site.editing import Settings, seen_as
from app.site.models import Policy

TITLE_LIMIT = 120
TEXT_LIMIT = 2_000
REASON_LIMIT = 500
"""Characters in a rule's title, in its text, and in the reason for a pause."""

POLICIES = {
    Policy.HOLD_ALL: _l("Hold all: an editor reads each comment before it appears"),
    Policy.HOLD_UNKNOWN: _l("Hold all but trusted readers’: theirs appears at once if nothing is found against it"),
    Policy.HOLD_SUSPECT: _l("Hold what is suspect: what screening finds nothing against appears at once"),
    Policy.PUBLISH: _l("Publish and look later: all but spam appears at once"),
}


class WholeNumber(IntegerField):
    # A field for numbers alone would show nothing of what was filled in wrong.
    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Give a whole number.")) from None


class Percent(DecimalField):
    """A share of 1, filled in as a number of hundredths."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip().removesuffix("%") for value in valuelist])
        except ValueError:
            raise ValueError(gettext("Give a number.")) from None

    @property
    def share(self) -> float:
        return float((self.data or Decimal(0)) / 100)


def _readable(_form: Form, field: Field) -> None:
    """Leaves it at one error where what was filled in is no number."""
    if field.process_errors:
        raise StopValidation


def _between(least: int, most: int) -> list[Any]:
    message = _l("Give a number from %(min)s to %(max)s.")
    return [InputRequired(_l("Give a number.")), _readable, NumberRange(min=least, max=most, message=message)]


class SettingsForm(PostedForm):
    seen = HiddenField("")
    policy = RadioField(
        _l("What becomes of a new comment"),
        choices=choices_of(POLICIES),
        validate_choice=False,
        validators=[AnyOf(list(POLICIES), _l("Choose what becomes of a new comment."))],
    )
    link_limit = WholeNumber(_l("Links in a comment"), validators=_between(0, 100))
    publish_below = Percent(_l("The filter holds from"), validators=_between(0, 100), places=None)
    spam_above = Percent(_l("The filter puts with the spam above"), validators=_between(0, 100), places=None)
    trusted_from = WholeNumber(_l("Published comments that make a reader trusted"), validators=_between(0, 100))
    reports_to_hold = WholeNumber(_l("Reports that hold a comment"), validators=_between(1, 100))
    close_after_days = WholeNumber(
        _l("Days until an article closes"),
        validators=[
            Optional(),
            _readable,
            NumberRange(min=1, max=3650, message=_l("Give a number from %(min)s to %(max)s, or leave it empty.")),
        ],
    )
    edit_minutes = WholeNumber(_l("Minutes to change a comment"), validators=_between(0, 1440))
    appeal_days = WholeNumber(_l("Days for an appeal"), validators=_between(1, 365))
    keep_days = WholeNumber(_l("Days that unpublished words are kept"), validators=_between(1, 3650))

    def validate_spam_above(self, field: Field) -> None:
        if not field.errors and not self.publish_below.errors and field.data < (self.publish_below.data or 0):
            raise ValidationError(gettext("It cannot be less than what the filter holds from."))

    def validate_keep_days(self, field: Field) -> None:
        if not field.errors and not self.appeal_days.errors and field.data < (self.appeal_days.data or 0):
            raise ValidationError(gettext("An editor needs the words as long as there can be an appeal."))

    def settings(self) -> Settings:
        """What was filled in, once it is valid."""
        return Settings(
            policy=Policy(self.policy.data),
            link_limit=self.link_limit.data or 0,
            publish_below=self.publish_below.share,
            spam_above=self.spam_above.share,
            trusted_from=self.trusted_from.data or 0,
            reports_to_hold=self.reports_to_hold.data or 0,
            close_after_days=self.close_after_days.data,
            edit_minutes=self.edit_minutes.data or 0,
            appeal_days=self.appeal_days.data or 0,
            keep_days=self.keep_days.data or 0,
        )


def settings_form(settings: Settings) -> SettingsForm:
    """The form as it shows the settings that hold."""
    percents = {name: _percent(getattr(settings, name)) for name in ("publish_below", "spam_above")}
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return SettingsForm(formdata=None, data={**values, **percents, "seen": seen_as(settings)})


class PauseForm(PostedForm):
    reason = PlainText(
        _l("Reason, as readers read it"),
        validators=[DataRequired(_l("Give the reason; readers read it where the form was."))],
        limit=REASON_LIMIT,
    )


class RuleForm(PostedForm):
    title = StringField(
        _l("Rule"),
        validators=[
            DataRequired(_l("Give the rule in a few words.")),
            Length(max=TITLE_LIMIT, message=_l("A rule’s title takes %(max)d characters at most.")),
        ],
        filters=[single_line],
    )
    text = PlainText(_l("What it means"), validators=[DataRequired(_l("Say what it means."))], limit=TEXT_LIMIT)


class NumberedRuleForm(RuleForm):
    number = WholeNumber(_l("Number"), validators=_between(1, 99))


def _percent(share: float) -> Decimal:
    return Decimal(f"{100 * share:.10g}")
