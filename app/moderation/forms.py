"""What an editor fills in at the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from app.comments.forms import CommentText


class ReplyForm(FlaskForm):
    body = CommentText(_l("Reply"), validators=[DataRequired(_l("Write a reply first."))])
