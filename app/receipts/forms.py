"""What the author of a comment fills in on its receipt."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import DataRequired, Email, Length

from app.accounts.models import EMAIL_LIMIT
from app.comments.forms import CommentText
from app.core.forms import PlainText, PostedForm, trimmed
from app.moderation.appeals import APPEAL_LIMIT


class _PublicForm(PostedForm):
    """It holds no token: no cookie lends it any authority (see core.web.is_same_origin)."""

    class Meta:
        csrf = False


class RevisionForm(_PublicForm):
    body = CommentText(_l("Your comment"), validators=[DataRequired(_l("Write a comment first."))])


class AppealForm(_PublicForm):
    appeal = PlainText(
        _l("Why it should be published"), [DataRequired(_l("Say why it should be published."))], limit=APPEAL_LIMIT
    )


class FollowForm(_PublicForm):
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
