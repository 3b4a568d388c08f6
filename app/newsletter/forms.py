"""What editors fill in about the newsletter: an issue, its sending, and who brings subscribers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, FieldList, FileField, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, Length
from wtforms.widgets import DateTimeLocalInput

from app.accounts.models import EMAIL_LIMIT
from app.articles.forms import PicturedText
from app.core import clock
from app.core.days import as_local, from_local
from app.core.forms import PlainText, PostedForm, single_line, trimmed
from app.core.web import as_id
from app.newsletter.composing import IssueContent
from app.newsletter.models import Issue
from app.newsletter.tables import PROOF_LIMIT, as_text

LINE_LIMIT = 150
"""Characters in a subject and in a preheader, of which mail programs show a half at most."""
POINTERS = 50
"""Articles that one issue points to."""
AHEAD = timedelta(days=366)

_REARRANGE = re.compile("articles-(remove|up|down)-([0-9]{1,3})")


class IssueForm(PostedForm):
    seen = HiddenField("")
    """The issue's revision that the editor began with."""
    subject = StringField(
        _l("Subject"),
        validators=[
            DataRequired(_l("Give a subject; it is the headline, too.")),
            Length(max=LINE_LIMIT, message=_l("A subject takes %(max)d characters at most.")),
        ],
        filters=[single_line],
    )
    preheader = StringField(
        _l("Preview line"),
        validators=[Length(max=LINE_LIMIT, message=_l("A preview line takes %(max)d characters at most."))],
        filters=[single_line],
    )
    text = PicturedText(_l("Text"))
    articles = FieldList(HiddenField(""))
    add = StringField(_l("Address of an article"), filters=[trimmed])

    @property
    def chosen(self) -> list[int]:
        """The ids of the articles, in their order."""
        ids = (as_id(entry.data) for entry in self.articles.entries)
        return list(dict.fromkeys(one for one in ids if one is not None))[:POINTERS]

    def choose(self, ids: Sequence[int]) -> None:
        """Puts these articles in the place of those that were chosen."""
        while self.articles.entries:
            self.articles.pop_entry()
        for one in ids[:POINTERS]:
            self.articles.append_entry(str(one))

    def rearrange(self, asked: str) -> bool:
        """Moves or removes an article as a button asks, such as `articles-up-2`; False if it asks no such."""
        found = _REARRANGE.fullmatch(asked)
        if found is None:
            return False
        ids, number = self.chosen, int(found[2])
        to = number + {"up": -1, "down": 1}.get(found[1], 0)
        if number < len(ids) and 0 <= to < len(ids):
            one = ids.pop(number)
            if found[1] != "remove":
                ids.insert(to, one)
        self.choose(ids)
        return True

    @property
    def slug_to_add(self) -> str:
        """It may be given as a whole address."""
        return re.split("[?#]", self.add.data or "")[0].rstrip("/").rpartition("/")[2]

    def content(self, known: Sequence[int]) -> IssueContent:
        """What was filled in, once it is valid; `known` are the articles that there are."""
        return IssueContent(
            subject=self.subject.data or "",
            preheader=self.preheader.data or "",
            source=self.text.data or "",
            html=self.text.markup.html,
            articles=[one for one in self.chosen if one in known],
            images=dict(self.text.images),
        )


def issue_form(issue: Issue) -> IssueForm:
    """The form as it shows what the issue says."""
    given = {"subject": issue.subject, "preheader": issue.preheader, "text": issue.source, "seen": issue.revision}
    return IssueForm(formdata=None, data={**given, "articles": [str(one) for one in issue.articles]})


class TestLetterForm(PostedForm):
    to = EmailField(
        _l("Send a test to"),
        validators=[
            DataRequired(_l("Give an e-mail address.")),
            Length(max=EMAIL_LIMIT, message=_l("An e-mail address takes %(max)d characters at most.")),
            Email(_l("That is no e-mail address to which mail can be sent.")),
        ],
        filters=[trimmed],
    )


class ScheduleForm(PostedForm):
    send_at = StringField(
        _l("Send it on"), validators=[DataRequired(_l("Give a date and a time."))], widget=DateTimeLocalInput()
    )
    moment: datetime
    """What was filled in, in UTC, once it is valid."""

    def validate_send_at(self, field: Field) -> None:
        try:
            self.moment = from_local(datetime.fromisoformat(field.data).replace(tzinfo=None))
        except (ValueError, OverflowError):
            raise ValidationError(gettext("Give a date and a time, such as 2026-11-20 09:00.")) from None
        if not clock.now() < self.moment < clock.now() + AHEAD:
            raise ValidationError(gettext("Give a time to come, within a year."))


def schedule_form(issue: Issue) -> ScheduleForm:
    return ScheduleForm(formdata=None, data={"send_at": as_local(issue.send_at) if issue.send_at else ""})


class ImportForm(FlaskForm):
    """A file of addresses, and what proves that all of them asked for the newsletter."""

    file = FileField(_l("The file"))
    proof = PlainText(_l("What proves that they asked for it"), limit=PROOF_LIMIT)

    content = ""
    file_name = ""

    def validate_file(self, field: FileField) -> None:
        given = request.files.get(field.name)
        if given is None or not given.filename:
            raise ValidationError(gettext("Choose a file."))
        self.file_name = as_text(given.filename.encode())[-100:]
        with given.stream:
            self.content = as_text(given.read())
        if not self.content.strip():
            raise ValidationError(gettext("The file is empty."))
