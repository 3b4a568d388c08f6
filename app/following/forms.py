"""What a reader fills in who wants mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, Email, Length

from app.accounts.models import EMAIL_LIMIT
from app.core.forms import PublicForm, choices_of, trimmed
from app.following.models import FollowKind


class FollowForm(PublicForm):
    email = EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Give an e-mail address.")),
            Length(max=EMAIL_LIMIT, message=_l("An e-mail address takes %(max)d characters at most.")),
            Email(
                _l("That is not an e-mail address we can write to. It looks like name@example.org."),
                allow_smtputf8=False,
            ),
        ],
        filters=[trimmed],
    )
    website = StringField(_l("Leave this empty"))

    @property
    def is_a_program_s(self) -> bool:
        """Whether the field was filled in that nobody sees. It is answered like any other, and nothing is done."""
        return bool(self.website.data)


CHOICES = {
    FollowKind.DECISION: _l("What an editor decides on it"),
    FollowKind.REPLIES: _l("That, and replies to it"),
    FollowKind.THREAD: _l("That, and all other comments on the article"),
    FollowKind.RECEIPT: _l("The private address of this page, once"),
}


class FollowCommentForm(FollowForm):
    kind = RadioField(
        _l("What we mail you"),
        choices=choices_of(CHOICES),
        default=FollowKind.REPLIES,
        validate_choice=False,
        validators=[AnyOf(list(CHOICES), message=_l("Choose what we mail you."))],
    )
