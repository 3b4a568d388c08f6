"""What editors fill in about themselves."""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, Length

from app.accounts.models import EMAIL_LIMIT, NAME_LIMIT
from app.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from app.core.forms import PostedForm, single_line, trimmed

_name = [DataRequired(_l("Give the name that readers will see.")), Length(max=NAME_LIMIT)]
_email = [
    DataRequired(_l("Give your e-mail address.")),
    Length(max=EMAIL_LIMIT),
    Email(_l("That is not an e-mail address. It looks like name@example.org.")),
]
_new_password = [
    DataRequired(_l("Choose a password.")),
    Length(
        min=MIN_LENGTH,
        max=MAX_LENGTH,
        message=_l("It takes %(min)d characters at least; a few words make a good one."),
    ),
]


class LoginForm(PostedForm):
    email = EmailField(_l("E-mail"), validators=[DataRequired(_l("Give your e-mail address."))], filters=[single_line])
    password = PasswordField(
        _l("Password"), validators=[DataRequired(_l("Give your password.")), Length(max=MAX_LENGTH)]
    )
    next = HiddenField()
    carried = HiddenField()


class WelcomeForm(PostedForm):
    name = StringField(_l("Name, as readers see it"), validators=_name, filters=[single_line])
    email = EmailField(_l("E-mail, for logging in"), validators=_email, filters=[trimmed])
    password = PasswordField(_l("Password"), validators=_new_password)


class ResetForm(PostedForm):
    password = PasswordField(_l("New password"), validators=_new_password)


class ProfileForm(PostedForm):
    name = StringField(_l("Name, as readers see it"), validators=_name, filters=[single_line])
    email = EmailField(_l("E-mail, for logging in"), validators=_email, filters=[trimmed])
    current_password = PasswordField(_l("Your password"), validators=[DataRequired(_l("Give your password."))])


class PasswordForm(PostedForm):
    current_password = PasswordField(_l("Your password now"), validators=[DataRequired(_l("Give your password."))])
    new_password = PasswordField(_l("New password"), validators=_new_password)


class OwnPasswordForm(PostedForm):
    current_password = PasswordField(_l("Your password"), validators=[DataRequired(_l("Give your password."))])


class InviteForm(OwnPasswordForm):
    email = EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Give the e-mail address of whoever is to become an editor.")),
            Length(max=EMAIL_LIMIT),
            Email(_l("That is not an e-mail address. It looks like name@example.org.")),
        ],
        filters=[trimmed],
    )


class DigestForm(PostedForm):
    hours = StringField(_l("Full hours, with commas between"), filters=[single_line])

    def chosen(self) -> list[int]:
        """The hours that were filled in, each once and in their order."""
        return sorted({int(hour.removesuffix(":00")) for hour in self._parts()})

    def validate_hours(self, field: Field) -> None:
        for part in self._parts():
            if not re.fullmatch(r"([01]?[0-9]|2[0-3])(:00)?", part):
                raise ValidationError(
                    gettext("“%(part)s” is no full hour. Write hours from 0 to 23: 8, 17.", part=part[:40])
                )

    def _parts(self) -> list[str]:
        return (self.hours.data or "").replace(",", " ").split()
