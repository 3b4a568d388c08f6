"""What an editor fills in at the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from app.comments.forms import CommentText
from app.core.forms import PostedForm


class ReplyForm(PostedForm):
    body = CommentText(_l("Reply"), validators=[DataRequired(_l("Write a reply first."))])
