"""What an editor fills in at the desk."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, DataRequired, Length
from wtforms.widgets import CheckboxInput

from app.articles.forms import PicturedText
from app.articles.questions import QUESTION_LIMIT
from app.comments.banning import Days
from app.comments.forms import CommentText
from app.core.forms import PlainText, PostedForm, choices_of, single_line
from app.moderation.models import Verdict
from app.moderation.phrases import PHRASE_LIMIT, fold

ANSWER_LIMIT = 10_000
"""Characters in an answer or a correction."""
REASON_LIMIT = 500
"""Characters in what the banned are told."""
PHRASES_AT_ONCE = 1_000
LENGTHS = {
    str(int(Days.DAY)): _l("A day"),
    str(int(Days.WEEK)): _l("A week"),
    str(int(Days.MONTH)): _l("30 days"),
    str(int(Days.LONGEST)): _l("90 days, the longest"),
}
CONSEQUENCES = {
    Verdict.HOLD.value: _l("is suspect, and held for an editor unless you publish all and look later"),
    Verdict.SPAM.value: _l("goes to the spam tab"),
}


class BanForm(PostedForm):
    """`offer` has to say what of the comment can be banned before it is shown; an answer is checked by the verb."""

    whom = SelectMultipleField(
        _l("What is banned"),
        validate_choice=False,
        choices=[],
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Choose what is banned."))],
    )
    days = RadioField(
        _l("For how long"),
        choices=choices_of(LENGTHS),
        validate_choice=False,
        validators=[AnyOf(list(LENGTHS), _l("Choose for how long."))],
    )
    reason = PlainText(
        _l("Reason, as the banned read it"),
        validators=[DataRequired(_l("Give the reason; whoever is banned reads it."))],
        limit=REASON_LIMIT,
    )

    def offer(self, *, has_address: bool, email: str | None) -> None:
        known = {"address": gettext("The network address that it came from")} if has_address else {}
        if email:
            known["email"] = gettext("The e-mail address %(email)s", email=email)
        self.whom.choices = choices_of(known)


class PhrasesForm(PostedForm):
    texts = PlainText(
        _l("Phrases, one a line"),
        validators=[DataRequired(_l("Write a phrase first."))],
        limit=PHRASE_LIMIT * PHRASES_AT_ONCE,
    )
    verdict = RadioField(
        _l("A comment that holds one"),
        choices=choices_of(CONSEQUENCES),
        default=Verdict.HOLD.value,
        validate_choice=False,
        validators=[AnyOf(list(CONSEQUENCES), _l("Choose what becomes of the comment."))],
    )

    def lines(self) -> list[str]:
        """What was filled in, without empty lines."""
        return [line for text in (self.texts.data or "").split("\n") if (line := " ".join(text.split()))]

    def validate_texts(self, field: Field) -> None:
        for line in self.lines():
            if len(line) > PHRASE_LIMIT:
                raise ValidationError(gettext("“%(start)s…” is too long for a phrase.", start=line[:40]))
            if not fold(line):
                raise ValidationError(gettext("“%(line)s” has no letter and no digit to go by.", line=line))


class ReplyForm(PostedForm):
    body = CommentText(_l("Reply"), validators=[DataRequired(_l("Write a reply first."))])


class EditForm(PostedForm):
    body = CommentText(_l("Comment"), validators=[DataRequired(_l("Write the comment’s words first."))])


class AnswerForm(PostedForm):
    question = TextAreaField(
        _l("Question"),
        validators=[
            DataRequired(_l("Write the question first.")),
            Length(max=QUESTION_LIMIT, message=_l("A question takes %(max)d characters at most.")),
        ],
        filters=[single_line],
    )
    answer = PicturedText(
        _l("Answer"),
        is_first=False,
        validators=[
            DataRequired(_l("Write an answer first.")),
            Length(max=ANSWER_LIMIT, message=_l("An answer takes %(max)d characters at most.")),
        ],
    )


class CorrectionForm(PostedForm):
    text = PicturedText(
        _l("Correction"),
        is_first=False,
        validators=[
            DataRequired(_l("Write the correction first.")),
            Length(max=ANSWER_LIMIT, message=_l("A correction takes %(max)d characters at most.")),
        ],
    )
