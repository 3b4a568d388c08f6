"""What the author of a comment fills in on its receipt."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import DataRequired

from app.comments.forms import CommentText
from app.core.forms import PlainText, PublicForm
from app.moderation.appeals import APPEAL_LIMIT


class RevisionForm(PublicForm):
    version = HiddenField("")
    """Of the comment, as it was shown."""
    body = CommentText(_l("Your comment"), validators=[DataRequired(_l("Write a comment first."))])


class AppealForm(PublicForm):
    appeal = PlainText(
        _l("Why it should be published"), [DataRequired(_l("Say why it should be published."))], limit=APPEAL_LIMIT
    )
